import type * as vscode from "vscode";
import { enclosingBlocks } from "../context/enclosingBlocks";
import type { LineRange } from "../context/lineRange";

/** Lines of context above and below a place outside any function. */
const linesAround = 8;

/** The smallest function or the like around a range, or else some lines of context. */
export async function codeAround(document: vscode.TextDocument, range: vscode.Range): Promise<LineRange> {
  const [block] = await enclosingBlocks(document, range);
  return (
    block ?? {
      start: Math.max(0, range.start.line - linesAround),
      end: Math.min(document.lineCount, range.end.line + 1 + linesAround),
    }
  );
}
