import * as vscode from "vscode";
import type { LineRange } from "./lineRange";

/** The multi-line functions, classes and similar symbols that contain a range, smallest first. Empty for languages without document symbols. */
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
/** Often assigned a function or object. Inside a function they are not blocks of their own. */
const values = new Set<unknown>([
  vscode.SymbolKind.Variable,
  vscode.SymbolKind.Constant,
  vscode.SymbolKind.Property,
  vscode.SymbolKind.Field,
]);

/** VS Code returns objects that have the fields of both `DocumentSymbol` and `SymbolInformation`, but are instances of neither. */
function blocksIn(symbol: unknown, inFunction = false): vscode.Range[] {
  if (typeof symbol !== "object" || symbol === null || !("kind" in symbol)) return [];
  const { kind } = symbol;
  const children: readonly unknown[] = "children" in symbol && Array.isArray(symbol.children) ? symbol.children : [];
  const inner = children.flatMap((child) => blocksIn(child, inFunction || functions.has(kind)));
  const isBlock = functions.has(kind) || types.has(kind) || (!inFunction && values.has(kind));
  const range = "range" in symbol ? symbol.range : undefined;
  return isBlock && range instanceof vscode.Range ? [range, ...inner] : inner;
}
