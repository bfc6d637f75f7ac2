import * as vscode from "vscode";
import type { LineRange } from "./surroundingLines";

/** The functions, classes and the like around a range, smallest first, as VS Code's outline knows them; none for languages without one. */
export async function enclosingBlocks(document: vscode.TextDocument, range: vscode.Range): Promise<LineRange[]> {
  const symbols = await vscode.commands
    .executeCommand("vscode.executeDocumentSymbolProvider", document.uri)
    .then(undefined, () => []);
  const blocks = Array.isArray(symbols) ? symbols.flatMap((symbol) => blocksIn(symbol)) : [];
  return blocks
    .filter((block) => block.contains(range) && !block.isSingleLine)
    .map(({ start, end }) => ({ start: start.line, end: end.line + 1 }))
    .sort((a, b) => a.end - a.start - (b.end - b.start));
}

const functions = new Set<unknown>([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
]);
const types = new Set<unknown>([
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Enum,
  vscode.SymbolKind.Struct,
]);
/** Often hold a function; those within a function are only lines of it. */
const values = new Set<unknown>([
  vscode.SymbolKind.Variable,
  vscode.SymbolKind.Constant,
  vscode.SymbolKind.Property,
  vscode.SymbolKind.Field,
]);

/** VS Code hands over objects that are neither quite `DocumentSymbol` nor `SymbolInformation`, but have all their fields. */
function blocksIn(symbol: unknown, inFunction = false): vscode.Range[] {
  if (typeof symbol !== "object" || symbol === null || !("kind" in symbol)) return [];
  const { kind } = symbol;
  const children: readonly unknown[] = "children" in symbol && Array.isArray(symbol.children) ? symbol.children : [];
  const inner = children.flatMap((child) => blocksIn(child, inFunction || functions.has(kind)));
  const isBlock = functions.has(kind) || types.has(kind) || (!inFunction && values.has(kind));
  const range = "range" in symbol ? symbol.range : undefined;
  return isBlock && range instanceof vscode.Range ? [range, ...inner] : inner;
}
