import { t } from "@vscode/l10n";
import { isDiff } from "./languageFamily";
import type { ReplacementProblem } from "./readReplacement";

/** The message for an answer that could not become an edit: the reason and what to do. */
export function replacementMessage(problem: ReplacementProblem): string {
  switch (problem.kind) {
    case "no-code":
      return t("The model answered without code, so nothing was changed. Ask again, or view its answer.");
    case "several-blocks":
      return t(
        "The model answered with {0} code blocks instead of one, so nothing was changed. Ask again, or view its answer.",
        problem.count,
      );
    case "cut":
      return t(
        "The model's answer ended in the middle of the code, so nothing was changed. Select less code and ask again.",
      );
    case "other-language":
      return t(
        "The model answered in another language ({0}), so nothing was changed. Ask again, or view its answer.",
        problem.language,
      );
    case "left-out":
      return t(
        "The model omitted part of the code (“{0}”), so nothing was changed. Ask again, or view its answer.",
        problem.line.trim(),
      );
  }
}

/** The message for code in an answer of the chat that cannot be applied to a file. */
export function applyProblemMessage(
  problem: Extract<ReplacementProblem, { kind: "other-language" | "left-out" }>,
): string {
  if (problem.kind === "left-out")
    return t(
      "The code omits part of the file (“{0}”), so nothing was changed. Ask for the complete code.",
      problem.line.trim(),
    );
  return isDiff(problem.language)
    ? t("A diff cannot be applied to a file, so nothing was changed. Ask for the changed code instead.")
    : t("The code is in another language ({0}) than the file, so nothing was changed.", problem.language);
}
