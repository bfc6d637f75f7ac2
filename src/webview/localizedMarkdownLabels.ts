import { t } from "@vscode/l10n";
import type { MarkdownLabels } from "./markdown";

/** The localized labels that the Markdown renderer adds to an answer. */
export function localizedMarkdownLabels(): MarkdownLabels {
  return {
    code: (language) => (language === "" ? t("Code") : t("Code: {0}", language)),
    table: (headings) => (headings === "" ? t("Table") : t("Table: {0}", headings)),
    image: (name) => (name === "" ? t("Image not loaded") : t("Image not loaded: {0}", name)),
    done: t("Done"),
    toDo: t("To do"),
  };
}
