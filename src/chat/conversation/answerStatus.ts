/** `interrupted`: the stream broke or the process ended. `stopped`: the user stopped it. Both keep the text received so far. */
export type AnswerStatus = "waiting" | "streaming" | "complete" | "stopped" | "interrupted" | "failed";

/** Why nothing is sent before `until`. `slow`: the model is silent, and another one is asked then. */
export const waitReasons = ["minute-limit", "resting", "slow", "queue", "loading"] as const;

export interface AnswerWait {
  /** Epoch milliseconds. */
  readonly until: number;
  readonly reason: (typeof waitReasons)[number];
}
