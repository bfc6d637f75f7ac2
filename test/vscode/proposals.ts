import assert from "node:assert/strict";
import * as vscode from "vscode";
import { proposalScheme } from "../../src/manifest";
import type { OpenRouter, ReceivedRequest } from "../support/openRouter";
import { waitFor } from "./waitFor";

/** Code in a fenced block, as a model sends it. */
export function fencedCode(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

/** Runs *Edit Selection…*; the model answers with `text`. Resolves when the edit is proposed or has failed. */
export async function requestEdit(
  openRouter: OpenRouter,
  text: string,
  options: { finishReason?: string; cost?: number } = {},
): Promise<void> {
  openRouter.script({ answer: { text, ...options } });
  await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Make it better" });
}

/**
 * Starts *Edit Selection…* and resolves when the request has arrived. The model sends `deltas` deltas of `text` and then stalls
 * until the test calls `release`; `ended` settles like `requestEdit`.
 */
export async function startEdit(
  openRouter: OpenRouter,
  text: string,
  deltas = 0,
): Promise<{ request: ReceivedRequest; ended: Thenable<unknown> }> {
  openRouter.script({ fault: "stall", after: deltas, answer: { text, reasoning: "" } });
  const ended = vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Make it better" });
  return { request: await openRouter.chatRequest(openRouter.chatRequests.length + 1), ended };
}

/** The tab with the proposed edit, if any. */
export function proposalTab(): { label: string; input: vscode.TabInputTextDiff } | undefined {
  for (const { label, input } of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs))
    if (input instanceof vscode.TabInputTextDiff && input.modified.scheme === proposalScheme) return { label, input };
  return undefined;
}

/** Waits until the tab with the proposed edit is closed. */
export async function waitForNoProposal(): Promise<void> {
  await waitFor(() => !proposalTab(), vscode.window.tabGroups.onDidChangeTabs);
}

/** Waits until the right side of the diff has exactly this text. VS Code updates it some time after a change. */
export async function waitForProposedText(text: string): Promise<void> {
  const { workspace, window } = vscode;
  await waitFor(
    () => {
      const uri = proposalTab()?.input.modified.toString();
      return workspace.textDocuments.some((each) => each.uri.toString() === uri && each.getText() === text);
    },
    workspace.onDidChangeTextDocument,
    // The text may be complete before the diff is open.
    workspace.onDidOpenTextDocument,
    window.tabGroups.onDidChangeTabs,
  );
}

/** The extension's code lenses in a document. */
export async function codeLensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    100,
  );
  assert.ok(Array.isArray(lenses));
  return lenses.filter(({ command }) => command?.command.startsWith("freeModels."));
}
