import type * as vscode from "vscode";
import { enclosingBlocks } from "../context/enclosingBlocks";
import type { LineRange } from "../context/lineRange";

/** The whole lines of the selections; without a selection, those of the function around the cursor, or the whole document. */
export async function editTarget(
  document: vscode.TextDocument,
  selections: readonly vscode.Selection[],
): Promise<LineRange> {
  const filled = selections.filter(({ isEmpty }) => !isEmpty);
  if (filled.length > 0) return linesOf(filled);
  const [cursor] = selections;
  const [around] = cursor ? await enclosingBlocks(document, cursor) : [];
  return around ?? { start: 0, end: document.lineCount };
}

function linesOf(selections: readonly vscode.Selection[]): LineRange {
  const start = Math.min(...selections.map((each) => each.start.line));
  // A selection of whole lines ends at the first character of the next line, which does not belong to it.
  const end = Math.max(
    ...selections.map((each) => (each.end.character === 0 && !each.isSingleLine ? each.end.line : each.end.line + 1)),
  );
  return { start, end };
}
