import * as vscode from "vscode";
import type { OpenProposal } from "../proposals/openProposal";
import type { Proposals } from "../proposals/proposals";
import type { CommandDependencies } from "./commandDependencies";
import { showInformation } from "../notifications";

/** Makes all changes of the edit that a menu, a lens or the cursor points at. */
export async function acceptEdit({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = pointedAt(proposals, where);
  if (!proposal || tellWriting(proposal)) return;
  await proposals.accept(proposal);
}

/** Gives the edit up, also while it is being written. */
export async function rejectEdit({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = pointedAt(proposals, where);
  if (proposal) await proposals.close(proposal);
}

/** Gives the edit up and asks for it once more. */
export async function askEditAgain({ proposals }: CommandDependencies, where?: unknown): Promise<void> {
  const proposal = pointedAt(proposals, where);
  if (!proposal) return;
  const { askAgain } = proposal;
  await proposals.close(proposal);
  await askAgain?.();
}

/** Accepts one change: the one that a lens names, else the one at the cursor. */
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
  const proposal = pointedAt(proposals, where);
  if (!proposal || tellWriting(proposal)) return undefined;
  const hunk = typeof id === "number" ? id : hunkAtCursor(proposal);
  if (hunk === undefined)
    void showInformation(vscode.l10n.t("There is no proposed change at the cursor. Put it on a line that changes."));
  return hunk === undefined ? undefined : { proposal, hunk };
}

function pointedAt(proposals: Proposals, where: unknown): OpenProposal | undefined {
  const address = where instanceof vscode.Uri ? where.toString() : typeof where === "string" ? where : undefined;
  const proposal = proposals.find(address);
  if (!proposal) void showInformation(vscode.l10n.t("There is no proposed edit. Ask for one first."));
  return proposal;
}

function tellWriting({ isWriting }: OpenProposal): boolean {
  if (isWriting) void showInformation(vscode.l10n.t("The edit is still being written. Wait for its end."));
  return isWriting;
}

function hunkAtCursor(proposal: OpenProposal): number | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { open } = proposal.standing;
  const line = editor.selection.active.line;
  const inDiff = editor.document.uri.toString() === proposal.uri.toString();
  let shift = 0;
  for (const { id, start, end, lines } of open) {
    const from = start + (inDiff ? shift : 0);
    const height = inDiff ? lines.length : end - start;
    // Lines that go, or come, have no height on one side: the line that they stand before counts.
    if (line >= from && line < from + Math.max(1, height)) return id;
    shift += lines.length - (end - start);
  }
  return undefined;
}
