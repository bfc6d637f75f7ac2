/** What the button of a failure message does. */
export type FailureAction =
  | {
      readonly do:
        | "sign-in"
        | "set-key"
        | "retry"
        | "another-model"
        | "choose-model"
        | "choose-order"
        | "use-local-models"
        | "continue"
        | "edit"
        | "show-log"
        | "test-connection";
    }
  | { readonly do: "open-link"; readonly url: string };

/** A failure as the UI shows it: a sentence and one button. `detail` is the service's own error text. */
export interface FailureMessage {
  readonly sentence: string;
  readonly label: string;
  readonly action: FailureAction;
  readonly detail?: string;
}
