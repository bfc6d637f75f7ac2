import { t } from "@vscode/l10n";
import type { MarkdownLabels } from "./markdown";

/** What stands in an answer without having been said by the model. */
export function answerStatusText(): MarkdownLabels {
  return {
    code: (language) => (language === "" ? t("Code") : t("Code, {0}", language)),
    table: (headings) => (headings === "" ? t("Table") : t("Table: {0}", headings)),
    picture: (name) => (name === "" ? t("Picture not loaded") : t("Picture not loaded: {0}", name)),
    done: t("Done"),
    toDo: t("To do"),
  };
}
