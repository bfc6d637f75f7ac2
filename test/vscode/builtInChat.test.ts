import assert from "node:assert/strict";
import * as vscode from "vscode";
import { changeSetting, setUpSuite } from "./suiteSetup";
import { withStubs } from "./withStubs";

/** Older versions have no chat that models of extensions can answer. */
const hasBuiltInChat = Number(vscode.version.split(".")[1]) >= 122;

/** On a fresh profile, where the models are not offered to VS Code's chat. */
describe("Why Don't I See the Models?", function () {
  const context = setUpSuite();

  before(function () {
    // The finding for older versions is tested without VS Code.
    if (!hasBuiltInChat) this.skip();
  });

  /** Runs the command; its rows in the quick pick. */
  async function explain(): Promise<readonly vscode.QuickPickItem[]> {
    let shown: readonly vscode.QuickPickItem[] = [];
    await withStubs(
      vscode.window,
      {
        showQuickPick: (items: readonly vscode.QuickPickItem[]) => {
          shown = items;
          return Promise.resolve(undefined);
        },
      },
      async () => vscode.commands.executeCommand("freeModels.whyNoModels"),
    );
    return shown;
  }

  const labels = async (): Promise<string> => (await explain()).map(({ label }) => label).join("\n");

  test("finds that the models are not offered and the chat is not enabled", async () => {
    const rows = await labels();
    assert.match(rows, /^\$\(warning\) VS Code's chat is not enabled yet\.$/m);
    assert.match(rows, /^\$\(warning\) The free models are not offered to VS Code's chat yet\.$/m);
    assert.doesNotMatch(rows, /API key|Restricted Mode|administrator/);
  });

  const gates: readonly [setting: string, value: unknown, finding: RegExp][] = [
    ["chat.disableAIFeatures", true, /AI features are turned off/],
    ["chat.agent.enabled", false, /Agents are turned off/],
    ["chat.defaultToCopilotHarness", true, /New chats are run by Copilot/],
    ["chat.editor.preferCopilotHarness", true, /New chats are run by Copilot/],
    ["chat.editor.localAgent.enabled", false, /local chat, the only one/],
    ["chat.inlineChat.agentHost.enabled", true, /Inline chat is run by Copilot/],
    ["chat.byokUtilityModelDefault", "mainAgent", /spends free requests on small tasks/],
  ];
  for (const [setting, value, finding] of gates)
    test(`finds ${setting}, which the user can change`, async () => {
      assert.doesNotMatch(await labels(), finding);
      await changeSetting(setting, value);
      try {
        const row = (await explain()).find(({ label }) => finding.test(label));
        assert.match(row?.detail ?? "", new RegExp(setting.replaceAll(".", String.raw`\.`)));
      } finally {
        await changeSetting(setting, undefined);
      }
    });

  test("finds that the settings exclude all models", async () => {
    const models = await fetch(`${context.openRouter.baseUrl}/models`);
    const { data } = (await models.json()) as { data: readonly { id: string }[] };
    await changeSetting(
      "freeModels.exclude",
      data.map(({ id }) => id),
    );
    try {
      assert.match(await labels(), /Your settings exclude all free models/);
    } finally {
      await changeSetting("freeModels.exclude", undefined);
    }
  });

  test("finds a missing key", async () => {
    await context.testApi.apiKey.forget();
    assert.match(await labels(), /There is no API key/);
  });
});

describe("Use in VS Code's Chat", () => {
  setUpSuite();

  before(function () {
    // The finding for older versions is tested without VS Code.
    if (!hasBuiltInChat) this.skip();
  });

  /** Runs a command and cancels each message. Resolves to the parameters of the first message. */
  async function firstMessage(command: string): Promise<readonly (vscode.MessageOptions | string)[]> {
    const shown: (readonly (vscode.MessageOptions | string)[])[] = [];
    const showInformationMessage = (...parameters: (vscode.MessageOptions | string)[]): Promise<undefined> => {
      shown.push(parameters);
      return Promise.resolve(undefined);
    };
    await withStubs(vscode.window, { showInformationMessage }, async () => vscode.commands.executeCommand(command));
    return shown[0] ?? [];
  }

  test("asks first, and offers nothing to VS Code if the user cancels", async () => {
    const [question, options] = await firstMessage("freeModels.useInVsCodeChat");
    assert.equal(question, "Use the free models in VS Code's chat?");
    assert.match(JSON.stringify(options), /"modal":true.*store what is sent and train on it/);
    assert.deepEqual(await vscode.lm.selectChatModels({ vendor: "free-models" }), []);
  });

  test("is a button in the title of Select Model", async () => {
    const { createQuickPick } = vscode.window;
    const stub = (): vscode.QuickPick<vscode.QuickPickItem> => {
      const box = createQuickPick();
      const pressed = new vscode.EventEmitter<vscode.QuickInputButton>();
      Object.defineProperty(box, "onDidTriggerButton", { value: pressed.event });
      const show = box.show.bind(box);
      box.show = () => {
        show();
        pressed.fire(box.buttons[0] ?? assert.fail());
      };
      return box;
    };
    const [question] = await withStubs(vscode.window, { createQuickPick: stub }, () =>
      firstMessage("freeModels.selectModel"),
    );
    assert.equal(question, "Use the free models in VS Code's chat?");
  });
});
