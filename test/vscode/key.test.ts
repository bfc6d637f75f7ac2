import assert from "node:assert/strict";
import * as vscode from "vscode";
import { saveUnlessRejected } from "../../src/connect/saveKey";
import { ended, goodKey, newChat, openWorld, seen, setting, type World } from "./suiteSetup";

suite("The key", () => {
  let world: World;

  suiteSetup(async () => {
    world = await openWorld();
  });
  suiteTeardown(() => world.close());
  setup(async () => {
    world.openRouter.reset();
    await world.inside.apiKey.forget();
  });
  teardown(() => world.inside.apiKey.forget());

  const typed = (): unknown => vscode.workspace.getConfiguration().inspect("freeModels.apiKey")?.globalValue;

  test("typed into the settings: moved to the secret storage, and gone from the settings", async () => {
    await setting("freeModels.apiKey", goodKey);
    await seen(() => !typed(), vscode.workspace.onDidChangeConfiguration);
    assert.equal(await world.inside.apiKey.source(), "secret storage");
    assert.equal(await world.inside.apiKey.read(), goodKey);
  });

  test("missing: nothing is sent, the question stays in the composer, the status bar says what to do", async () => {
    const conversation = await newChat(world.inside);
    const asked = world.inside.chat.ask({ text: "Anybody there?", attachments: [], submit: true });
    await closeInputBox(asked);
    assert.equal(conversation.draft.text, "Anybody there?");
    assert.deepEqual(conversation.published.turns, []);
    assert.deepEqual(world.openRouter.chatRequests, []);
    assert.equal(world.inside.statusBar.text, "$(account) Free Models: Sign In");
  });

  test("not taken by the secret storage: told, and not taken for kept", async () => {
    const { showErrorMessage } = vscode.window;
    const told: string[] = [];
    Object.assign(vscode.window, { showErrorMessage: (sentence: string) => Promise.resolve(void told.push(sentence)) });
    try {
      const apiKey = { save: () => Promise.reject(new Error("no key ring")) };
      const check = (): Promise<void> => Promise.resolve();
      const fate = await saveUnlessRejected(apiKey, goodKey, check, new AbortController().signal);
      assert.equal(fate, "not-saved");
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /secret storage of this computer \(no key ring\)/);
  });

  test("refused by OpenRouter: the answer says so, after one request", async () => {
    await world.inside.apiKey.save(goodKey);
    world.openRouter.account.set({ keys: [] });
    const conversation = await newChat(world.inside);
    await world.inside.chat.ask({ text: "May I?", attachments: [], submit: true });
    const answer = await ended(conversation);
    world.openRouter.account.set({ keys: undefined });
    assert.equal(answer.status, "failed");
    assert.equal(answer.error?.reason, "unauthorized");
    assert.equal(world.openRouter.chatRequests.length, 1);
  });
});

/** Does what Escape does, as soon as there is an input box: nothing tells when it has come up. */
async function closeInputBox(waitingForIt: Promise<unknown>): Promise<void> {
  const over = waitingForIt.then(() => true);
  const escape = async (): Promise<boolean> => {
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    return false;
  };
  while (!(await Promise.race([over, escape()])));
}
