/** A model's call of a tool that looks into the project, as part of an answer. */
export interface AnswerCall {
  readonly id: string;
  /** The request in which the model made the call, from 1. */
  readonly round: number;
  readonly name: string;
  /** The arguments as the model wrote them, as JSON. */
  readonly arguments: string;
  /** What it does, for the user: `Read src/basket.ts:1-60`. */
  readonly label: string;
  readonly at: number;
  /** Absent until the call has ended, and forever if the answer was interrupted before. */
  readonly result?: CallResult;
}

export interface CallResult {
  /** What the model gets. */
  readonly text: string;
  /** The tool refused the call; the text says why. */
  readonly isProblem?: true;
}

/** How far an answer that looks into the project has come. */
export interface AnswerRequests {
  /** The number of the request that is running or was the last one, from 1. */
  readonly current: number;
  /** How many there can be at most, without failed attempts. */
  readonly most: number;
  /** Requests of the day that were left before it; absent if they are not known or not limited. */
  readonly left?: number;
  /** It has no tools: the answer follows. */
  readonly isLast?: true;
}
