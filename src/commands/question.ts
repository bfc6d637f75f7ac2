import type { Attachment } from "../context/attachment";

/** What an editor command hands to the chat: put into the composer, or sent at once. */
export interface Question {
  text?: string;
  attachments: readonly Attachment[];
  submit: boolean;
}

export type Ask = (question: Question) => Promise<void>;
