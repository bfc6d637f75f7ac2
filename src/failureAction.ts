/** What the one button beside a failure does. */
export type FailureAction =
  | {
      readonly do:
        | "sign-in"
        | "set-key"
        | "retry"
        | "another-model"
        | "choose-model"
        | "continue"
        | "edit"
        | "show-log"
        | "test-connection";
    }
  | { readonly do: "open-link"; readonly url: string };

/** A failure as it is shown: a sentence, one thing to do about it, and what the service said behind *Details*. */
export interface FailureMessage {
  readonly sentence: string;
  readonly label: string;
  readonly action: FailureAction;
  readonly detail?: string;
}
