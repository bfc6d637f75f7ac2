import assert from "node:assert/strict";
import * as vscode from "vscode";
import { finishedAnswer, startChat } from "./chats";
import { setUpOtherServices } from "./otherServices";
import { setUpSuite, validKey } from "./suiteSetup";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

/** What the user sees of an item. */
const lineOf = ({ label, description = "" }: vscode.QuickPickItem): string => `${label} | ${description}`;

/** Opens the model picker and runs `act` when everything in it is known. Closes it, unless a button does. */
async function inModelPicker(
  act: (items: readonly vscode.QuickPickItem[], pressButton: (item: vscode.QuickPickItem) => void) => void,
): Promise<void> {
  const { createQuickPick } = vscode.window;
  const stub = (): vscode.QuickPick<vscode.QuickPickItem> => {
    const box = createQuickPick();
    const pressed = new vscode.EventEmitter<vscode.QuickPickItemButtonEvent<vscode.QuickPickItem>>();
    Object.defineProperty(box, "onDidTriggerItemButton", { value: pressed.event });
    void waitFor(() => !box.busy && box.items.length > 0).then(() => {
      act(box.items, (item) => {
        const button = item.buttons?.[0] ?? assert.fail("the item has no button");
        pressed.fire({ item, button });
      });
      box.hide();
    });
    return box;
  };
  await withStubs(vscode.window, { createQuickPick: stub }, async () => {
    await vscode.commands.executeCommand("freeModels.selectModel");
  });
}

describe("Select Model", () => {
  const context = setUpSuite();
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("freeModels");

  afterEach(() => configuration().update("strategy", undefined, true));

  test("opens with the current choice active", async () => {
    await vscode.commands.executeCommand("freeModels.newChat");
    await configuration().update("strategy", "server", true);
    const { createQuickPick } = vscode.window;
    let active: readonly string[] = [];
    const stub = (): vscode.QuickPick<vscode.QuickPickItem> => {
      const box = createQuickPick();
      const show = box.show.bind(box);
      box.show = () => {
        active = box.activeItems.map(({ label }) => label);
        show();
        box.hide();
      };
      return box;
    };
    await withStubs(vscode.window, { createQuickPick: stub }, async () => {
      await vscode.commands.executeCommand("freeModels.selectModel");
    });
    assert.deepEqual(active, ["$(check) Server's choice"]);
  });

  test("says above the models that the day is used up", async () => {
    const { openRouter, testApi } = context;
    // An account of its own, whose day stays used up.
    await testApi.apiKey.save(`sk-or-v1-${"ab".repeat(32)}`);
    openRouter.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 50 });
    const conversation = await startChat(testApi);
    await testApi.chat.ask({ text: "One too many?", attachments: [], submit: true });
    assert.equal((await finishedAnswer(conversation)).status, "failed");
    let headings: string[] = [];
    await inModelPicker((items) => (headings = items.map(({ label }) => label)));
    assert.ok(
      headings.some((label) => label.startsWith("free models · used up until ")),
      headings.join(", "),
    );
  });
});

describe("Select Model with other services than OpenRouter", () => {
  const context = setUpSuite();
  const simulated = setUpOtherServices(context);

  async function itemsOf(): Promise<readonly vscode.QuickPickItem[]> {
    let found: readonly vscode.QuickPickItem[] = [];
    await inModelPicker((items) => (found = items));
    return found;
  }

  test("says of each service whether it can answer, and what is left", async () => {
    const items = await itemsOf();
    const start = items.findIndex(({ label }) => label === "services") + 1;
    const [openRouter, local, cloud] = items.slice(start).map(lineOf);
    assert.match(openRouter ?? "", /^\$\(cloud\) OpenRouter \| .+ left (today|this minute)$/);
    assert.match(local ?? "", /^\$\(vm\) Ollama \| running on .+, no limit$/);
    assert.equal(cloud, "$(cloud) Groq | API key missing");
    assert.ok(items.some(({ label }) => /gemma/i.test(label)));
  });

  test("offers to sign in instead of models that cannot answer without an account", async () => {
    await context.testApi.apiKey.forget();
    try {
      const items = await itemsOf();
      const heading = items.findIndex(({ label }) => label === "OpenRouter");
      assert.match(lineOf(items[heading + 1] ?? assert.fail()), /Sign In with OpenRouter \| \d+ more free models$/);
      const isOfOpenRouter = (item: vscode.QuickPickItem): boolean =>
        "model" in item && !String(item.model).includes("::");
      assert.deepEqual(items.filter(isOfOpenRouter).map(lineOf), []);
      assert.ok(items.some((item) => "model" in item && String(item.model).startsWith("ollama::")));
    } finally {
      await context.testApi.apiKey.save(validKey);
    }
  });

  test("removes a service and its key after a confirmation", async () => {
    const { apiKey } = context.testApi;
    await apiKey.save("gsk_aB3xaB3xaB3xaB3xaB3x", simulated.groq.baseUrl);
    const questions: string[] = [];
    const remove = (answer: "confirm" | "cancel"): Promise<void> => {
      const showWarningMessage = (text: string, _options: unknown, label: string): Promise<string | undefined> => {
        questions.push(text);
        return Promise.resolve(answer === "confirm" ? label : undefined);
      };
      return withStubs(vscode.window, { showWarningMessage }, () =>
        inModelPicker((items, pressButton) =>
          pressButton(items.find(({ label }) => label === "$(cloud) Groq") ?? assert.fail("Groq is not in the list")),
        ),
      );
    };
    const services = (): unknown => vscode.workspace.getConfiguration("freeModels").get("services");
    await remove("cancel");
    assert.ok(JSON.stringify(services()).includes("groq"));
    assert.ok(await apiKey.findAt(simulated.groq.baseUrl));
    await remove("confirm");
    assert.deepEqual(services(), [{ service: "ollama", baseUrl: simulated.ollama.baseUrl }]);
    assert.equal(await apiKey.findAt(simulated.groq.baseUrl), undefined);
    assert.ok(await apiKey.read());
    assert.deepEqual(questions, ["Remove Groq?", "Remove Groq?"]);
  });
});
