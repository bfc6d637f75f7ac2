/** `interrupted`: the stream broke or the process ended. `stopped`: the user stopped it. Both keep the text received so far. */
export type AnswerStatus = "waiting" | "streaming" | "complete" | "stopped" | "interrupted" | "failed";

/** The request is not sent before `until` (epoch milliseconds). */
export interface AnswerWait {
  readonly until: number;
  readonly reason: "minute-limit" | "resting";
}
