import * as vscode from "vscode";
import { proposalScheme } from "../manifest";

/** Closes diffs that VS Code restored with the window: their proposals no longer exist. */
export async function closeStaleProposals(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const stale = tabs.filter(
    ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === proposalScheme,
  );
  if (stale.length > 0) await vscode.window.tabGroups.close(stale, true);
}
