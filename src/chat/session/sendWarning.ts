/** How much of a model's context the next request takes, without the room for the answer. */
export interface TokenEstimate {
  /** The share of what the smallest model can read; can exceed 1. */
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

/** The price of letting models look into the project, which the user sees before sending. */
export interface LookCloserPreview {
  isOn: boolean;
  /** The most requests of the question, without failed attempts. */
  most: number;
  /** Requests that are left today, if they are known and limited. */
  left?: number;
}
