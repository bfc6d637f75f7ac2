import * as vscode from "vscode";
import { Emitter, type Disposable } from "../lifecycle";
import { applyHunks, splitLines } from "./lineHunks";
import type { LineRange } from "./locateCode";
import { previewOf } from "./preview";
import { Proposal, type OpenHunk, type ProposalState } from "./proposal";
import { replacementsOf } from "./replacements";
import { showError, showWarning } from "../notifications";

export interface ProposalSubject {
  document: vscode.TextDocument;
  /** The lines of the document when the edit was asked for. */
  before: readonly string[];
  /** What of them the edit is about. */
  place: LineRange;
  /** Asks for the same once more; absent where that is not possible. */
  askAgain?: () => unknown;
}

/**
 * One edit on its way into a document: first written line by line, then decided on change by change. The document stays as it
 * is until a change is accepted, and then takes it as one undo step.
 */
export class OpenProposal implements Disposable {
  readonly #subject: ProposalSubject;
  readonly #changed = new Emitter<void>();
  readonly #ended = new AbortController();
  /** The first lines of the replacement, while it is being written. */
  #written: readonly string[] = [];
  #proposal: Proposal | undefined;
  /** Comparing takes time with the length of the text, and everybody asks after each letter. Void with the next decision. */
  #stood: { document: vscode.TextDocument; version: number; standing: ProposalState } | undefined;
  #toldDisplaced = 0;

  readonly onDidChange = this.#changed.event;
  /** Fires when it is decided on, or nobody wants it any more: whoever still writes it can stop. */
  readonly ended = this.#ended.signal;

  constructor(
    /** Of the document that shows what is proposed. */
    readonly uri: vscode.Uri,
    subject: ProposalSubject,
  ) {
    this.#subject = subject;
  }

  get document(): vscode.TextDocument {
    return this.#subject.document;
  }

  get askAgain(): (() => unknown) | undefined {
    return this.#subject.askAgain;
  }

  get isWriting(): boolean {
    return this.#proposal === undefined;
  }

  /** Nothing is left to accept or reject, and nothing waits to come back. */
  get isDecided(): boolean {
    const { open, displaced } = this.standing;
    return !this.isWriting && open.length === 0 && displaced === 0;
  }

  /** The text that is proposed now, with the line ends of the document. */
  get text(): string {
    const lines = this.#proposal ? this.standing.proposed : this.#preview();
    return lines.join(this.#eol);
  }

  /** The changes to decide on, and their places in the document; none while it is being written. */
  get standing(): ProposalState {
    const { document } = this;
    const { version } = document;
    if (this.#stood?.document !== document || this.#stood.version !== version) {
      const current = splitLines(document.getText());
      const standing = this.#proposal?.against(current) ?? { open: [], displaced: 0, proposed: current };
      this.#stood = { document, version, standing };
    }
    return this.#stood.standing;
  }

  /** Shows what is written of the replacement so far. Fewer lines than before void the others. */
  write(lines: readonly string[]): void {
    this.#written = lines;
    this.#changed.fire();
  }

  /** The replacement is whole: from now on it can be accepted. */
  finish(lines: readonly string[]): void {
    const { before, place } = this.#subject;
    this.#proposal = new Proposal(before, applyHunks(before, [{ ...place, lines }]));
    this.#stood = undefined;
    this.documentChanged();
  }

  /** The document is another than it was: the changes find their new places, and what has none is told. */
  documentChanged(): void {
    const { displaced } = this.standing;
    if (displaced > this.#toldDisplaced) {
      void showWarning(
        vscode.l10n.t(
          "{0} proposed changes have no place any more, since the same lines were changed meanwhile. Undo that to have them back, or ask again.",
          displaced,
        ),
      );
    }
    this.#toldDisplaced = displaced;
    this.#changed.fire();
  }

  /** Makes these changes, or all that are open, as one undo step. */
  async accept(ids?: readonly number[]): Promise<void> {
    if (!this.#proposal) return;
    if (this.document.isClosed && !(await this.#reopened())) return;
    // Chosen only now: what was changed on disk has no place for some of them any more.
    const hunks = this.#chosen(ids);
    if (hunks.length === 0) return;
    if (!(await this.#apply(hunks))) {
      void showError(
        vscode.l10n.t("The editor did not take the change: the file is read-only, or was just changed. Try again."),
      );
      return;
    }
    this.#proposal.accepted(
      hunks.map(({ id }) => id),
      splitLines(this.document.getText()),
    );
    this.#stood = undefined;
    this.#changed.fire();
  }

  /** Leaves these changes out, or all. */
  reject(ids?: readonly number[]): void {
    this.#proposal?.reject(this.#chosen(ids).map(({ id }) => id));
    this.#stood = undefined;
    this.#changed.fire();
  }

  dispose(): void {
    this.#ended.abort();
    this.#changed.dispose();
  }

  get #eol(): string {
    return this.document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  }

  #preview(): string[] {
    const { before, place } = this.#subject;
    return applyHunks(before, [{ ...place, lines: previewOf(this.#written, before.slice(place.start, place.end)) }]);
  }

  #chosen(ids?: readonly number[]): readonly OpenHunk[] {
    const { open } = this.standing;
    return ids === undefined ? open : open.filter(({ id }) => ids.includes(id));
  }

  async #apply(hunks: readonly OpenHunk[]): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    const lines = splitLines(this.document.getText());
    for (const { startLine, startCharacter, endLine, endCharacter, text } of replacementsOf(hunks, lines, this.#eol))
      edit.replace(this.document.uri, new vscode.Range(startLine, startCharacter, endLine, endCharacter), text);
    return vscode.workspace.applyEdit(edit);
  }

  /** A closed document tells nothing new; its file is opened once more, whatever it says by now. */
  async #reopened(): Promise<boolean> {
    try {
      if (this.document.isUntitled) throw new Error(vscode.l10n.t("it was closed without being saved"));
      this.#subject.document = await vscode.workspace.openTextDocument(this.document.uri);
      this.documentChanged();
      return true;
    } catch (error) {
      const name = vscode.workspace.asRelativePath(this.document.uri, false);
      const why = error instanceof Error ? error.message : String(error);
      void showError(vscode.l10n.t("{0} cannot be changed any more: {1}", name, why));
      return false;
    }
  }
}
