import type { StoredAttachment, Turn } from "./conversation";

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

/** The changed draft, which counts as newer where its text is another: chips are the host's alone, so what is typed while one arrives is not older. */
export function withNextRevision(before: Draft, after: Draft): Draft {
  return { ...after, revision: before.revision + (after.text === before.text ? 0 : 1) };
}

/** What stays in the composer when a question has left it: whatever came to it meanwhile. */
export function removeSubmitted(draft: Draft, asked: DraftedQuestion): Draft {
  const text = draft.text.startsWith(asked.text) ? draft.text.slice(asked.text.length).trimStart() : draft.text;
  const isAsked = (each: StoredAttachment): boolean => asked.attachments.some(({ id }) => id === each.id);
  return { ...draft, text, attachments: draft.attachments.filter((each) => !isAsked(each)) };
}

/** The draft without a question that waited. */
export function removeQueued(draft: Draft, id: string): Draft {
  return { ...draft, queued: draft.queued.filter((each) => each.id !== id) };
}

/** The draft with what waited put back into the composer, above what is there. */
export function returnQueued(draft: Draft): Draft {
  if (draft.queued.length === 0) return draft;
  const questions = [...draft.queued, draft];
  const texts = questions.map(({ text }) => text.trim()).filter((text) => text !== "");
  return {
    ...draft,
    text: texts.join("\n\n"),
    attachments: questions.flatMap(({ attachments }) => attachments),
    queued: [],
  };
}

/**
 * The draft without the newest question of its conversation, which is asked before it leaves the composer or the queue: a crash in between
 * left it in both. One that has its answer was typed once more.
 */
export function removeAsked(draft: Draft, newest: Turn | undefined): Draft {
  if (!newest || newest.answers.some(({ status }) => status === "complete")) return draft;
  const isAsked = ({ text, attachments }: DraftedQuestion): boolean =>
    text.trim() === newest.question.text &&
    attachments.map(({ id }) => id).join() === newest.question.attachments.map(({ id }) => id).join();
  const queued = draft.queued.filter((each) => !isAsked(each));
  if (!isAsked(draft)) return { ...draft, queued };
  return { ...draft, text: "", attachments: [], queued };
}
