import { t } from "@vscode/l10n";

/** The machine on which this extension runs: in a remote window (`vscode.env.remoteName`), not the one in front of the user. */
export function machineName(remoteName: string | undefined): string {
  return remoteName === undefined ? t("this computer") : t("the remote machine ({0})", remoteName);
}
