import * as vscode from "vscode";
import type { Attachment, TextAttachment } from "./attachment";
import { findGitIgnored } from "./gitIgnore";
import { fileName } from "./location";
import { findSecret } from "./secrets";
import { showWarning } from "../notifications";

/** The URIs that the user has confirmed, each once per session. */
const confirmed = new Set<string>();

/**
 * Asks the user before attaching files that Git ignores. Resolves to the attachments, or to `undefined` if the user declines. Files that
 * look like secrets are left to the secrets check, which asks before they are sent.
 */
export async function confirmIgnored<T extends Attachment>(
  attachments: readonly T[],
): Promise<readonly T[] | undefined> {
  const files = attachments.filter((each): each is T & TextAttachment => each.kind !== "image");
  const ignored = await findGitIgnored(files.flatMap(({ uri }) => (uri === undefined ? [] : vscode.Uri.parse(uri))));
  const open = files.filter(({ uri = "" }) => ignored.has(uri) && !confirmed.has(uri));
  const asked = open.filter(
    ({ uri = "", text }) => findSecret({ name: fileName(vscode.Uri.parse(uri).path), text }).length === 0,
  );
  if (asked.length === 0) return attachments;
  const messages = asked.map(({ label }) =>
    vscode.l10n.t("{0} is ignored by Git and may not be intended for sharing.", label),
  );
  const send = vscode.l10n.t("Send Anyway");
  const detail = vscode.l10n.t("Free providers may store what you send and train on it.");
  const answer = await showWarning([...new Set(messages)].join("\n"), { modal: true, detail }, send);
  if (answer !== send) return undefined;
  for (const { uri = "" } of asked) confirmed.add(uri);
  return attachments;
}
