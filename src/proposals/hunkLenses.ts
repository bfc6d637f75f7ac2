import * as vscode from "vscode";
import { codeLens } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { commands } from "../manifest";
import { hunkPositions } from "./hunkPositions";
import type { OpenProposal } from "./openProposal";

/**
 * *Keep* and *Undo* above each change, and *Keep All* and *Undo All* above the first. In the document itself, and in the diff: there VS Code
 * shows lenses only with `diffEditor.codeLens` on.
 */
export function hunkLenses(proposal: OpenProposal, document: vscode.TextDocument): vscode.CodeLens[] {
  const { open } = proposal.state;
  const { t } = vscode.l10n;
  const inDiff = document.uri.toString() === proposal.uri.toString();
  const address = proposal.uri.toString();
  return hunkPositions(open, inDiff ? "proposed" : "document").flatMap(({ id, start }, index) => {
    const line = Math.min(start, document.lineCount - 1);
    const range = new vscode.Range(line, 0, line, 0);
    const lens = (title: IconText, command: string, tooltip: string, ...args: readonly unknown[]): vscode.CodeLens =>
      codeLens(range, { title, command, tooltip, arguments: [address, ...args] });
    const position = t("{0} of {1}", index + 1, open.length);
    const all = [
      lens(iconText(t("Keep All")), commands.acceptEdit, t("Keep all {0} changes as one edit", open.length)),
      lens(iconText(t("Undo All")), commands.rejectEdit, t("Undo all {0} changes", open.length)),
    ];
    return [
      lens(iconText(icon("check"), t("Keep")), commands.acceptHunk, t("Keep change {0}", position), id),
      lens(iconText(icon("discard"), t("Undo")), commands.rejectHunk, t("Undo change {0}", position), id),
      ...(index === 0 && open.length > 1 ? all : []),
    ];
  });
}
