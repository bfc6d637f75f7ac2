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
        | "add-service"
        | "check-again"
        | "continue"
        | "edit"
        | "show-log"
        | "test-connection";
    }
  | { readonly do: "open-link"; readonly url: string };

export interface FailureButton {
  readonly label: string;
  readonly action: FailureAction;
}

/** A failure as the UI shows it: a sentence and the button that helps most. `detail` is the service's own error text. */
export interface FailureMessage extends FailureButton {
  readonly sentence: string;
  /** Further buttons that can help, for where there is room. */
  readonly others?: readonly FailureButton[];
  readonly detail?: string;
}
