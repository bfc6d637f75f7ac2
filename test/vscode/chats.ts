import assert from "node:assert/strict";
import * as vscode from "vscode";
import { shownBranch } from "../../src/chat/conversation/branch";
import type { Answer } from "../../src/chat/conversation/conversation";
import type { OpenConversation } from "../../src/chat/storage/openConversation";
import type { TestApi } from "../../src/testApi";
import { waitFor } from "./waitFor";

/** Shows an empty chat with an empty draft in the chat view. */
export async function startChat({ chat }: TestApi): Promise<OpenConversation> {
  await vscode.commands.executeCommand("freeModels.newChat");
  assert.ok(chat.conversation, "the chat view shows no conversation");
  await chat.conversation.draft.change(() => ({ text: "", attachments: [] }));
  return chat.conversation;
}

/** Waits until the last answer of the conversation has ended, successfully or not. */
export function finishedAnswer(conversation: OpenConversation): Promise<Answer> {
  return waitFor(() => {
    const answer = lastAnswer(conversation);
    return answer && answer.status !== "waiting" && answer.status !== "streaming" && answer;
  }, conversation.onDidChange);
}

/** Waits until the last answer of the conversation has text. */
export async function firstText(conversation: OpenConversation): Promise<void> {
  await waitFor(() => lastAnswer(conversation)?.text, conversation.onDidChange);
}

function lastAnswer(conversation: OpenConversation): Answer | undefined {
  return shownBranch(conversation.published).at(-1)?.answer;
}
