import { fitLines, type Indentation } from "../../proposals/indentation";

/** The place in an editor where code is inserted. */
export interface InsertionPlace {
  /** The line of the cursor, or the first line of the selection. */
  readonly line: string;
  /** The column in `line`. */
  readonly column: number;
  /** The selected text, which the code replaces; may be empty. */
  readonly selected: string;
}

/** The text to insert, and whether it goes to the end of the line instead of the selection. */
export interface InsertedCode {
  readonly text: string;
  readonly atLineEnd: boolean;
}

/** Fits code into the place: several lines get the indentation of the line, and start on a line of their own unless they replace a selection. */
export function insertedCode(
  code: string,
  { line, column, selected }: InsertionPlace,
  indentation: Indentation,
): InsertedCode {
  const lines = code.split(/\r\n|\r|\n/);
  if (lines.length === 1) return { text: code, atLineEnd: false };
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  const text = fitLines(lines, [`${indent}x`], indentation).join("\n");
  const before = line.slice(0, column);
  if (selected === "" && before.trim() !== "") return { text: `\n${text}`, atLineEnd: true };
  const present = before.slice(0, indent.length);
  const inline = text.startsWith(present) ? text.slice(present.length) : text;
  // The rest of the line keeps its indentation.
  const end = selected === "" && line.trim() !== "" ? `\n${present}` : selected.endsWith("\n") ? "\n" : "";
  return { text: inline + end, atLineEnd: false };
}
