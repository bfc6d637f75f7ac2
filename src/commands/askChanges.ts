import * as vscode from "vscode";
import { attachChanges } from "../context/gitChanges";
import { chooseRepository, getGitApi, repositoryRoot } from "../context/git";
import { showInformation } from "../notifications";
import type { CommandDependencies } from "./commandDependencies";

/** Attaches the staged changes, or all changes if none are staged. `where`: the `SourceControl` that the SCM view passes. */
export async function askChanges({ ask, log }: CommandDependencies, where?: unknown): Promise<void> {
  const git = await getGitApi();
  const repository = git && (await chooseRepository(git, repositoryRoot(where)));
  if (!repository) {
    inform(vscode.l10n.t("No Git repository found. Open a folder that contains one, or initialize a repository."));
    return;
  }
  try {
    const changes = (await attachChanges(repository, "staged")) ?? (await attachChanges(repository, "working"));
    if (!changes) {
      inform(vscode.l10n.t("There are no changes to ask about."));
      return;
    }
    await ask({ attachments: [changes], submit: false });
  } catch (error) {
    log.error(`Could not read the changes: ${String(error)}`);
    inform(vscode.l10n.t("Could not read the changes from Git. See Free Models: Show Log for details."));
  }
}

function inform(sentence: string): void {
  void showInformation(sentence);
}
