import type { StoredAttachment, Turn } from "./conversation";

/** The content of the composer and the questions queued behind the running answer. */
export interface Draft extends DraftedQuestion {
  /** Sent one after another, each when the previous question has its answer. */
  readonly queued: readonly QueuedQuestion[];
  /** URIs of instruction files that the user removed from this chat. */
  readonly withoutInstructions: readonly string[];
  /** Grows with every change of the text, in the page or in the host; the higher one of two drafts is newer. */
  readonly revision: number;
}

export interface DraftedQuestion {
  readonly text: string;
  readonly attachments: readonly StoredAttachment[];
}

export interface QueuedQuestion extends DraftedQuestion {
  readonly id: string;
  /** How many rounds of calls models may use to look into the project. */
  readonly rounds?: number;
}

export const emptyDraft: Draft = { text: "", attachments: [], queued: [], withoutInstructions: [], revision: 0 };

/** True if there is neither text nor an attachment. */
export function isEmptyQuestion({ text, attachments }: DraftedQuestion): boolean {
  return text.trim() === "" && attachments.length === 0;
}

/** True if there is nothing to save. */
export function isEmptyDraft(draft: Draft): boolean {
  return isEmptyQuestion(draft) && draft.queued.length === 0 && draft.withoutInstructions.length === 0;
}

/**
 * The changed draft with its revision. Only a new text increments it: the host alone adds attachments, so text that the user
 * types while one is added must not count as outdated.
 */
export function withNextRevision(before: Draft, after: Draft): Draft {
  return { ...after, revision: before.revision + (after.text === before.text ? 0 : 1) };
}

/**
 * The text of the composer after the host and the user changed `base` at the same time: to `host` and `typed`. The host adds text around it,
 * which it trims, or removes its start. If the two changes cannot be told apart, both texts stay, unless one contains the other.
 */
export function mergeText(base: string, host: string, typed: string): string {
  if (typed === base || typed === host) return host;
  if (host === base) return typed;
  const removed = base.length - host.length;
  if (removed > 0 && base.endsWith(host) && typed.startsWith(base.slice(0, removed))) return typed.slice(removed);
  const [start, end] = [base.trimEnd(), base.trim()];
  if (end !== "" && host.endsWith(end)) return host.slice(0, -end.length) + typed;
  if (end !== "" && host.startsWith(start)) return typed + host.slice(start.length);
  if (contains(host, typed)) return host;
  return contains(typed, host) ? typed : `${host}\n\n${typed}`;
}

/** Whether the text starts with the other one, or has it as paragraphs. */
function contains(text: string, other: string): boolean {
  return text.startsWith(other) || `\n\n${text}\n\n`.includes(`\n\n${other.trim()}\n\n`);
}

/** The draft without the submitted question; text and attachments added since then stay. */
export function removeSubmitted(draft: Draft, submitted: DraftedQuestion): Draft {
  const text = draft.text.startsWith(submitted.text) ? draft.text.slice(submitted.text.length).trimStart() : draft.text;
  const isSubmitted = (each: StoredAttachment): boolean => submitted.attachments.some(({ id }) => id === each.id);
  return { ...draft, text, attachments: draft.attachments.filter((each) => !isSubmitted(each)) };
}

/** The draft without this queued question. */
export function removeQueued(draft: Draft, id: string): Draft {
  return { ...draft, queued: draft.queued.filter((each) => each.id !== id) };
}

/** Returns queued questions to the composer, above its text. */
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
 * The draft without the conversation's newest question. A question is saved in the conversation before it leaves the composer
 * or the queue, so a crash in between leaves it in both. If that question has an answer, the user typed it a second time.
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
