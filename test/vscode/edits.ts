import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as vscode from "vscode";
import { seen } from "./world";

const scheme = "free-models-proposal";

/** Code as a model sends it. */
export function codeOf(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

/** The tab of the proposed edit, if there is one. */
export function proposalTab(): { label: string; input: vscode.TabInputTextDiff } | undefined {
  for (const { label, input } of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs))
    if (input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme) return { label, input };
  return undefined;
}

/** Waits until the right side of the diff says just this: VS Code reads it anew some time after it is told of a change. */
export async function proposes(text: string): Promise<void> {
  await seen(() => {
    const address = proposalTab()?.input.modified.toString();
    return vscode.workspace.textDocuments.some((each) => each.uri.toString() === address && each.getText() === text);
  }, vscode.workspace.onDidChangeTextDocument);
}

/** Our lenses in a document. */
export async function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    100,
  );
  assert.ok(Array.isArray(lenses));
  return lenses.filter(({ command }) => command?.command.startsWith("freeModels."));
}

/** Waits until VS Code's language service knows what is declared in the document. */
export async function symbolsOf(document: vscode.TextDocument): Promise<void> {
  await until(async () => {
    const symbols = await vscode.commands.executeCommand<unknown[] | undefined>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    return symbols !== undefined && symbols.length > 0;
  });
}

/** Looks again and again for what no event tells. */
export async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await nextTurn();
}
