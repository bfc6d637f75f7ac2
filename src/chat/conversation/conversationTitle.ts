import { t } from "@vscode/l10n";
import { redactSecrets } from "../../context/redactSecrets";
import type { Conversation } from "./conversation";

const maxLength = 60;
/** So much of a question is enough for a title, with all of a token that begins there. */
const maxRead = 2_000;

/** The title that the user gave the conversation, or else the first sentence of its first question, without secrets. Sends no request. */
export function conversationTitle({ title, turns }: Conversation): string {
  if (title !== null) return title;
  const first = turns[0]?.question;
  const text = redactSecrets(first?.text.trimStart().slice(0, maxRead) ?? "")
    .replace(/\s+/g, " ")
    .trim();
  if (text === "") return first?.attachments[0]?.label ?? t("New chat");
  const sentence = /^.{12,}?[.?!](?=\s|$)/.exec(text)?.[0] ?? text;
  return shorten(sentence);
}

/** Shortens to at most 60 characters, between words if that keeps more than half of them. */
function shorten(text: string): string {
  if (text.length <= maxLength) return text;
  // By code points, which never splits an emoji.
  const start = Array.from(text.slice(0, maxLength * 2))
    .slice(0, maxLength)
    .join("");
  const space = start.lastIndexOf(" ");
  return `${space > maxLength / 2 ? start.slice(0, space) : start}…`;
}
