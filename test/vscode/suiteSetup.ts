import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Answer } from "../../src/chat/conversation/conversation";
import type { OpenConversation } from "../../src/chat/storage/openConversation";
import { shownBranch } from "../../src/chat/conversation/branch";
import type { Attachment } from "../../src/context/attachment";
import type { TestApi } from "../../src/testApi";
import { startOpenRouter, type OpenRouter } from "../support/openRouter";

/** A key that the simulator lets in. */
export const goodKey = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

/** The extension as VS Code runs it, beside a simulated OpenRouter that it talks to. */
export interface World {
  inside: TestApi;
  openRouter: OpenRouter;
  close(): Promise<void>;
}

/** Activates the extension and points its settings to a fresh simulator; there is no key yet. */
export async function openWorld(): Promise<World> {
  const openRouter = await startOpenRouter();
  await setting("freeModels.baseUrl", openRouter.baseUrl);
  // The suite asks more in a minute than an account may, and would wait its turn.
  await setting("freeModels.requestsPerMinute", 1_000);
  return {
    inside: await insideOfExtension(),
    openRouter,
    close: async () => {
      await setting("freeModels.baseUrl", undefined);
      await setting("freeModels.requestsPerMinute", undefined);
      await openRouter.close();
    },
  };
}

/** What the extension shows to tests. */
export async function insideOfExtension(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi>("free-models.free-models-router");
  assert.ok(extension, "VS Code did not load the extension");
  return extension.activate();
}

/** Changes a setting of the user. */
export async function setting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
}

/** Waits until `look` sees something, looking again at every event. */
export async function seen<T>(
  look: () => T | undefined | false,
  ...events: readonly ((listener: () => void) => { dispose(): unknown })[]
): Promise<T> {
  const listening: { dispose(): unknown }[] = [];
  try {
    return await new Promise<T>((resolve) => {
      const lookAgain = (): void => {
        const found = look();
        if (found !== undefined && found !== false) resolve(found);
      };
      for (const event of events) listening.push(event(lookAgain));
      lookAgain();
    });
  } finally {
    for (const each of listening) each.dispose();
  }
}

/** An empty conversation in the chat view. */
export async function newChat({ chat }: TestApi): Promise<OpenConversation> {
  await vscode.commands.executeCommand("freeModels.newChat");
  assert.ok(chat.conversation, "the chat view shows no conversation");
  await chat.conversation.changeDraft(() => ({ text: "", attachments: [] }));
  return chat.conversation;
}

/** The newest answer of the conversation, once it is over, well or not. */
export function ended(conversation: OpenConversation): Promise<Answer> {
  return seen(() => {
    const answer = shownBranch(conversation.published).at(-1)?.answer;
    return answer && answer.status !== "waiting" && answer.status !== "streaming" && answer;
  }, conversation.onDidChange);
}

/** A file of the sample workspace. */
export function sample(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "no folder is open");
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Opens a file of the sample workspace and selects in it: pairs of first and last line, whole lines, counted from 1. */
export async function select(
  name: string,
  ...lines: readonly [first: number, last: number][]
): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(sample(name)));
  editor.selections = lines.map(
    ([first, last]) => new vscode.Selection(first - 1, 0, last - 1, editor.document.lineAt(last - 1).text.length),
  );
  return editor;
}

/** The chart of the sample workspace, 640 × 400 pixels. */
export async function picture(): Promise<Attachment> {
  const data = await readFile(sample("pictures/sales.png").fsPath, "base64");
  return { id: "", kind: "image", label: "sales.png", mediaType: "image/png", data };
}
