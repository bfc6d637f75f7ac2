import * as vscode from "vscode";
import { answerScheme, proposalScheme } from "../manifest";

/** Closes diffs and answers that VS Code restored with the window: what they show no longer exists. */
export async function closeStaleProposals(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const stale = tabs.filter(
    ({ input }) =>
      (input instanceof vscode.TabInputTextDiff && input.modified.scheme === proposalScheme) ||
      (input instanceof vscode.TabInputText && input.uri.scheme === answerScheme),
  );
  if (stale.length > 0) await vscode.window.tabGroups.close(stale, true);
}
