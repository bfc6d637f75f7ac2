import * as vscode from "vscode";
import { visibleName } from "../../visibleText";
import { findFileLines, linesPart } from "./fileText";
import { projectTool } from "./projectTool";
import { lineParameter, ofType, textParameter } from "./toolParameters";

/** The most lines and characters of one call. */
const maxLines = 250;
const maxLength = 10_000;

/** Reads lines of a file. */
export const readLinesTool = projectTool({
  name: "read_lines",
  purpose: `Reads lines of a text file, at most ${maxLines} at once. Lines are numbered from 1; without numbers it reads from the start.`,
  properties: {
    path: ofType("string", "Relative to the workspace folder: src/app.ts"),
    start: ofType("integer", "First line"),
    end: ofType("integer", "Last line"),
  },
  required: ["path"],
  read: (given) => {
    const path = textParameter(given["path"], 1_000);
    return path ? { path, start: lineParameter(given["start"]), end: lineParameter(given["end"]) } : undefined;
  },
  label: ({ path, start, end }) => {
    const name = visibleName(path);
    if (start === undefined && end === undefined) return vscode.l10n.t("Read {0}", name);
    return vscode.l10n.t("Read {0}", end === undefined ? `${name}:${start ?? 1}` : `${name}:${start ?? 1}-${end}`);
  },
  async run({ path, start, end }) {
    const file = await findFileLines(path);
    if ("problem" in file) return file;
    const from = (start ?? 1) - 1;
    if (from >= file.lines.length) return { problem: `The file has only ${file.lines.length} lines.` };
    const to = Math.min(Math.max(from + 1, end ?? from + maxLines), from + maxLines);
    return { parts: [linesPart(file, from, to, maxLength)] };
  },
});
