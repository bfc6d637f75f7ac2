import type { CompletionOptions, CompletionRequest, Router, RouterEvent } from "../router/index";
import type { OutgoingText, TextRange } from "./outgoingText";

declare const checked: unique symbol;

/** A request that passed the secrets check. Only the check can create one. */
export type CheckedRequest = CompletionRequest & { readonly [checked]: true };

/** The router for all other code: it accepts no request that bypasses the secrets check. */
export type CheckedRouter = Omit<Router, "complete"> & {
  // A property, because parameters of methods are not checked strictly.
  readonly complete: (request: CheckedRequest, options?: CompletionOptions) => AsyncIterable<RouterEvent>;
};

/**
 * The one place that everything passes before it is sent. `scope` identifies the chat or command, which numbers its placeholders.
 * Decisions and placeholders are in memory only.
 */
export interface SecretsCheck {
  /**
   * Finds possible secrets in the texts of a request and asks the user about those that are not decided yet. `otherTexts` of the scope
   * can contain placeholders from before a restart, whose numbers are not used again.
   */
  review(
    texts: readonly OutgoingText[],
    scope: string,
    otherTexts?: readonly string[],
  ): Promise<SecretsReview | NothingToSend>;
  /** Checks a request whose texts have no names. Resolves to `undefined` if nothing may be sent. */
  seal(request: CompletionRequest, scope: string): Promise<CheckedRequest | undefined>;
  /** Puts secrets back into an answer's code. `userTexts` are the user's own, in which a placeholder is ordinary text. */
  restore(code: string, scope: string, userTexts: readonly string[]): Promise<RestoredCode>;
}

/** The code with its secrets, or a sentence for the user if a placeholder is not known, such as after a restart. */
export type RestoredCode = { readonly code: string } | { readonly problem: string };

/** The user's decisions about the texts of a request. */
export interface SecretsReview {
  readonly type: "reviewed";
  /** The texts to leave out of the request. */
  readonly heldBack: readonly OutgoingText[];
  /** How many secrets are sent as placeholders. */
  readonly replaced: number;
  /**
   * The request with placeholders instead of secrets. Asks the user about secrets in texts that were not reviewed. Resolves to
   * `undefined` if nothing may be sent.
   */
  seal(request: CompletionRequest): Promise<CheckedRequest | undefined>;
}

/** The user canceled, or held back something without which there is nothing to send. */
export interface NothingToSend {
  readonly type: "nothing-to-send";
  /** The secret that was held back; absent if the user canceled. */
  readonly secret?: { readonly source: string; readonly range: TextRange };
}
