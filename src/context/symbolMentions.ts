import * as vscode from "vscode";
import { withTimeout } from "../lifecycle";
import { visibleName } from "../visibleText";
import type { Attachment, Mention } from "./attachment";
import { enclosingBlocks } from "./enclosingBlocks";
import { displayPath } from "./displayPath";
import { displayName, locationLabel } from "./location";
import { textAttachment } from "./textAttachment";

const maxSymbols = 20;
/** A language service that is still indexing the project must not delay the list. In milliseconds. */
const symbolTimeoutMs = 400;

/** Mentions for the workspace symbols (functions, classes and so on) that match the query. */
export async function findSymbolMentions(query: string): Promise<Mention[]> {
  if (query.trim().length < 2) return [];
  const symbols = (await workspaceSymbols(query, symbolTimeoutMs)).slice(0, maxSymbols);
  return symbols.map(({ name, location: { uri, range } }) => ({
    id: `symbol:${range.start.line},${range.start.character}:${uri.toString()}`,
    kind: "symbol",
    label: visibleName(name),
    description: `${displayPath(uri)}:${range.start.line + 1}`,
  }));
}

/** The symbols that language services find in the workspace folders; empty if they take longer than `timeoutMs`. */
export async function workspaceSymbols(name: string, timeoutMs: number): Promise<vscode.SymbolInformation[]> {
  const request = vscode.commands.executeCommand("vscode.executeWorkspaceSymbolProvider", name);
  const symbols: unknown = await withTimeout(timeoutMs, request);
  if (!Array.isArray(symbols)) return [];
  return symbols
    .filter((symbol) => symbol instanceof vscode.SymbolInformation)
    .filter(({ location }) => vscode.workspace.getWorkspaceFolder(location.uri) !== undefined);
}

/** Attaches the symbol declared at `start`, including its body if the language service reports where it ends. */
export async function attachSymbol(uri: vscode.Uri, start: vscode.Position): Promise<Attachment> {
  const document = await vscode.workspace.openTextDocument(uri);
  const [block] = await enclosingBlocks(document, new vscode.Range(start, start));
  const lines = block?.start === start.line ? block : { start: start.line, end: start.line + 1 };
  const wholeLines = new vscode.Range(lines.start, 0, lines.end - 1, document.lineAt(lines.end - 1).text.length);
  const range = {
    ...{ startLine: wholeLines.start.line, startCharacter: 0 },
    ...{ endLine: wholeLines.end.line, endCharacter: wholeLines.end.character },
  };
  return textAttachment({
    kind: "selection",
    label: locationLabel(displayName(uri.path), range),
    text: document.getText(wholeLines),
    uri: uri.toString(),
    languageId: document.languageId,
    range,
  });
}
