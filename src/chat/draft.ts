import type { StoredAttachment } from "./conversation";

/** What is in the composer, and what waits its turn there. */
export interface Draft extends DraftedQuestion {
  /** Asked while an answer is being written: one after the other, when the one before has its answer. */
  readonly queued: readonly QueuedQuestion[];
  /** Files of project instructions, as URIs, that the user does not want in this chat. */
  readonly withoutInstructions: readonly string[];
  /** Grows with every change of the text, on either side, so that the newer of two can be told. */
  readonly revision: number;
}

export interface DraftedQuestion {
  readonly text: string;
  readonly attachments: readonly StoredAttachment[];
}

export interface QueuedQuestion extends DraftedQuestion {
  readonly id: string;
}

export const emptyDraft: Draft = { text: "", attachments: [], queued: [], withoutInstructions: [], revision: 0 };

/** True when nothing is typed and nothing attached. */
export function isEmptyQuestion({ text, attachments }: DraftedQuestion): boolean {
  return text.trim() === "" && attachments.length === 0;
}

/** True when there is nothing to be kept. */
export function isEmptyDraft(draft: Draft): boolean {
  return isEmptyQuestion(draft) && draft.queued.length === 0 && draft.withoutInstructions.length === 0;
}

/** The draft with what waited put back into the composer, above what is there. */
export function unqueued(draft: Draft): DraftedQuestion & Pick<Draft, "queued"> {
  const questions = [...draft.queued, draft];
  return {
    text: questions
      .map(({ text }) => text.trim())
      .filter((text) => text !== "")
      .join("\n\n"),
    attachments: questions.flatMap(({ attachments }) => attachments),
    queued: [],
  };
}
