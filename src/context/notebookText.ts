import { fenced } from "./fence";

/** A cell of a notebook, without its outputs. */
export interface CellText {
  readonly text: string;
  /** VS Code's language id of a code cell; absent for Markdown. */
  readonly languageId?: string;
}

/** The source of a notebook as Markdown, with the numbers of its cells: code cells are code blocks. */
export function notebookText(cells: readonly CellText[]): string {
  return cells
    .flatMap(({ text, languageId }, index) => {
      if (text.trim() === "") return [];
      return [`Cell ${index + 1}:\n${languageId === undefined ? text.trimEnd() : fenced(text, languageId)}\n`];
    })
    .join("\n");
}
