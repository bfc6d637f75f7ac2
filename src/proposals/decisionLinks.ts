import * as vscode from "vscode";
import { escapeMarkdown } from "../escapeMarkdown";
import { commands } from "../manifest";
import type { OpenProposal } from "./openProposal";

/** *Keep* and *Undo* for a change, as links that can run nothing else. Quotes no text of the edit or of the file. */
export function decisionLinks({ uri }: OpenProposal, id: number): vscode.MarkdownString {
  const query = encodeURIComponent(JSON.stringify([uri.toString(), id]));
  const link = (label: string, command: string): string => `[${escapeMarkdown(label)}](command:${command}?${query})`;
  const text = new vscode.MarkdownString(
    `${link(vscode.l10n.t("Keep"), commands.acceptHunk)} · ${link(vscode.l10n.t("Undo"), commands.rejectHunk)}`,
  );
  text.isTrusted = { enabledCommands: [commands.acceptHunk, commands.rejectHunk] };
  return text;
}
