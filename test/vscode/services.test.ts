import assert from "node:assert/strict";
import * as vscode from "vscode";
import { setUpOtherServices } from "./otherServices";
import { changeSetting, setUpSuite } from "./suiteSetup";
import { withStubs } from "./withStubs";

const groqKey = "gsk_aB3xaB3xaB3xaB3xaB3x";

/** A message with its buttons. */
interface ShownMessage {
  readonly kind: "information" | "warning";
  readonly text: string;
  readonly labels: readonly string[];
}

/** Runs a command and resolves to the messages that it shows. Presses the button with the label of `press` on each, if it is there. */
async function messagesOf(command: string, press = ""): Promise<ShownMessage[]> {
  const shown: ShownMessage[] = [];
  const show =
    (kind: ShownMessage["kind"]) =>
    (text: string, _options: vscode.MessageOptions, ...labels: string[]): Promise<string | undefined> => {
      shown.push({ kind, text, labels });
      return Promise.resolve(labels.find((label) => label === press));
    };
  const stubs = { showInformationMessage: show("information"), showWarningMessage: show("warning") };
  await withStubs(vscode.window, stubs, async () => {
    await vscode.commands.executeCommand(command);
  });
  return shown;
}

describe("With other services than OpenRouter", () => {
  const context = setUpSuite();
  const simulated = setUpOtherServices(context);

  test("Test Connection names each service, and offers an action for each problem", async () => {
    const [message, ...others] = await messagesOf("freeModels.testConnection");
    assert.deepEqual(others, []);
    assert.equal(message?.kind, "warning");
    assert.match(message.text, /^OpenRouter: Connected, and your API key works\./);
    assert.match(message.text, / Ollama is running on .+\. Models that can answer: \d+\./);
    assert.match(message.text, / No API key for Groq is saved\.$/);
    assert.deepEqual(message.labels, ["Enter Key for Groq", "Show Log"]);
    assert.deepEqual(
      [simulated.ollama.chatRequests, simulated.groq.chatRequests, context.openRouter.chatRequests],
      [[], [], []],
    );
  });

  test("Test Connection offers a trial question if all can answer", async () => {
    await context.testApi.apiKey.save(groqKey, simulated.groq.baseUrl);
    const [message] = await messagesOf("freeModels.testConnection");
    assert.equal(message?.kind, "information", message?.text);
    assert.match(message.text, / Groq accepts your API key\. Models that can answer: \d+\.$/);
    assert.deepEqual(message.labels, ["Test a Model"]);
  });

  test("Test Connection does not contact them with Only local, and says so", async () => {
    await changeSetting("freeModels.serviceOrder", "only-local");
    try {
      const [message] = await messagesOf("freeModels.testConnection");
      assert.match(
        message?.text ?? "",
        /^Only local is on, so nothing is sent to 127\.0\.0\.1:\d+\. Ollama is running/,
      );
      assert.deepEqual(context.openRouter.requests, []);
    } finally {
      await changeSetting("freeModels.serviceOrder", undefined);
    }
  });

  test("the diagnostics have a line for each, without a path or a key", async () => {
    await messagesOf("freeModels.copyDiagnostics");
    const report = await vscode.env.clipboard.readText();
    assert.match(report, /^- Service openrouter: this computer \(http\), \d+ models/m);
    assert.match(report, /^- Service ollama: http:\/\/127\.0\.0\.1:\d+, \d+ models$/m);
    assert.match(report, /^- Service groq: http:\/\/127\.0\.0\.1:\d+, \d+ models, \d+ of 1000 today/m);
    assert.doesNotMatch(report, /gsk_|sk-or/);
  });
});
