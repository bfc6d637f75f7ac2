import * as vscode from "vscode";
import type { Attachment } from "./attachment";
import { findGitIgnored } from "./gitIgnore";
import { linkTargetName } from "./symlinks";
import { fileName } from "./location";
import { findSecret, type SecretKind } from "./secrets";
import { openedFileName } from "./windowsNames";
import { showWarning } from "../notifications";

interface SecretWarning {
  /** Identifies the kind of warning and the file; the user confirms each only once per session. */
  key?: string;
  message: string;
}

/** The keys of warnings that the user has confirmed. */
const confirmedKeys = new Set<string>();

/**
 * Asks the user before anything that Git ignores or that looks like a secret is sent. Resolves to the attachments, or to `undefined` if the
 * user declines.
 */
export async function confirmAttachments<T extends Attachment>(
  attachments: readonly T[],
): Promise<readonly T[] | undefined> {
  const uris = attachments.flatMap((attachment) =>
    attachment.kind === "image" || !attachment.uri ? [] : [vscode.Uri.parse(attachment.uri)],
  );
  const ignored = await findGitIgnored(uris);
  const warnings = await Promise.all(attachments.map((attachment) => warningFor(attachment, ignored)));
  return (await confirmWarnings(warnings.filter((warning) => warning !== undefined))) ? attachments : undefined;
}

/** Checks the text, the file name and, for a symbolic link, the name of its target. */
async function warningFor(attachment: Attachment, ignored: ReadonlySet<string>): Promise<SecretWarning | undefined> {
  if (attachment.kind === "image") return undefined;
  const { kind, label, text, surroundings, uri } = attachment;
  const sentText = `${text}\n${surroundings ?? ""}`;
  const file = uri === undefined || kind === "folder" ? undefined : vscode.Uri.parse(uri);
  const [secret] = findSecret({ name: file ? openedFileName(fileName(file.path)) : "", text: sentText });
  const key = (reason: string): { key?: string } => (uri === undefined ? {} : { key: `${reason} ${uri}` });
  if (secret) return { message: secretMessage(label, secret.kind), ...key(secret.kind) };
  const targetName = file?.scheme === "file" ? await linkTargetName(file.fsPath) : undefined;
  const [targetSecret] = targetName === undefined ? [] : findSecret({ name: targetName });
  if (targetSecret)
    return { message: secretMessage(`${label} → ${targetName}`, targetSecret.kind), ...key(targetSecret.kind) };
  if (uri === undefined || !ignored.has(uri)) return undefined;
  const message = vscode.l10n.t("{0} is ignored by Git and may not be intended for sharing.", label);
  return { message, ...key("ignored") };
}

/** Like `confirmAttachments`, for texts that are not attachments. Resolves to whether they may be sent. */
export function confirmTexts(texts: readonly { label: string; text: string }[]): Promise<boolean> {
  return confirmWarnings(
    texts.flatMap(({ label, text }) => {
      const [secret] = findSecret({ text });
      return secret ? [{ message: secretMessage(label, secret.kind) }] : [];
    }),
  );
}

async function confirmWarnings(warnings: readonly SecretWarning[]): Promise<boolean> {
  const open = warnings.filter(({ key }) => key === undefined || !confirmedKeys.has(key));
  if (open.length === 0) return true;
  const send = vscode.l10n.t("Send Anyway");
  const messages = [...new Set(open.map(({ message }) => message))];
  const detail = vscode.l10n.t("Free providers may store what you send and train on it.");
  const answer = await showWarning(messages.join("\n"), { modal: true, detail }, send);
  if (answer !== send) return false;
  for (const { key } of open) if (key !== undefined) confirmedKeys.add(key);
  return true;
}

function secretMessage(label: string, secret: SecretKind): string {
  switch (secret) {
    case "environment-file":
      return vscode.l10n.t("{0} is an environment file, which often contains passwords or API keys.", label);
    case "private-key":
      return vscode.l10n.t("{0} appears to contain a private key.", label);
    case "key-file":
      return vscode.l10n.t("Files like {0} usually contain passwords or API keys.", label);
    case "token":
      return vscode.l10n.t("{0} appears to contain an API key or access token.", label);
  }
}
