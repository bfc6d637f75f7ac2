/** Texts that the renderer adds to an answer, in the language of the UI. */
export interface MarkdownLabels {
  /** Names a code block for screen readers. `language` is empty if unknown. */
  code: (language: string) => string;
  /** Names a table for screen readers. `headings` is empty if it has none. */
  table: (headings: string) => string;
  /** Replaces an image. `name` is empty if the image has neither alternative text nor address. */
  image: (name: string) => string;
  /** Name a task's checkbox for screen readers. */
  done: string;
  toDo: string;
}

export const englishLabels: MarkdownLabels = {
  code: (language) => (language === "" ? "Code" : `Code: ${language}`),
  table: (headings) => (headings === "" ? "Table" : `Table: ${headings}`),
  image: (name) => (name === "" ? "Image not loaded" : `Image not loaded: ${name}`),
  done: "Done",
  toDo: "To do",
};
