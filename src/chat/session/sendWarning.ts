/** How much of a model's context the next request takes. */
export interface TokenEstimate {
  /** The share of the smallest model's context; may exceed 1. */
  share: number;
  text: string;
}

/** Why the question would get no answer, or not a complete one, if it were sent now. */
export interface SendWarning {
  text: string;
  action?: SendWarningAction;
  /** When the problem ends by itself, epoch milliseconds. */
  until?: number;
}

/** The one button of a warning; `says` is the message that the page posts when it is pressed. */
export interface SendWarningAction {
  label: string;
  message: { type: "detach"; id: string } | { type: "choose-model" } | { type: "new-chat" };
}
