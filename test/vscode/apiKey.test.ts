import assert from "node:assert/strict";
import * as vscode from "vscode";
import { saveUnlessRejected } from "../../src/connect/saveKey";
import { finishedAnswer, startChat } from "./chats";
import { changeSetting, setUpSuite, validKey } from "./suiteSetup";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

describe("The API key", () => {
  const context = setUpSuite({ hasKey: false });

  beforeEach(() => context.testApi.apiKey.forget());

  test("is moved from the settings to the secret storage", async () => {
    const settingsKey = (): unknown => vscode.workspace.getConfiguration().inspect("freeModels.apiKey")?.globalValue;
    await changeSetting("freeModels.apiKey", validKey);
    await waitFor(() => !settingsKey(), vscode.workspace.onDidChangeConfiguration);
    assert.equal(await context.testApi.apiKey.source(), "secret storage");
    assert.equal(await context.testApi.apiKey.read(), validKey);
  });

  test("is required: without it, nothing is sent, the question stays in the composer, and the status bar offers to sign in", async () => {
    const { testApi, openRouter } = context;
    const conversation = await startChat(testApi);
    const asking = testApi.chat.ask({ text: "Anybody there?", attachments: [], submit: true });
    await closeInputBox(asking);
    assert.equal(conversation.draft.content.text, "Anybody there?");
    assert.deepEqual(conversation.published.turns, []);
    assert.deepEqual(openRouter.chatRequests, []);
    assert.equal(testApi.statusBar.text, "$(account) Free Models: Sign In");
  });

  test("is not considered saved if the secret storage rejects it, and the user is informed", async () => {
    const messages: string[] = [];
    const showErrorMessage = (message: string): Promise<undefined> => {
      messages.push(message);
      return Promise.resolve(undefined);
    };
    const target = {
      check: () => Promise.resolve(),
      save: () => Promise.reject(new Error("no key ring")),
      isChatVisible: () => false,
    };
    const outcome = await withStubs(vscode.window, { showErrorMessage }, () =>
      saveUnlessRejected(target, validKey, new AbortController().signal),
    );
    assert.equal(outcome, "not-saved");
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /secret storage of this computer \(no key ring\)/);
  });

  test("leads to the chat once it is saved, unless the chat is open", async () => {
    const { testApi } = context;
    const messages: unknown[][] = [];
    const showInformationMessage = (text: string, _options: unknown, ...labels: string[]): Promise<undefined> => {
      if (text.startsWith("Your API key")) messages.push([text, ...labels]);
      return Promise.resolve(undefined);
    };
    const target = { check: () => Promise.resolve(), save: () => Promise.resolve() };
    await withStubs(vscode.window, { showInformationMessage }, async () => {
      const save = (): Promise<unknown> =>
        saveUnlessRejected(
          { ...target, isChatVisible: () => testApi.chat.isVisible },
          validKey,
          new AbortController().signal,
        );
      await startChat(testApi);
      await save();
      await vscode.commands.executeCommand("workbench.view.explorer");
      await waitFor(() => !testApi.chat.isVisible);
      await save();
    });
    assert.deepEqual(messages, [
      ["Your API key works."],
      ["Your API key works. Open the chat to ask a question.", "Open Chat"],
    ]);
  });

  test("makes the answer fail after one request if OpenRouter rejects it", async () => {
    const { testApi, openRouter } = context;
    await testApi.apiKey.save(validKey);
    openRouter.account.set({ keys: [] });
    const conversation = await startChat(testApi);
    await testApi.chat.ask({ text: "May I?", attachments: [], submit: true });
    const answer = await finishedAnswer(conversation);
    assert.equal(answer.status, "failed");
    assert.equal(answer.error?.reason, "unauthorized");
    assert.equal(openRouter.chatRequests.length, 1);
  });
});

/** Closes the input box that `action` opens. No event reports when it is open, so this repeats until `action` ends. */
async function closeInputBox(action: Promise<unknown>): Promise<void> {
  const ended = action.then(() => true);
  const close = async (): Promise<boolean> => {
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    return false;
  };
  while (!(await Promise.race([ended, close()])));
}
