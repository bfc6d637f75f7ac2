import * as vscode from "vscode";
import type { Attachment } from "./attachment";
import { ignoredAmong } from "./gitIgnore";
import { linkTargetName } from "./linkTarget";
import { fileName } from "./location";
import { findSecret, type Secret } from "./secrets";
import { showWarning } from "../notifications";

interface Doubt {
  /** Asked once a session for the same thing of the same file. */
  key?: string;
  sentence: string;
}

const allowed = new Set<string>();

/**
 * What may be sent: everything, unless a file is ignored by git or something looks secret; then what the user says in a dialog. Resolves to
 * `undefined` where they say no.
 */
export async function confirmAttachments<T extends Attachment>(
  attachments: readonly T[],
): Promise<readonly T[] | undefined> {
  const uris = attachments.flatMap((each) => (each.kind === "image" || !each.uri ? [] : [vscode.Uri.parse(each.uri)]));
  const ignored = await ignoredAmong(uris);
  const doubts = await Promise.all(attachments.map((each) => doubtAbout(each, ignored)));
  return (await confirmed(doubts.filter((doubt) => doubt !== undefined))) ? attachments : undefined;
}

/** Where a file is reached by a link, its own name counts as well. */
async function doubtAbout(attachment: Attachment, ignored: ReadonlySet<string>): Promise<Doubt | undefined> {
  if (attachment.kind === "image") return undefined;
  const { kind, label, text, surroundings, uri } = attachment;
  const sent = `${text}\n${surroundings ?? ""}`;
  const place = uri === undefined || kind === "folder" ? undefined : vscode.Uri.parse(uri);
  const secret = findSecret({ name: place ? fileName(place.path) : "", text: sent });
  const key = (doubt: string): { key?: string } => (uri === undefined ? {} : { key: `${doubt} ${uri}` });
  if (secret) return { sentence: secretWords(label, secret), ...key(secret) };
  const linked = place?.scheme === "file" ? await linkTargetName(place.fsPath) : undefined;
  const behind = linked === undefined ? undefined : findSecret({ name: linked });
  if (behind) return { sentence: secretWords(`${label} → ${linked}`, behind), ...key(behind) };
  if (uri === undefined || !ignored.has(uri)) return undefined;
  const sentence = vscode.l10n.t("{0} is ignored by Git, so it may not be meant to leave this machine.", label);
  return { sentence, ...key("ignored") };
}

/** The same for texts that are no files: whether they may be sent. */
export function confirmTexts(texts: readonly { label: string; text: string }[]): Promise<boolean> {
  return confirmed(
    texts.flatMap(({ label, text }) => {
      const secret = findSecret({ text });
      return secret ? [{ sentence: secretWords(label, secret) }] : [];
    }),
  );
}

async function confirmed(all: readonly Doubt[]): Promise<boolean> {
  const doubts = all.filter(({ key }) => key === undefined || !allowed.has(key));
  if (doubts.length === 0) return true;
  const send = vscode.l10n.t("Send Anyway");
  const sentences = [...new Set(doubts.map(({ sentence }) => sentence))];
  const detail = vscode.l10n.t("Providers of free models may keep what they are sent, and train on it.");
  const answer = await showWarning(sentences.join("\n"), { modal: true, detail }, send);
  if (answer !== send) return false;
  for (const { key } of doubts) if (key !== undefined) allowed.add(key);
  return true;
}

function secretWords(label: string, secret: Secret): string {
  switch (secret) {
    case "environment-file":
      return vscode.l10n.t("{0} is an environment file: these often hold passwords and keys.", label);
    case "private-key":
      return vscode.l10n.t("{0} looks like a private key.", label);
    case "key-file":
      return vscode.l10n.t("{0} is a file that usually holds passwords or keys.", label);
    case "token":
      return vscode.l10n.t("{0} contains what looks like a key or an access token.", label);
  }
}
