import type { StoredAttachment } from "./conversation";

/** What is in the composer. */
export interface Draft {
  readonly text: string;
  readonly attachments: readonly StoredAttachment[];
  /** Grows with every change, on either side, so that the newer of two can be told. */
  readonly revision: number;
}

export const emptyDraft: Draft = { text: "", attachments: [], revision: 0 };

export function isEmptyDraft({ text, attachments }: Draft): boolean {
  return text === "" && attachments.length === 0;
}
