/** How much of a model's context the next request takes. */
export interface TokenEstimate {
  /** The share of the smallest model's context; can exceed 1. */
  share: number;
  text: string;
}

/** Why the question would get no answer, or be sent without its history. */
export interface SendWarning {
  text: string;
  action?: SendWarningAction;
  /** When the warning becomes outdated, epoch milliseconds. */
  until?: number;
}

/** The button of a warning; pressing it posts `message`. */
export interface SendWarningAction {
  label: string;
  message: { type: "detach"; id: string } | { type: "choose-model" } | { type: "new-chat" };
}
