import * as vscode from "vscode";
import { codeLens } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { commands } from "../manifest";
import type { OpenProposal } from "./openProposal";

/**
 * *Accept* and *Reject* above each change. The lenses are in the document itself, which is open beside its diff: VS Code shows lenses in a
 * diff only with `diffEditor.codeLens` on, and offers extensions no other place in a diff.
 */
export function hunkLenses(proposal: OpenProposal, document: vscode.TextDocument): vscode.CodeLens[] {
  const { open } = proposal.state;
  const inDiff = document.uri.toString() === proposal.uri.toString();
  const address = proposal.uri.toString();
  let shift = 0;
  return open.flatMap(({ id, start, end, lines }, index) => {
    const line = Math.min(start + (inDiff ? shift : 0), document.lineCount - 1);
    shift += lines.length - (end - start);
    const range = new vscode.Range(line, 0, line, 0);
    const lens = (title: IconText, command: string, tooltip: string, ...args: readonly unknown[]): vscode.CodeLens =>
      codeLens(range, { title, command, tooltip, arguments: [address, ...args] });
    const { t } = vscode.l10n;
    const change = lines.length === 0 ? t("deletes these lines") : t("see the diff");
    return [
      lens(iconText(icon("check"), t("Accept")), commands.acceptHunk, t("Accept this change: {0}", change), id),
      lens(iconText(icon("close"), t("Reject")), commands.rejectHunk, t("Reject this change"), id),
      ...(index === 0 && open.length > 1
        ? [
            lens(
              iconText(t("Accept all {0} changes", open.length)),
              commands.acceptEdit,
              t("Accept all changes as one edit"),
            ),
            lens(iconText(t("Reject all")), commands.rejectEdit, t("Reject all changes")),
          ]
        : []),
    ];
  });
}
