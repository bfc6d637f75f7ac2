import * as vscode from "vscode";
import { workspaceSymbols } from "../context/symbolMentions";
import { withTimeout } from "../lifecycle";

/** Where the language services know symbols of exactly this name; empty if they take longer than `timeoutMs`. */
export async function symbolsNamed(name: string, timeoutMs: number): Promise<vscode.Location[]> {
  const symbols = await workspaceSymbols(name, timeoutMs);
  // Functions may come with their parameters.
  return symbols.filter((symbol) => symbol.name.replace(/\(.*$/s, "") === name).map(({ location }) => location);
}

/** Where the symbol at this position is defined; empty if the language service takes longer than `timeoutMs`. */
export async function definitionsAt(
  uri: vscode.Uri,
  position: vscode.Position,
  timeoutMs: number,
): Promise<vscode.Location[]> {
  const request = vscode.commands.executeCommand("vscode.executeDefinitionProvider", uri, position);
  return locationsIn(await withTimeout(timeoutMs, request));
}

/** Where the symbol at this position is used, its definition included; empty if it takes longer than `timeoutMs`. */
export async function referencesAt(
  uri: vscode.Uri,
  position: vscode.Position,
  timeoutMs: number,
): Promise<vscode.Location[]> {
  const request = vscode.commands.executeCommand("vscode.executeReferenceProvider", uri, position);
  return locationsIn(await withTimeout(timeoutMs, request));
}

/** Language services answer with locations or with links to them. */
function locationsIn(found: unknown): vscode.Location[] {
  if (!Array.isArray(found)) return [];
  return found.flatMap((each: unknown) => {
    if (each instanceof vscode.Location) return [each];
    return isLink(each) ? [new vscode.Location(each.targetUri, each.targetSelectionRange ?? each.targetRange)] : [];
  });
}

function isLink(value: unknown): value is vscode.LocationLink {
  return typeof value === "object" && value !== null && "targetUri" in value && "targetRange" in value;
}
