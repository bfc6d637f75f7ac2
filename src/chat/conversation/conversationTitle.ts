import { t } from "@vscode/l10n";
import type { Conversation } from "./conversation";

const maxLength = 60;

/** The user's name for a conversation, else the first sentence of its first question: no request is spent on it. */
export function conversationTitle({ title, turns }: Conversation): string {
  if (title !== null) return title;
  const first = turns[0]?.question;
  const words = first?.text.replace(/\s+/g, " ").trim() ?? "";
  if (words === "") return first?.attachments[0]?.label ?? t("New chat");
  const sentence = /^.{12,}?[.?!](?=\s|$)/.exec(words)?.[0] ?? words;
  return shorten(sentence);
}

/** At most 60 characters, cut between words where that leaves enough of it. */
function shorten(text: string): string {
  if (text.length <= maxLength) return text;
  // By code points, so that no emoji is cut in half.
  const start = Array.from(text.slice(0, maxLength * 2))
    .slice(0, maxLength)
    .join("");
  const space = start.lastIndexOf(" ");
  return `${space > maxLength / 2 ? start.slice(0, space) : start}…`;
}
