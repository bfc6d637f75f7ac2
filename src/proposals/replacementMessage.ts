import { t } from "@vscode/l10n";
import type { ReplacementProblem } from "./replacementText";

/** Why an answer was not made an edit, in a sentence that says what to do. */
export function replacementMessage(refusal: ReplacementProblem): string {
  switch (refusal.kind) {
    case "no-code":
      return t("The model answered in words instead of code, so nothing was changed. Ask again, or read its answer.");
    case "several-blocks":
      return t(
        "The model answered with {0} pieces of code, and which one is meant cannot be told. Ask again, or read its answer.",
        refusal.count,
      );
    case "cut":
      return t(
        "The model's answer broke off in the middle of the code, so nothing was changed. Ask again for less code.",
      );
    case "other-language":
      return t(
        "The model answered in another language ({0}), so nothing was changed. Ask again, or read its answer.",
        refusal.language,
      );
    case "left-out":
      return t(
        "The model left out a part of the code (“{0}”), so nothing was changed. Ask again, or read its answer.",
        refusal.line.trim(),
      );
  }
}
