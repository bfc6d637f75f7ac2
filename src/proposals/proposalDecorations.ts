import * as vscode from "vscode";
import { decisionLinks } from "./decisionLinks";
import { hunkPositions } from "./hunkPositions";
import type { OpenProposal } from "./openProposal";

interface Decorations {
  /** Lines that are being edited. */
  readonly lines: readonly vscode.Range[];
  /** Text after lines. */
  readonly notes: readonly vscode.DecorationOptions[];
}

const none: Decorations = { lines: [], notes: [] };

/**
 * Decorations of proposed edits: while an edit is being written, its lines in the document and in the diff, with the model and how to cancel;
 * then the number of each change in the diff, where VS Code by default shows no lenses.
 */
export class ProposalDecorations implements vscode.Disposable {
  readonly #lines = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
    // The themes of high contrast have no color for the background.
    borderStyle: "solid",
    borderWidth: "0 0 0 2px",
    borderColor: new vscode.ThemeColor("focusBorder"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.rangeHighlightForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
  readonly #notes = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { color: new vscode.ThemeColor("descriptionForeground"), margin: "0 0 0 2em" },
  });
  /** What each editor shows, so that only changes are sent to the window. */
  readonly #shown = new WeakMap<vscode.TextEditor, string>();

  /** Updates the visible editors. `find` returns the proposed edit of a document or of a diff. */
  update(find: (document: vscode.TextDocument) => OpenProposal | undefined): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const proposal = find(editor.document);
      const decorations = proposal ? decorationsOf(proposal, editor.document) : none;
      const text = JSON.stringify(decorations);
      if ((this.#shown.get(editor) ?? JSON.stringify(none)) === text) continue;
      this.#shown.set(editor, text);
      editor.setDecorations(this.#lines, decorations.lines);
      editor.setDecorations(this.#notes, decorations.notes);
    }
  }

  dispose(): void {
    this.#lines.dispose();
    this.#notes.dispose();
  }
}

function decorationsOf(proposal: OpenProposal, document: vscode.TextDocument): Decorations {
  const inDiff = document.uri.toString() === proposal.uri.toString();
  if (proposal.isWriting) {
    const { start, end } = proposal.writtenLines(inDiff ? "proposed" : "document");
    // A narrow diff cuts the end off.
    const text = vscode.l10n.t("Esc to cancel · {0}", proposal.progress);
    return { lines: [new vscode.Range(start, 0, end - 1, 0)], notes: [noteAfter(document, start, text)] };
  }
  if (!inDiff) return none;
  const positions = hunkPositions(proposal.state.open, "proposed");
  const notes = positions.map(({ id, start }, index) => ({
    ...noteAfter(document, start, vscode.l10n.t("{0} of {1}", index + 1, positions.length)),
    hoverMessage: decisionLinks(proposal, id),
  }));
  return { lines: [], notes };
}

function noteAfter(document: vscode.TextDocument, line: number, contentText: string): vscode.DecorationOptions {
  const { end } = document.lineAt(Math.min(line, document.lineCount - 1)).range;
  return { range: new vscode.Range(end, end), renderOptions: { after: { contentText } } };
}
