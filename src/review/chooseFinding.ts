import * as vscode from "vscode";
import { displayPath } from "../context/displayPath";
import { showQuickPick } from "../iconLabels";
import { icon, iconText } from "../iconText";
import { showInformation } from "../notifications";
import { severityLabel, type FindingThread } from "./findingThreads";

const severityIcons = { high: "error", medium: "warning", low: "info" } as const;

/**
 * The finding that a command is about: of the thread that a menu passes, else the only one at the cursor, else the user's choice. Tells the
 * user if there are none.
 */
export async function chooseFinding(
  findings: readonly FindingThread[],
  thread: unknown,
  placeHolder: string,
): Promise<FindingThread | undefined> {
  if (findings.length === 0) {
    void showInformation(noFindingsMessage());
    return undefined;
  }
  const passed = findings.find((each) => each.thread === thread);
  if (passed) return passed;
  const atCursor = findings.filter(isAtCursor);
  if (atCursor.length === 1) return atCursor[0];
  const items = findings.map((each) => {
    const { finding, uri, line } = each.placed;
    return {
      label: iconText(icon(severityIcons[finding.severity]), finding.title),
      description: iconText(`${displayPath(uri)}:${line + 1}`, severityLabel(finding.severity)),
      finding: each,
    };
  });
  return (await showQuickPick(items, { placeHolder }))?.finding;
}

export function noFindingsMessage(): string {
  return vscode.l10n.t("There are no review findings. Run Review Changes first.");
}

/** VS Code moves a thread with the text around it, but tells extensions nothing about that; the cursor counts where it was shown. */
function isAtCursor({ placed: { uri, line } }: FindingThread): boolean {
  const editor = vscode.window.activeTextEditor;
  return uri.toString() === editor?.document.uri.toString() && line === editor.selection.active.line;
}
