import { t } from "@vscode/l10n";
import type { OutgoingText } from "../context/outgoingText";
import type { CheckedRequest, SecretsCheck } from "../context/secretsCheck";
import { outgoingInstructions, sentInstructions } from "./outgoingInstructions";
import { commitRequest, type CommitPromptOptions } from "./commitPrompt";

export interface CheckedCommitOptions extends CommitPromptOptions {
  /** Identifies the generation, also when it is tried again. */
  readonly scope: string;
}

/**
 * The request for a commit message after the secrets check; `undefined` if the user sends nothing. Placeholders stay in the message,
 * because commits are shared.
 */
export async function checkedCommitRequest(
  options: CheckedCommitOptions,
  secrets: SecretsCheck,
): Promise<CheckedRequest | undefined> {
  const review = await secrets.review(outgoingTexts(options), options.scope);
  if (review.type === "nothing-to-send") return undefined;
  return review.seal(commitRequest({ ...options, ...sentInstructions(options, review.heldBack) }));
}

/** Only instructions can be left out. */
function outgoingTexts(options: CheckedCommitOptions): OutgoingText[] {
  const { changes, subjects, written, scope } = options;
  return [
    { source: `${scope} diff`, label: t("The diff"), text: changes, onHoldBack: "send-nothing" },
    {
      ...{ source: `${scope} subjects`, label: t("The latest commit messages"), text: subjects.join("\n") },
      onHoldBack: "remove-secret",
    },
    { source: `${scope} draft`, label: t("Your commit message"), text: written, onHoldBack: "send-nothing" },
    ...outgoingInstructions(options),
  ];
}
