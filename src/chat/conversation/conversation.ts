import type { ImageAttachment, TextAttachment } from "../../context/attachment";
import type { Failure } from "../../failureMessages";
import type { AttemptFailure, ModelId, Usage } from "../../router/index";
import type { AnswerStatus, AnswerWait } from "./answerStatus";

/**
 * A conversation as plain data. It is a tree: a turn follows an answer (or opens the conversation), a turn may have several
 * answers, an answer several next turns. Asking again or editing a question therefore adds and never overwrites; `shown`
 * says which branch is on the screen. See `path.ts` for the way through it and `conversationEvent.ts` for how it grows.
 */
export interface Conversation {
  readonly id: string;
  readonly createdAt: number;
  /** The user's own name for it; while it is `null` the first question names it. */
  readonly title: string | null;
  readonly pinned: boolean;
  /** In the order they were asked. */
  readonly turns: readonly Turn[];
  /** The chosen answer of a turn, by the turn's id; the chosen turn after an answer, by the answer's id (`""`: the first). */
  readonly shown: Readonly<Record<string, string>>;
}

/** One question with its answers. */
export interface Turn {
  readonly id: string;
  /** The answer it follows; absent for one that opens the conversation. */
  readonly after?: string;
  readonly question: Question;
  /** Variants, oldest first. */
  readonly answers: readonly Answer[];
}

export interface Question {
  readonly text: string;
  readonly attachments: readonly StoredAttachment[];
  readonly at: number;
}

/** An attachment without the bytes of pictures: those lie in files beside the conversation, by the attachment's id. */
export type StoredAttachment = TextAttachment | StoredImage;
export type StoredImage = Omit<ImageAttachment, "data">;

export interface Answer {
  readonly id: string;
  readonly status: AnswerStatus;
  readonly text: string;
  readonly reasoning: string;
  readonly startedAt: number;
  /** The process that writes it: when that is gone, so is the rest of the answer. */
  readonly pid: number;
  /** Who writes it; `null` while the next model has not begun. */
  readonly model?: ModelId | null;
  readonly provider?: string | null;
  /** Nothing is sent before `until`, epoch milliseconds. */
  readonly wait?: AnswerWait | null;
  /** The first turn that was sent, where those before it did not fit. */
  readonly sentFrom?: string;
  readonly failures: readonly AttemptFailure[];
  readonly notices: readonly string[];
  readonly attempts?: number;
  /** How many models the service itself tried in vain before this one. */
  readonly passedOver?: number;
  readonly reasoningMs?: number;
  readonly timeToFirstTextMs?: number;
  readonly durationMs?: number;
  readonly finishReason?: string;
  readonly usage?: Usage;
  readonly error?: Failure;
}

/** When something was asked or its answer begun last, epoch milliseconds. */
export function lastActivity(conversation: Conversation): number {
  const times = conversation.turns.flatMap(({ question, answers }) => [
    question.at,
    ...answers.map(({ startedAt }) => startedAt),
  ]);
  return times.reduce((latest, time) => Math.max(latest, time), conversation.createdAt);
}

export function imagesAmong(attachments: readonly StoredAttachment[]): StoredImage[] {
  return attachments.filter((each) => each.kind === "image");
}

/** Every picture that any question of the conversation carries. */
export function storedImages({ turns }: Conversation): StoredImage[] {
  return turns.flatMap(({ question }) => imagesAmong(question.attachments));
}

/** True while the answer may still grow. */
export function isRunning(answer: Answer): boolean {
  return answer.status === "waiting" || answer.status === "streaming";
}

/** The turn and the answer with this answer id. */
export function findAnswer(conversation: Conversation, id: string): { turn: Turn; answer: Answer } | undefined {
  // From the end: nearly always it is the newest.
  for (let index = conversation.turns.length - 1; index >= 0; index--) {
    const turn = conversation.turns[index];
    const answer = turn?.answers.find((each) => each.id === id);
    if (turn && answer) return { turn, answer };
  }
  return undefined;
}
