import * as vscode from "vscode";
import { after, Emitter, MutableDisposable, type Disposable } from "../lifecycle";
import { applyHunks, splitLines } from "./lineHunks";
import { moveLines, type LineChange, type LineRange } from "../context/lineRange";
import type { DiffSide } from "./hunkPositions";
import { previewReplacement } from "./streamingPreview";
import { Proposal, type OpenHunk, type ProposalState } from "./proposalState";
import { textReplacements } from "./textReplacements";
import { showError, showWarning } from "../notifications";
import { visibleName } from "../visibleText";

/** How long typing pauses before the changes that no longer apply are counted: half a line may collide with a change, the whole line not. */
const typingPauseMs = 1_000;

export interface ProposalSubject {
  document: vscode.TextDocument;
  /** The lines of the document when the edit was asked for. */
  before: readonly string[];
  /** The lines to replace. */
  range: LineRange;
  /** Requests the edit again; absent if that is not possible. */
  askAgain?: () => unknown;
}

/**
 * One proposed edit of a document: first streamed line by line, then decided on change by change. The document does not change until the
 * user keeps a change, which is one undo step.
 */
export class OpenProposal implements Disposable {
  readonly #subject: ProposalSubject;
  readonly #changed = new Emitter<void>();
  readonly #ended = new AbortController();
  /** The first lines of the replacement, while it streams. */
  #written: readonly string[] = [];
  /** The lines to replace, or those that the user kept last, wherever edits of the document have moved them. */
  #lines: LineRange;
  #progress: string;
  #proposal: Proposal | undefined;
  /** The cached state: computing it takes time, and every keystroke needs it several times. Reset by each decision. */
  #cached: { document: vscode.TextDocument; version: number; state: ProposalState } | undefined;
  #reportedDisplaced = 0;
  /** Reports changes that no longer apply once typing pauses. */
  readonly #report = new MutableDisposable<Disposable>();
  #accepted: (() => void) | undefined;
  #isAccepted = false;

  readonly onDidChange = this.#changed.event;
  /** Aborts when the proposal is decided on or closed, so that a running request can stop. */
  readonly ended = this.#ended.signal;

  constructor(
    /** URI of the virtual document with the proposed text. */
    readonly uri: vscode.Uri,
    subject: ProposalSubject,
  ) {
    this.#subject = subject;
    this.#lines = subject.range;
    this.#progress = vscode.l10n.t("Editing…");
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

  /** The user has kept a change. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** What is known about the running request, such as the model that writes. */
  get progress(): string {
    return this.#progress;
  }

  set progress(text: string) {
    this.#progress = text;
    this.#changed.fire();
  }

  /** The lines that are being edited, or that were kept last, on one side of the diff. */
  writtenLines(side: DiffSide): LineRange {
    if (side === "document") return this.#lines;
    const { start } = this.#subject.range;
    return { start, end: start + Math.max(1, this.#replacementSoFar().length) };
  }

  /** Nothing is left to keep or undo, and no displaced change could return. */
  get isDecided(): boolean {
    const { open, displaced } = this.state;
    return !this.isWriting && open.length === 0 && displaced === 0;
  }

  /** Changes are undecided, and none of them applies any longer. */
  get isDisplaced(): boolean {
    const { open, displaced } = this.state;
    return open.length === 0 && displaced > 0;
  }

  /** The proposed text, with the document's line ends. */
  get text(): string {
    const lines = this.#proposal ? this.state.proposed : this.#preview();
    return lines.join(this.#eol);
  }

  /** The open changes and their positions in the document; none while the edit streams. */
  get state(): ProposalState {
    const { document } = this;
    const { version } = document;
    if (this.#cached?.document !== document || this.#cached.version !== version) {
      const current = splitLines(document.getText());
      const state = this.#proposal?.stateFor(current) ?? { open: [], displaced: 0, proposed: current };
      this.#cached = { document, version, state };
    }
    return this.#cached.state;
  }

  /** Shows the replacement so far; each call replaces the lines of the call before. */
  write(lines: readonly string[]): void {
    this.#written = lines;
    this.#changed.fire();
  }

  /** The replacement is complete and can be decided on. `accepted` is called once, when the user keeps the first change. */
  finish(lines: readonly string[], accepted?: () => void): void {
    const { before, range } = this.#subject;
    this.#accepted = accepted;
    this.#proposal = new Proposal(before, applyHunks(before, [{ ...range, lines }]));
    this.#cached = undefined;
    this.documentChanged();
  }

  /** Repositions the changes after the document was edited. Warns about changes that no longer apply, once typing pauses. */
  documentChanged(changes: readonly LineChange[] = []): void {
    this.#lines = changes.reduce(moveLines, this.#lines);
    this.#report.value = after(typingPauseMs, () => this.#reportDisplaced());
    this.#changed.fire();
  }

  /** Keeps these changes, or all open ones, as one undo step. */
  async accept(ids?: readonly number[]): Promise<void> {
    if (!this.#proposal) return;
    if (this.document.isClosed) {
      if (!(await this.#reopenDocument())) return;
      // A change on disk may have displaced some of the changes.
      this.documentChanged();
    }
    const hunks = this.#selected(ids);
    const [first] = hunks;
    if (!first) return;
    if (!(await this.#apply(hunks))) {
      void showError(
        vscode.l10n.t("Could not apply the change: the file is read-only or was just modified. Try again."),
      );
      return;
    }
    this.#lines = { start: first.start, end: first.start + first.lines.length };
    if (!this.#isAccepted) this.#accepted?.();
    this.#isAccepted = true;
    this.#proposal.accepted(
      hunks.map(({ id }) => id),
      splitLines(this.document.getText()),
    );
    this.#cached = undefined;
    this.#changed.fire();
  }

  /** Drops these changes, or all. */
  reject(ids?: readonly number[]): void {
    this.#proposal?.reject(this.#selected(ids).map(({ id }) => id));
    this.#cached = undefined;
    this.#changed.fire();
  }

  /** This proposal with the decisions so far, under a new URI. Tells the user if its document can no longer be edited. */
  async copyTo(uri: vscode.Uri): Promise<OpenProposal | undefined> {
    if (this.document.isClosed && !(await this.#reopenDocument())) return undefined;
    const copy = new OpenProposal(uri, this.#subject);
    copy.#proposal = this.#proposal;
    copy.#lines = this.#lines;
    copy.#accepted = this.#accepted;
    copy.#isAccepted = this.#isAccepted;
    return copy;
  }

  dispose(): void {
    this.#ended.abort();
    this.#report.dispose();
    this.#changed.dispose();
  }

  #reportDisplaced(): void {
    const { displaced } = this.state;
    const { t } = vscode.l10n;
    if (displaced > this.#reportedDisplaced) {
      void showWarning(
        displaced === 1
          ? t(
              "1 proposed change no longer applies because the same lines were edited. Undo your edit to restore it, or ask again.",
            )
          : t(
              "{0} proposed changes no longer apply because the same lines were edited. Undo your edit to restore them, or ask again.",
              displaced,
            ),
      );
    }
    this.#reportedDisplaced = displaced;
  }

  get #eol(): string {
    return this.document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  }

  #preview(): string[] {
    const { before, range } = this.#subject;
    return applyHunks(before, [{ ...range, lines: this.#replacementSoFar() }]);
  }

  #replacementSoFar(): string[] {
    const { before, range } = this.#subject;
    return previewReplacement(this.#written, before.slice(range.start, range.end));
  }

  #selected(ids?: readonly number[]): readonly OpenHunk[] {
    const { open } = this.state;
    return ids === undefined ? open : open.filter(({ id }) => ids.includes(id));
  }

  async #apply(hunks: readonly OpenHunk[]): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    const lines = splitLines(this.document.getText());
    for (const { startLine, startCharacter, endLine, endCharacter, text } of textReplacements(hunks, lines, this.#eol))
      edit.replace(this.document.uri, new vscode.Range(startLine, startCharacter, endLine, endCharacter), text);
    return vscode.workspace.applyEdit(edit);
  }

  /** Reopens the file of a closed document, whose object no longer changes. */
  async #reopenDocument(): Promise<boolean> {
    try {
      if (this.document.isUntitled) throw new Error(vscode.l10n.t("it was closed without saving"));
      this.#subject.document = await vscode.workspace.openTextDocument(this.document.uri);
      return true;
    } catch (error) {
      const name = visibleName(vscode.workspace.asRelativePath(this.document.uri, false));
      const why = error instanceof Error ? error.message : String(error);
      void showError(vscode.l10n.t("{0} can no longer be edited: {1}", name, why));
      return false;
    }
  }
}
