import type { TextRange } from "../../context/outgoingText";
import type { NothingToSend } from "../../context/secretsCheck";

/** What became of a submitted question. */
export type Submission =
  /** `heldBack` are the labels of attachments that are left out because of possible secrets. */
  { readonly type: "sent"; readonly heldBack: readonly string[] } | HeldBackSubmission;

/** The question stays in the composer, where `secret` is the possible secret that was held back. */
export interface HeldBackSubmission {
  readonly type: "held-back";
  readonly secret?: TextRange;
}

/** The user sends nothing of the question with this id. */
export function heldBackSubmission({ secret }: NothingToSend, question: string): HeldBackSubmission {
  return { type: "held-back", ...(secret?.source === question && { secret: secret.range }) };
}
