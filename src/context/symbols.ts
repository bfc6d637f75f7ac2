import * as vscode from "vscode";
import { within } from "../lifecycle";
import type { Attachment, Mention } from "./attachment";
import { enclosingBlocks } from "./enclosingBlocks";
import { fileName, locationLabel } from "./location";
import { textAttachment } from "./textAttachment";

/** The best of what language services find. */
const maxSymbols = 20;
/** A language service that still reads the project does not hold up the list, in milliseconds. */
const patienceMs = 400;

/** Functions, classes and the like of the workspace by their names, as far as language services know them. */
export async function findSymbolMentions(query: string): Promise<Mention[]> {
  if (query.trim().length < 2) return [];
  return (await workspaceSymbols(query, patienceMs)).slice(0, maxSymbols).map(({ name, location: { uri, range } }) => ({
    id: `symbol:${range.start.line},${range.start.character}:${uri.toString()}`,
    kind: "symbol",
    label: name,
    description: `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}`,
  }));
}

/** What language services find by a name in the workspace itself; nothing where they take longer than `patienceMs`. */
export async function workspaceSymbols(name: string, patienceMs: number): Promise<vscode.SymbolInformation[]> {
  const asked = vscode.commands.executeCommand("vscode.executeWorkspaceSymbolProvider", name);
  const found: unknown = await within(patienceMs, asked);
  if (!Array.isArray(found)) return [];
  return found
    .filter((each) => each instanceof vscode.SymbolInformation)
    .filter(({ location }) => vscode.workspace.getWorkspaceFolder(location.uri) !== undefined);
}

/** The whole of what is declared at `start`: its body too, where the language tells how far it goes. */
export async function attachSymbol(uri: vscode.Uri, start: vscode.Position): Promise<Attachment> {
  const document = await vscode.workspace.openTextDocument(uri);
  const [block] = await enclosingBlocks(document, new vscode.Range(start, start));
  const lines = block?.start === start.line ? block : { start: start.line, end: start.line + 1 };
  const whole = new vscode.Range(lines.start, 0, lines.end - 1, document.lineAt(lines.end - 1).text.length);
  const range = {
    ...{ startLine: whole.start.line, startCharacter: 0 },
    ...{ endLine: whole.end.line, endCharacter: whole.end.character },
  };
  return textAttachment({
    kind: "selection",
    label: locationLabel(fileName(uri.path), range),
    text: document.getText(whole),
    uri: uri.toString(),
    languageId: document.languageId,
    range,
  });
}
