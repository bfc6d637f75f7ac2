import * as vscode from "vscode";
import type { Place } from "../edit/findPlace";

/** The whole lines that the selections lie in; where nothing is selected, those of the function around the cursor, or all. */
export async function editPlace(
  document: vscode.TextDocument,
  selections: readonly vscode.Selection[],
): Promise<Place> {
  const filled = selections.filter(({ isEmpty }) => !isEmpty);
  if (filled.length > 0) return linesOf(filled);
  const [cursor] = selections;
  const around = cursor && (await enclosingPlace(document, cursor));
  return around ?? { start: 0, end: document.lineCount };
}

/** The lines of the smallest function, class or the like around a range, as VS Code's outline knows it. */
export async function enclosingPlace(document: vscode.TextDocument, range: vscode.Range): Promise<Place | undefined> {
  const symbols = await vscode.commands
    .executeCommand("vscode.executeDocumentSymbolProvider", document.uri)
    .then(undefined, () => []);
  const ranges = Array.isArray(symbols) ? symbols.flatMap(rangesOf) : [];
  const around = ranges.filter((each) => each.contains(range) && !each.isSingleLine);
  const [smallest] = around.sort((a, b) => heightOf(a) - heightOf(b));
  return smallest && { start: smallest.start.line, end: smallest.end.line + 1 };
}

/** Blocks that are edited as a whole; a variable within a function is not. */
const blockKinds = new Set<unknown>([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Enum,
  vscode.SymbolKind.Struct,
]);

/** VS Code hands over objects that are neither quite `DocumentSymbol` nor `SymbolInformation`, but have all their fields. */
function rangesOf(symbol: unknown): vscode.Range[] {
  if (typeof symbol !== "object" || symbol === null || !("kind" in symbol)) return [];
  const inner = "children" in symbol && Array.isArray(symbol.children) ? symbol.children.flatMap(rangesOf) : [];
  const range = "range" in symbol ? symbol.range : undefined;
  return blockKinds.has(symbol.kind) && range instanceof vscode.Range ? [range, ...inner] : inner;
}

function linesOf(selections: readonly vscode.Selection[]): Place {
  const start = Math.min(...selections.map((each) => each.start.line));
  // A selection of whole lines ends before the first character of the next one, which is not meant.
  const end = Math.max(
    ...selections.map((each) => (each.end.character === 0 && !each.isSingleLine ? each.end.line : each.end.line + 1)),
  );
  return { start, end };
}

function heightOf({ start, end }: vscode.Range): number {
  return end.line - start.line;
}
