import type { Conversation } from "../conversation/conversation";

/** Characters shown before and after a match. */
const contextLength = 40;

/** An excerpt around the first match in the conversation, ignoring case; `undefined` if there is none. */
export function findInConversation(conversation: Conversation, query: string): string | undefined {
  const needle = query.toLowerCase();
  for (const { question, answers } of conversation.turns) {
    const texts = [
      question.text,
      ...answers.map(({ text }) => text),
      ...question.attachments.map(({ label }) => label),
    ];
    for (const text of texts) {
      const offset = text.toLowerCase().indexOf(needle);
      if (offset >= 0) return excerpt(text, offset, needle.length);
    }
  }
  return undefined;
}

function excerpt(text: string, offset: number, length: number): string {
  const start = Math.max(0, offset - contextLength);
  const end = Math.min(text.length, offset + length + contextLength);
  const excerpt = text.slice(start, end).replace(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${excerpt}${end < text.length ? "…" : ""}`;
}
