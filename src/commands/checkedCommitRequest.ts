import { t } from "@vscode/l10n";
import type { OutgoingText } from "../context/outgoingText";
import type { CheckedRequest, SecretsCheck } from "../context/secretsCheck";
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
  return review.seal(commitRequest({ ...options, ...(review.heldBack.length > 0 && { instructions: "" }) }));
}

/** Only the user's instructions can be left out. */
function outgoingTexts({ changes, subjects, written, instructions, scope }: CheckedCommitOptions): OutgoingText[] {
  return [
    { source: `${scope} diff`, label: t("The diff"), text: changes, onHoldBack: "send-nothing" },
    {
      ...{ source: `${scope} subjects`, label: t("The latest commit messages"), text: subjects.join("\n") },
      onHoldBack: "remove-secret",
    },
    { source: `${scope} draft`, label: t("Your commit message"), text: written, onHoldBack: "send-nothing" },
    {
      ...{ source: "freeModels.instructions", label: t("Your instructions in the settings"), text: instructions },
      onHoldBack: "leave-out",
    },
  ];
}
