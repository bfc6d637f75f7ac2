import assert from "node:assert/strict";
import * as vscode from "vscode";
import { finishedAnswer, startChat } from "./chats";
import { changeSetting, setUpSuite, validKey } from "./suiteSetup";
import { withStubs } from "./withStubs";

const gateway = "https://gateway.example";

describe("An API key that was saved for another host", () => {
  const context = setUpSuite({ hasKey: false });
  const originalFetch = globalThis.fetch;
  /** The requests to the gateway, which the simulator answers: path and `Authorization`. */
  let requests: { path: string; authorization: string | null }[] = [];
  let dialogs: string[] = [];
  const sentKeys = (): (string | null)[] => requests.flatMap(({ authorization }) => authorization ?? []);

  before(() => {
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      if (url.origin === gateway)
        requests.push({ path: url.pathname, authorization: request.headers.get("authorization") });
      return originalFetch(request.url.replace(gateway, context.openRouter.url), init);
    };
  });
  after(() => {
    globalThis.fetch = originalFetch;
  });
  beforeEach(async () => {
    const { apiKey } = context.testApi;
    requests = [];
    dialogs = [];
    await apiKey.forget();
    await apiKey.save(validKey, "https://openrouter.ai/api/v1");
    await changeSetting("freeModels.baseUrl", `${gateway}/api/v1`);
  });
  after(() => context.testApi.apiKey.forget());

  /** Asks a question in the chat, answering the dialog with the button at this position; with `undefined` it is closed. */
  async function askInChat(button: number | undefined) {
    const showWarningMessage = (
      message: string,
      { modal, detail }: vscode.MessageOptions,
      ...labels: string[]
    ): Promise<string | undefined> => {
      assert.ok(modal);
      assert.deepEqual(sentKeys(), [], "a request carried the key before the answer");
      dialogs.push([message, detail, ...labels].join(" | "));
      return Promise.resolve(button === undefined ? undefined : labels[button]);
    };
    return withStubs(vscode.window, { showWarningMessage }, async () => {
      const conversation = await startChat(context.testApi);
      await context.testApi.chat.ask({ text: "Which key?", attachments: [], submit: true });
      return finishedAnswer(conversation);
    });
  }

  test("is sent only after the user allows it, who is asked once", async () => {
    const { connection, apiKey } = context.testApi;
    await (await connection()).diagnose(new AbortController().signal);
    assert.ok(!sentKeys().some((authorization) => authorization?.includes(validKey)), "Test Connection sent the key");
    requests = [];

    assert.equal((await askInChat(0)).status, "complete");
    assert.deepEqual(dialogs, [
      "Send your API key for openrouter.ai to gateway.example? | The API address in your settings is https://gateway.example. " +
        "Its operator could use the key. | Send Key to gateway.example | Enter Another Key",
    ]);
    assert.ok(sentKeys().includes(`Bearer ${validKey}`));
    assert.equal(await apiKey.source(), "secret storage");

    requests = [];
    assert.equal((await askInChat(undefined)).status, "complete");
    assert.equal(dialogs.length, 1);
  });

  test("is not sent if the user cancels, and the answer says why and how to go on", async () => {
    const { chat, connection, statusBar } = context.testApi;
    const answer = await askInChat(undefined);
    assert.deepEqual([answer.status, answer.error?.reason], ["failed", "key-withheld"]);
    assert.match(answer.error?.detail ?? "", /saved for openrouter\.ai and was not sent to gateway\.example/);
    assert.equal((await askInChat(0)).error?.reason, "key-withheld");
    assert.equal(dialogs.length, 1);
    assert.deepEqual(sentKeys(), []);
    assert.ok(!statusBar.text.includes("Sign In"), statusBar.text);

    const [finding] = await (await connection()).diagnose(new AbortController().signal);
    const { sentence = "", label, fix } = finding ?? {};
    assert.match(sentence, /saved for another host/);
    assert.deepEqual([label, fix], ["Choose Key", { do: "set-key" }]);
    assert.ok(chat.conversation);

    const showWarningMessage = (...shown: unknown[]): Promise<unknown> => Promise.resolve(shown[2]);
    assert.equal(
      await withStubs(vscode.window, { showWarningMessage }, async () =>
        vscode.commands.executeCommand("freeModels.setApiKey"),
      ),
      true,
    );
    assert.equal((await askInChat(undefined)).status, "complete");
  });
});
