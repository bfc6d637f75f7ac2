import type { Attachment } from "../context/attachment";

/** What an editor command hands to the chat: put into the composer, or sent at once. */
export interface ChatInput {
  text?: string;
  attachments: readonly Attachment[];
  submit: boolean;
}

export type AskInChat = (question: ChatInput) => Promise<void>;
