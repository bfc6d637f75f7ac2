import assert from "node:assert/strict";
import * as vscode from "vscode";
import { languageModelVendor } from "../../src/manifest";
import { textAnswer, toolCalls } from "../support/scriptedAnswers";
import { setUpSuite } from "./suiteSetup";
import { poll, waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

const { lm, window, commands } = vscode;
const automatic = { vendor: languageModelVendor, id: "automatic" };
const tool: vscode.LanguageModelChatTool = {
  name: "look_up",
  description: "Looks up a word",
  inputSchema: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
};

describe("The models for other extensions", () => {
  const context = setUpSuite();
  let model: vscode.LanguageModelChat;

  before(async () => {
    await context.testApi.modelOffer.enable();
    await poll(async () => (await lm.selectChatModels(automatic)).length > 0);
    [model] = (await lm.selectChatModels(automatic)) as [vscode.LanguageModelChat];
  });

  /** All parts of the answer to a request. */
  async function ask(
    content: ConstructorParameters<typeof vscode.LanguageModelChatMessage>[1],
    options: vscode.LanguageModelChatRequestOptions = {},
    token?: vscode.CancellationToken,
  ): Promise<unknown[]> {
    const response = await model.sendRequest([vscode.LanguageModelChatMessage.User(content as string)], options, token);
    const parts: unknown[] = [];
    for await (const part of response.stream) parts.push(part);
    return parts;
  }
  const textOf = (parts: readonly unknown[]): string =>
    parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("");

  test("are Automatic and each free model, with their sizes and capabilities", async () => {
    const models = await lm.selectChatModels({ vendor: languageModelVendor });
    assert.ok(models.length > 5);
    assert.ok(model.maxInputTokens > 30_000);
    assert.equal(await model.countTokens("a".repeat(300)), 100);
    assert.ok((await model.countTokens(vscode.LanguageModelChatMessage.User("Hello"))) > 0);
  });

  test("answer nothing before the user allows it, and as soon as access is changed", async () => {
    const questions: string[] = [];
    const dismiss = (question: string): Promise<undefined> => {
      questions.push(question);
      return Promise.resolve(undefined);
    };
    await withStubs(window, { showWarningMessage: dismiss }, async () => {
      await assert.rejects(ask("Hello?"), /You have not allowed this extension/);
      await assert.rejects(ask("Hello?"), /You have not allowed this extension/);
    });
    assert.equal(questions.length, 1);
    assert.match(questions[0] ?? "", /^Allow Free Models Router .* to use your free models\?$/);
    assert.equal(context.openRouter.chatRequests.length, 0);

    const chosen = ["free-models", "Allow"];
    const pick = (items: readonly vscode.QuickPickItem[]): Promise<vscode.QuickPickItem | undefined> => {
      const wanted = chosen.shift() ?? "";
      return Promise.resolve(items.find(({ label }) => label === wanted || label.includes(`(${wanted}`)));
    };
    await withStubs(window, { showQuickPick: pick }, async () => commands.executeCommand("freeModels.manageAccess"));
    context.openRouter.script({ answer: textAnswer("Hello.") });
    assert.equal(textOf(await ask("Hello?")), "Hello.");
    assert.equal(context.openRouter.chatRequests.length, 1);
  });

  test("call tools and take their results", async () => {
    context.openRouter.script(
      { answer: toolCalls(["look_up", { word: "monad" }]) },
      { answer: textAnswer("A monoid.") },
    );
    const parts = await ask("What is a monad?", { tools: [tool] });
    const call = parts.find((part) => part instanceof vscode.LanguageModelToolCallPart);
    assert.deepEqual([call?.name, call?.input], ["look_up", { word: "monad" }]);
    const result = new vscode.LanguageModelToolResultPart(call?.callId ?? "", [
      new vscode.LanguageModelTextPart("A monoid"),
    ]);
    const response = await model.sendRequest(
      [
        vscode.LanguageModelChatMessage.User("What is a monad?"),
        vscode.LanguageModelChatMessage.Assistant([call as vscode.LanguageModelToolCallPart]),
        vscode.LanguageModelChatMessage.User([result]),
      ],
      { tools: [tool] },
    );
    let text = "";
    for await (const piece of response.text) text += piece;
    assert.equal(text, "A monoid.");
    const sent = JSON.stringify(context.openRouter.chatRequests.at(-1)?.body);
    assert.match(sent, /"role":"tool","tool_call_id":"[^"]+","content":"A monoid"/);
  });

  test("read images, and fail with a sentence that says what to do", async () => {
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
      "base64",
    );
    const image = vscode.LanguageModelDataPart.image(png, "image/png");
    await ask([new vscode.LanguageModelTextPart("What is this?"), image] as never);
    assert.match(JSON.stringify(context.openRouter.chatRequests.at(-1)?.body), /data:image\/png;base64,iVBOR/);

    context.openRouter.addPersistentStep({ step: "502-bad-gateway" });
    await assert.rejects(
      ask("Hello?"),
      (error: Error) => /free model/.test(error.message) && !/\n\s+at /.test(error.message),
    );
  });

  test("end the request when it is canceled", async () => {
    context.openRouter.script("silent-after-headers");
    const source = new vscode.CancellationTokenSource();
    const asking = ask("Hello?", {}, source.token).catch(() => "canceled");
    await waitFor(() => context.openRouter.chatRequests.length > 0);
    source.cancel();
    await asking;
    await waitFor(() => context.openRouter.openConnections === 0);
  });
});
