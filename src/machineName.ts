import { t } from "@vscode/l10n";

/** The machine on which this extension runs: in a remote window (`vscode.env.remoteName`), not the one in front of the user. */
export function machineName(remoteName: string | undefined): string {
  if (remoteName === undefined) return t("this computer");
  // In the browser it is the address of VS Code's own server. Its port is not the one of a local server of models.
  const name = remoteName.replace(/:\d+$/, "");
  return isLoopbackName(name) ? t("the remote machine") : t("the remote machine ({0})", name);
}

/** Every machine calls itself so. */
function isLoopbackName(name: string): boolean {
  return name === "localhost" || name === "[::1]" || name.startsWith("127.");
}
