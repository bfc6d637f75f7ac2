import type { AlertKind } from "./parse/alert";

/** Texts that the renderer adds to an answer, in the language of the UI. */
export interface MarkdownLabels {
  /** Names a code block for screen readers. `language` is empty if unknown. */
  code: (language: string) => string;
  /** Names a table for screen readers. `headings` is empty if it has none. */
  table: (headings: string) => string;
  /** Replaces an image. `name` is empty if the image has neither alternative text nor address. */
  image: (name: string) => string;
  /** Titles of alerts. */
  alert: Readonly<Record<AlertKind, string>>;
  /** Names the footnotes at the end of an answer, a link to one, and the button that leads back, for screen readers. */
  footnotes: string;
  footnote: (number: string) => string;
  backToText: string;
  /** Name a task's checkbox for screen readers. */
  done: string;
  toDo: string;
}

export const englishLabels: MarkdownLabels = {
  code: (language) => (language === "" ? "Code" : `Code: ${language}`),
  table: (headings) => (headings === "" ? "Table" : `Table: ${headings}`),
  image: (name) => (name === "" ? "Image not loaded" : `Image not loaded: ${name}`),
  alert: { note: "Note", tip: "Tip", important: "Important", warning: "Warning", caution: "Caution" },
  footnotes: "Footnotes",
  footnote: (number) => `Footnote ${number}`,
  backToText: "Back to Text",
  done: "Done",
  toDo: "To do",
};
