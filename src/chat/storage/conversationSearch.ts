import type { Conversation } from "../conversation/conversation";

/** So many characters before and after what was found. */
const around = 40;

/** The first place in a conversation where the words occur, whatever their case, with a little of what stands around it. */
export function findInConversation(conversation: Conversation, words: string): string | undefined {
  const needle = words.toLowerCase();
  for (const { question, answers } of conversation.turns) {
    const texts = [
      question.text,
      ...answers.map(({ text }) => text),
      ...question.attachments.map(({ label }) => label),
    ];
    for (const text of texts) {
      const at = text.toLowerCase().indexOf(needle);
      if (at >= 0) return excerpt(text, at, needle.length);
    }
  }
  return undefined;
}

function excerpt(text: string, at: number, length: number): string {
  const start = Math.max(0, at - around);
  const end = Math.min(text.length, at + length + around);
  const words = text.slice(start, end).replace(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${words}${end < text.length ? "…" : ""}`;
}
