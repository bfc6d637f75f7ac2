import { t } from "@vscode/l10n";
import type { MarkdownLabels } from "./markdown";

/** The localized labels that the Markdown renderer adds to an answer. */
export function localizedMarkdownLabels(): MarkdownLabels {
  return {
    code: (language) => (language === "" ? t("Code") : t("Code: {0}", language)),
    table: (headings) => (headings === "" ? t("Table") : t("Table: {0}", headings)),
    image: (name) => (name === "" ? t("Image not loaded") : t("Image not loaded: {0}", name)),
    alert: {
      note: t("Note"),
      tip: t("Tip"),
      important: t("Important"),
      warning: t("Warning"),
      caution: t("Caution"),
    },
    footnotes: t("Footnotes"),
    footnote: (number) => t("Footnote {0}", number),
    backToText: t("Back to Text"),
    done: t("Done"),
    toDo: t("To do"),
  };
}
