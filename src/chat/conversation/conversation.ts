import type { ImageAttachment, TextAttachment } from "../../context/attachment";
import type { Failure } from "../../failureMessages";
import type { AttemptFailure, ModelId, Usage } from "../../router/index";
import type { AnswerStatus, AnswerWait } from "./answerStatus";
import type { AnswerCall, AnswerRequests } from "./toolCall";

/**
 * A conversation as plain data. It is a tree: a turn follows an answer (or starts the conversation), a turn can have several
 * answers, and an answer several next turns. Regenerating an answer or editing a question adds a branch and overwrites
 * nothing; `shown` selects the visible branch. `branch.ts` walks the tree, `conversationEvent.ts` changes it.
 */
export interface Conversation {
  readonly id: string;
  readonly createdAt: number;
  /** The name that the user gave it; `null` derives the title from the first question. */
  readonly title: string | null;
  readonly pinned: boolean;
  /** In the order in which they were added. */
  readonly turns: readonly Turn[];
  /** Maps a turn id to its shown answer, and an answer id to the shown next turn. The key `""` selects the first turn. */
  readonly shown: Readonly<Record<string, string>>;
}

/** One question with its answers. */
export interface Turn {
  readonly id: string;
  /** Id of the answer that it follows; absent for a first turn. */
  readonly after?: string;
  readonly question: Question;
  /** Variants, oldest first. */
  readonly answers: readonly Answer[];
  /** Ids of the answers of several models that are shown side by side, in the order of their columns, until the user keeps one. */
  readonly columns?: readonly string[];
}

export interface Question {
  readonly text: string;
  readonly attachments: readonly StoredAttachment[];
  readonly at: number;
}

/** An attachment without image data, which is stored in files beside the conversation, named by attachment id. */
export type StoredAttachment = TextAttachment | StoredImage;
export type StoredImage = Omit<ImageAttachment, "data">;

export interface Answer {
  readonly id: string;
  readonly status: AnswerStatus;
  readonly text: string;
  readonly reasoning: string;
  readonly startedAt: number;
  /** Id of the process that writes the answer. If that process has ended, the answer was interrupted. */
  readonly pid: number;
  /** The model that writes it; `null` until the next model starts. */
  readonly model?: ModelId | null;
  readonly provider?: string | null;
  readonly wait?: AnswerWait | null;
  /** Id of the first turn that was sent, if earlier ones did not fit. */
  readonly sentFrom?: string;
  readonly failures: readonly AttemptFailure[];
  readonly notices: readonly string[];
  /** The code blocks that the user has applied, by the page's ids for them. */
  readonly appliedCode?: readonly string[];
  /** Those that the user has inserted. */
  readonly insertedCode?: readonly string[];
  readonly attempts?: number;
  /** How many models the service itself tried without success before this one. */
  readonly passedOver?: number;
  readonly reasoningMs?: number;
  readonly timeToFirstTextMs?: number;
  readonly durationMs?: number;
  readonly finishReason?: string;
  readonly usage?: Usage;
  readonly error?: Failure;
  /** Only of answers that look into the project. */
  readonly calls?: readonly AnswerCall[];
  readonly requests?: AnswerRequests;
}

/** When the latest question or answer started, epoch milliseconds. */
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

/** Every image that is attached to a question of the conversation. */
export function storedImages({ turns }: Conversation): StoredImage[] {
  return turns.flatMap(({ question }) => imagesAmong(question.attachments));
}

/** True until the answer ends. */
export function isRunning(answer: Answer): boolean {
  return answer.status === "waiting" || answer.status === "streaming";
}

/** The answer with this id, and its turn. */
export function findAnswer(conversation: Conversation, id: string): { turn: Turn; answer: Answer } | undefined {
  // From the end, since it is nearly always the newest.
  for (let index = conversation.turns.length - 1; index >= 0; index--) {
    const turn = conversation.turns[index];
    const answer = turn?.answers.find((each) => each.id === id);
    if (turn && answer) return { turn, answer };
  }
  return undefined;
}
