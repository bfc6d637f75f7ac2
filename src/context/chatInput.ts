import type { Attachment } from "./attachment";

/** What an editor command hands to the chat. */
export interface ChatInput {
  text?: string;
  attachments: readonly Attachment[];
  /** True sends it at once; false only fills the composer. */
  submit: boolean;
}
