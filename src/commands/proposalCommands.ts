import * as vscode from "vscode";
import { currentHunk, hunkPositions, nextHunk, type DiffSide, type HunkPosition } from "../proposals/hunkPositions";
import type { OpenProposal } from "../proposals/openProposal";
import type { Proposals } from "../proposals/proposals";
import type { CommandDependencies } from "./commandDependencies";
import { showInformation } from "../notifications";

/** Keeps all changes of a proposed edit. `where`: its URI, from a menu or lens; else the edit in the active editor. */
export async function acceptEdit({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = findProposal(proposals, where);
  if (!proposal || !canDecide(proposals, proposal)) return;
  await proposals.accept(proposal);
}

/** Undoes all changes of a proposed edit that the user has not kept, also while it streams. */
export async function rejectEdit({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = findProposal(proposals, where);
  if (proposal) await proposals.close(proposal);
}

/** Stops an edit that is being written. A complete one stays: it may have ended while the user pressed the key. */
export async function cancelEdit({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = findProposal(proposals, where);
  if (proposal?.isWriting === true) await proposals.close(proposal);
}

/** Closes a proposed edit and requests it again. */
export async function askEditAgain({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = findProposal(proposals, where);
  if (!proposal) return;
  const { askAgain } = proposal;
  await proposals.close(proposal);
  await askAgain?.();
}

/** Keeps one change: the one that a lens or link passes, else the one at the cursor or after it. */
export async function acceptHunk({ proposals }: CommandDependencies, where?: unknown, id?: unknown): Promise<void> {
  const found = findHunk(proposals, where, id);
  if (found) await proposals.accept(found.proposal, [found.hunk]);
}

/** Undoes one change, found in the same way. */
export async function rejectHunk({ proposals }: CommandDependencies, where?: unknown, id?: unknown): Promise<void> {
  const found = findHunk(proposals, where, id);
  if (found) await proposals.reject(found.proposal, [found.hunk]);
}

function findHunk(
  proposals: Proposals,
  where: unknown,
  id: unknown,
): { proposal: OpenProposal; hunk: number } | undefined {
  const proposal = findProposal(proposals, where);
  if (!proposal || !canDecide(proposals, proposal)) return undefined;
  const hunk = typeof id === "number" ? id : takeCurrentHunk(proposal);
  return hunk === undefined ? undefined : { proposal, hunk };
}

/**
 * The change at the cursor or after it; moves the cursor to the next one, so that one key decides on change after change. If the change
 * is not in view, moves the cursor there instead, so that the user sees what they decide on.
 */
function takeCurrentHunk(proposal: OpenProposal): number | undefined {
  const editor = vscode.window.activeTextEditor;
  const side = editor && sideOf(proposal, editor.document);
  if (!side) {
    void showInformation(vscode.l10n.t("Place the cursor in the file or in the diff of the proposed edit."));
    return undefined;
  }
  const positions = hunkPositions(proposal.state.open, side);
  const current = currentHunk(positions, editor.selection.active.line);
  if (!current) return undefined;
  if (!editor.visibleRanges.some(({ start, end }) => start.line < current.end && end.line >= current.start)) {
    moveCursor(editor, current);
    return undefined;
  }
  // Before the decision: VS Code then moves the cursor along with the text.
  const next = nextHunk(positions, current.id);
  if (next) moveCursor(editor, next);
  return current.id;
}

function sideOf(proposal: OpenProposal, { uri }: vscode.TextDocument): DiffSide | undefined {
  if (uri.toString() === proposal.uri.toString()) return "proposed";
  return uri.toString() === proposal.document.uri.toString() ? "document" : undefined;
}

function moveCursor(editor: vscode.TextEditor, { start }: HunkPosition): void {
  const line = Math.min(start, editor.document.lineCount - 1);
  editor.selection = new vscode.Selection(line, 0, line, 0);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function findProposal(proposals: Proposals, where: unknown): OpenProposal | undefined {
  const address = where instanceof vscode.Uri ? where.toString() : typeof where === "string" ? where : undefined;
  const proposal = proposals.find(address);
  if (!proposal) void showInformation(vscode.l10n.t("There is no proposed edit. Use Edit Selection or Apply first."));
  return proposal;
}

/** Whether there is a change to keep or undo. Otherwise tells the user why not. */
function canDecide(proposals: Proposals, proposal: OpenProposal): boolean {
  const { isWriting, isDisplaced } = proposal;
  if (isWriting) void showInformation(vscode.l10n.t("The edit is still being generated. Wait until it is complete."));
  if (isDisplaced) proposals.showNoLongerFits(proposal);
  return !isWriting && !isDisplaced;
}
