import type { Attachment } from "./attachment";

/** The input that an editor command passes to the chat. */
export interface ChatInput {
  text?: string;
  attachments: readonly Attachment[];
  /** True sends the question immediately, without the draft in the composer; false only fills the composer. */
  submit: boolean;
}
