import * as vscode from "vscode";
import type { OpenProposal } from "../proposals/openProposal";
import type { Proposals } from "../proposals/proposals";
import type { CommandDependencies } from "./commandDependencies";
import { showInformation } from "../notifications";

/** Accepts all changes of a proposed edit. `where`: its URI, from a menu or lens; else the edit in the active editor. */
export async function acceptEdit({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = findProposal(proposals, where);
  if (!proposal || isStillStreaming(proposal)) return;
  await proposals.accept(proposal);
}

/** Rejects a proposed edit, also while it streams. */
export async function rejectEdit({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = findProposal(proposals, where);
  if (proposal) await proposals.close(proposal);
}

/** Rejects a proposed edit and requests it again. */
export async function askEditAgain({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = findProposal(proposals, where);
  if (!proposal) return;
  const { askAgain } = proposal;
  await proposals.close(proposal);
  await askAgain?.();
}

/** Accepts one change: the one that a lens passes, else the one at the cursor. */
export async function acceptHunk({ proposals }: CommandDependencies, where?: unknown, id?: unknown): Promise<void> {
  const found = findHunk(proposals, where, id);
  if (found) await proposals.accept(found.proposal, [found.hunk]);
}

/** Rejects one change, found in the same way. */
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
  if (!proposal || isStillStreaming(proposal)) return undefined;
  const hunk = typeof id === "number" ? id : hunkAtCursor(proposal);
  if (hunk === undefined)
    void showInformation(vscode.l10n.t("No proposed change at the cursor. Place the cursor on a changed line."));
  return hunk === undefined ? undefined : { proposal, hunk };
}

function findProposal(proposals: Proposals, where: unknown): OpenProposal | undefined {
  const address = where instanceof vscode.Uri ? where.toString() : typeof where === "string" ? where : undefined;
  const proposal = proposals.find(address);
  if (!proposal)
    void showInformation(vscode.l10n.t("There is no proposed edit. Use Edit Selection or Apply to File first."));
  return proposal;
}

function isStillStreaming({ isWriting }: OpenProposal): boolean {
  if (isWriting) void showInformation(vscode.l10n.t("The edit is still being generated. Wait until it is complete."));
  return isWriting;
}

function hunkAtCursor(proposal: OpenProposal): number | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { open } = proposal.state;
  const line = editor.selection.active.line;
  const inDiff = editor.document.uri.toString() === proposal.uri.toString();
  let shift = 0;
  for (const { id, start, end, lines } of open) {
    const from = start + (inDiff ? shift : 0);
    const height = inDiff ? lines.length : end - start;
    // Deleted or inserted lines have no height on one side; the next line counts instead.
    if (line >= from && line < from + Math.max(1, height)) return id;
    shift += lines.length - (end - start);
  }
  return undefined;
}
