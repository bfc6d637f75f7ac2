import * as vscode from "vscode";
import { attachChanges } from "../context/gitChanges";
import { confirmAttachments } from "../context/confirmSecrets";
import { chooseRepository, getGitApi, repositoryRoot } from "../context/git";
import { showInformation } from "../notifications";
import type { CommandDependencies } from "./commandDependencies";

/** Puts the staged changes, or else all changes, beside the composer. `where`: the `SourceControl` that the SCM view hands over. */
export async function askChanges({ ask, log }: CommandDependencies, where?: unknown): Promise<void> {
  const git = await getGitApi();
  const repository = git && (await chooseRepository(git, repositoryRoot(where)));
  if (!repository) {
    tell(vscode.l10n.t("There is no Git repository here. Open a folder that is one, or initialize one."));
    return;
  }
  try {
    const changes = (await attachChanges(repository, "staged")) ?? (await attachChanges(repository, "working"));
    if (!changes) {
      tell(vscode.l10n.t("There are no changes to ask about. Change something, or stage a file."));
      return;
    }
    const attachments = await confirmAttachments([changes]);
    if (attachments) await ask({ attachments, submit: false });
  } catch (error) {
    log.error(`The changes cannot be read: ${String(error)}`);
    tell(vscode.l10n.t("Git could not tell what changed. Free Models: Show Log says more."));
  }
}

function tell(sentence: string): void {
  void showInformation(sentence);
}
