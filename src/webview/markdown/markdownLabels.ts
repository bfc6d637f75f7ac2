/** What the renderer says itself, in the reader's language. */
export interface MarkdownLabels {
  /** A code block, for screen readers; `language` is empty where none is known. */
  code: (language: string) => string;
  /** A table, for screen readers; `headings` is empty where it has none. */
  table: (headings: string) => string;
  /** Stands in the place of a picture; `name` is empty where it has neither text nor address. */
  picture: (name: string) => string;
  done: string;
  toDo: string;
}

export const englishLabels: MarkdownLabels = {
  code: (language) => (language === "" ? "Code" : `Code, ${language}`),
  table: (headings) => (headings === "" ? "Table" : `Table: ${headings}`),
  picture: (name) => (name === "" ? "Picture not loaded" : `Picture not loaded: ${name}`),
  done: "Done",
  toDo: "To do",
};
