import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as vscode from "vscode";
import { sample, seen, type World } from "./suiteSetup";

const scheme = "free-models-proposal";

/** Code as a model sends it. */
export function codeOf(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

/** *Edit Selection…* with the model answering as told. */
export async function askEdit(
  { openRouter }: World,
  answer: string,
  more: { finishReason?: string } = {},
): Promise<void> {
  openRouter.script({ answer: { text: answer, ...more } });
  await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Make it better" });
}

let files = 0;

/** A file of its own for each test, so that line ends and ends of files are what the test says. */
export async function newFile(name: string, text: string): Promise<vscode.TextEditor> {
  const uri = sample(`edits/${++files}/${name}`);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Selects whole lines, counted from 1, in an editor of the document; one that is empty up to the beginning of the next. */
export async function selectLines({ document }: vscode.TextEditor, first: number, last: number): Promise<void> {
  const { text } = document.lineAt(last - 1);
  const selection =
    first === last && text === ""
      ? new vscode.Selection(first - 1, 0, last, 0)
      : new vscode.Selection(first - 1, 0, last - 1, text.length);
  const editor = await vscode.window.showTextDocument(document, { selection });
  editor.selection = selection;
}

/** Ctrl+Z in the document. */
export async function undo(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("undo");
}

/** Gives up what is proposed, and closes all editors with nothing saved. */
export async function leaveEdits({ openRouter }: World): Promise<void> {
  if (proposalTab()) await vscode.commands.executeCommand("freeModels.rejectEdit");
  for (const document of vscode.workspace.textDocuments)
    if (document.isDirty && document.uri.scheme === "file") {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  assert.deepEqual(openRouter.violations, []);
}

/** The tab of the proposed edit, if there is one. */
export function proposalTab(): { label: string; input: vscode.TabInputTextDiff } | undefined {
  for (const { label, input } of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs))
    if (input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme) return { label, input };
  return undefined;
}

/** Waits until the right side of the diff says just this: VS Code reads it anew some time after it is told of a change. */
export async function proposes(text: string): Promise<void> {
  const { workspace, window } = vscode;
  await seen(
    () => {
      const address = proposalTab()?.input.modified.toString();
      return workspace.textDocuments.some((each) => each.uri.toString() === address && each.getText() === text);
    },
    workspace.onDidChangeTextDocument,
    // The text may be whole before the diff is on the screen.
    workspace.onDidOpenTextDocument,
    window.tabGroups.onDidChangeTabs,
  );
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
