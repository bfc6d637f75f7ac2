import * as vscode from "vscode";
import { DisposableStore, Emitter, MutableDisposable, type Disposable } from "../lifecycle";
import { displayName } from "../context/location";
import { contextKeys, proposalScheme } from "../manifest";
import { showInformation, showWarning, showWithActions } from "../notifications";
import { visibleName } from "../visibleText";
import { hunkLenses } from "./hunkLenses";
import { splitLines } from "./lineHunks";
import { OpenProposal, type ProposalSubject } from "./openProposal";
import { ProposalDecorations } from "./proposalDecorations";
import { ProposalStatus } from "./proposalStatus";
import { closeDiff, isDiffOpen, revealDocument, showDiff } from "./proposalDiff";

/** All open proposals: at most one per document, each shown as a native diff between the document and the proposed text. */
export class Proposals implements Disposable {
  readonly #open = new Map<string, OpenProposal>();
  readonly #refreshed = new Emitter<vscode.Uri>();
  readonly #lensesChanged = new Emitter<void>();
  readonly #marksChanged = new Emitter<void>();
  /** Listeners on the editor, while a proposal is open. */
  readonly #listening = new MutableDisposable<Disposable>();
  /** The last value of each context key. */
  readonly #contextValues = new Map<string, string>();
  readonly #log: { error(message: string): void };
  #count = 0;

  constructor(log: { error(message: string): void }) {
    this.#log = log;
  }

  /** Closes an older proposal of the same document, which can be reopened, and creates a new one, which marks its lines in the editor. */
  async open(subject: ProposalSubject): Promise<OpenProposal> {
    const proposal = new OpenProposal(this.#newUri(subject.document), subject);
    await this.#add(proposal);
    return proposal;
  }

  /** Shows the diff of a proposal, unless it has been closed. Resolves when it is visible. */
  async show(proposal: OpenProposal): Promise<void> {
    const isOpen = (): boolean => this.#open.has(proposal.uri.toString());
    if (isOpen()) await showDiff(proposal);
    if (!isOpen()) await closeDiff(proposal);
  }

  /** The proposal that a command refers to: by the URI of its diff or document, else the one in the active editor. */
  find(address?: string): OpenProposal | undefined {
    const { activeTextEditor } = vscode.window;
    const named = address ?? activeTextEditor?.document.uri.toString() ?? "";
    const found =
      this.#open.get(named) ?? [...this.#open.values()].find(({ document }) => document.uri.toString() === named);
    return found ?? (address === undefined ? [...this.#open.values()].at(-1) : undefined);
  }

  /** Keeps changes of a proposal, or all; closes it after the last decision. */
  async accept(proposal: OpenProposal, ids?: readonly number[]): Promise<void> {
    await proposal.accept(ids);
    if (proposal.isDecided) await this.close(proposal);
  }

  /** Undoes changes of a proposal; closes it after the last decision. */
  async reject(proposal: OpenProposal, ids: readonly number[]): Promise<void> {
    proposal.reject(ids);
    if (proposal.isDecided) await this.close(proposal);
  }

  /** Discards the remaining changes of a proposal and closes its diff. What the user has kept is shown in its place. */
  async close(proposal: OpenProposal): Promise<void> {
    if (!this.#open.delete(proposal.uri.toString())) return;
    proposal.dispose();
    this.#lensesChanged.fire();
    this.#updateContextKeys();
    this.#marksChanged.fire();
    const viewColumn = await closeDiff(proposal);
    if (this.#open.size === 0) this.#listening.value = undefined;
    if (viewColumn !== undefined && proposal.isAccepted) await revealDocument(proposal, viewColumn);
  }

  /** Says that no change of a proposal fits its file any longer. Offers to ask again, without waiting for the answer. */
  showNoLongerFits(proposal: OpenProposal): void {
    const { askAgain } = proposal;
    const ask = async (): Promise<void> => {
      await this.close(proposal);
      await askAgain?.();
    };
    showWithActions(
      (...labels) =>
        showWarning(vscode.l10n.t("The file has changed, and the proposed edit no longer fits."), ...labels),
      askAgain ? { [vscode.l10n.t("Ask Again")]: ask } : {},
      this.#log,
    );
  }

  dispose(): void {
    for (const proposal of this.#open.values()) proposal.dispose();
    this.#open.clear();
    this.#listening.dispose();
    this.#refreshed.dispose();
    this.#lensesChanged.dispose();
    this.#marksChanged.dispose();
  }

  async #add(proposal: OpenProposal): Promise<void> {
    const { uri } = proposal.document;
    for (let [older] = this.#of(uri); older; [older] = this.#of(uri)) await this.#closeUndecided(older);
    this.#open.set(proposal.uri.toString(), proposal);
    this.#listening.value ??= this.#listen();
    proposal.onDidChange(() => this.#refresh(proposal));
    this.#refresh(proposal);
  }

  /** The URI of another virtual document with a proposed text. */
  #newUri({ uri: { path } }: vscode.TextDocument): vscode.Uri {
    return vscode.Uri.from({
      scheme: proposalScheme,
      path: path.replace(/^(?!\/)/, "/"),
      query: String(++this.#count),
    });
  }

  /** Closes a proposal that the user has not decided on. Offers to show it again if a change is undecided, without waiting for the answer. */
  async #closeUndecided(proposal: OpenProposal): Promise<void> {
    const { isWriting, isDecided, document } = proposal;
    await this.close(proposal);
    if (isWriting || isDecided) return;
    const name = visibleName(displayName(document.uri.path));
    showWithActions(
      (...labels) =>
        showInformation(vscode.l10n.t("The proposed edit of {0} was closed with changes undecided.", name), ...labels),
      { [vscode.l10n.t("Reopen")]: () => this.#reopen(proposal) },
      this.#log,
    );
  }

  async #reopen(closed: OpenProposal): Promise<void> {
    const proposal = await closed.copyTo(this.#newUri(closed.document));
    if (!proposal) return;
    if (proposal.isDisplaced) {
      this.showNoLongerFits(proposal);
      return;
    }
    if (proposal.isDecided) {
      void showInformation(vscode.l10n.t("The file already contains this code."));
      return;
    }
    await this.#add(proposal);
    proposal.documentChanged();
    await this.show(proposal);
  }

  #listen(): Disposable {
    const store = new DisposableStore();
    const { workspace, window, languages } = vscode;
    store.add(
      workspace.registerTextDocumentContentProvider(proposalScheme, {
        onDidChange: this.#refreshed.event,
        provideTextDocumentContent: (uri) => this.#open.get(uri.toString())?.text,
      }),
    );
    store.add(
      languages.registerCodeLensProvider([{ pattern: "**" }, { scheme: "untitled" }], {
        onDidChangeCodeLenses: this.#lensesChanged.event,
        provideCodeLenses: (document) => this.#lensesOf(document),
      }),
    );
    const decorations = store.add(new ProposalDecorations());
    const status = store.add(new ProposalStatus());
    const decorate = (): void => decorations.update((document) => this.#shownIn(document));
    const showPosition = (editor = window.activeTextEditor): void =>
      status.update(editor, editor && this.#shownIn(editor.document));
    store.add(this.#marksChanged.event(decorate));
    store.add(this.#marksChanged.event(() => showPosition()));
    store.add(window.onDidChangeVisibleTextEditors(decorate));
    store.add(window.onDidChangeActiveTextEditor(showPosition));
    store.add(window.onDidChangeTextEditorSelection(() => showPosition()));
    // VS Code ignores changes of a text while it opens it, and updates that overlap can garble it.
    const showLatest = (document: vscode.TextDocument): void => {
      const proposal = this.#open.get(document.uri.toString());
      if (proposal && document.getText() !== proposal.text) this.#refreshed.fire(document.uri);
    };
    store.add(workspace.onDidOpenTextDocument(showLatest));
    store.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        const changes = contentChanges.map(({ range, text }) => ({
          startLine: range.start.line,
          endLine: range.end.line,
          lineBreaks: splitLines(text).length - 1,
        }));
        for (const proposal of this.#of(document.uri)) proposal.documentChanged(changes);
        if (document.uri.scheme === proposalScheme) decorate();
        showLatest(document);
      }),
    );
    store.add(
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) {
          if (!(input instanceof vscode.TabInputTextDiff)) continue;
          const proposal = this.#open.get(input.modified.toString());
          // A diff that is moved to another group opens there before it closes here.
          if (proposal && !isDiffOpen(proposal)) void this.#closeUndecided(proposal);
        }
      }),
    );
    return store;
  }

  #of(document: vscode.Uri): OpenProposal[] {
    return [...this.#open.values()].filter((each) => each.document.uri.toString() === document.toString());
  }

  /** The proposal of a document or of the right side of a diff. */
  #shownIn({ uri }: vscode.TextDocument): OpenProposal | undefined {
    return this.#open.get(uri.toString()) ?? this.#of(uri)[0];
  }

  #lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
    const proposal = this.#shownIn(document);
    return proposal ? hunkLenses(proposal, document) : [];
  }

  #refresh(proposal: OpenProposal): void {
    this.#refreshed.fire(proposal.uri);
    this.#marksChanged.fire();
    if (!proposal.isWriting) this.#lensesChanged.fire();
    this.#updateContextKeys();
  }

  /** Sets the context keys for menus and title bars. Only those that changed: each one makes the window re-evaluate every menu. */
  #updateContextKeys(): void {
    const all = [...this.#open.values()];
    // The paths of document and diff, so that either of them shows the buttons: untitled documents and Windows have others for the
    // diff. Full URIs differ between the window and a remote extension host.
    const pathsOf = (proposals: readonly OpenProposal[]): string[] =>
      proposals.flatMap(({ document, uri }) => [document.uri, uri].map(pathOf));
    const ready = all.filter(({ isWriting }) => !isWriting);
    const set = (key: string, value: boolean | readonly string[]): void => {
      const text = JSON.stringify(value);
      if (this.#contextValues.get(key) === text) return;
      this.#contextValues.set(key, text);
      void vscode.commands.executeCommand("setContext", key, value);
    };
    set(contextKeys.proposalOpen, all.length > 0);
    set(contextKeys.proposals, pathsOf(all));
    set(contextKeys.proposalsReady, pathsOf(ready));
    set(contextKeys.proposalsAskable, pathsOf(ready.filter(({ askAgain }) => askAgain !== undefined)));
  }
}

/** The path as VS Code's context key `resourcePath` has it. */
function pathOf({ scheme, fsPath, path }: vscode.Uri): string {
  return scheme === "file" ? fsPath : path;
}
