/** `interrupted` broke off by itself (a broken stream, a crash), `stopped` was the user's wish; both keep their text. */
export type AnswerStatus = "waiting" | "streaming" | "complete" | "stopped" | "interrupted" | "failed";

/** Nothing is sent before `until`, epoch milliseconds. */
export interface AnswerWait {
  readonly until: number;
  readonly reason: "minute-limit" | "resting";
}
