import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { OpenConversation } from "../../src/chat/storage/openConversation";
import type { TextAttachment } from "../../src/context/attachment";
import { modelName } from "../../src/modelNames";
import { shortModelName } from "../../src/status/shortModelName";
import { isFree, snapshotRows } from "../support/openRouter";
import { finishedAnswer, firstText, startChat } from "./chats";
import { chartAttachment, openSelection, sampleFile, waitForSymbols } from "./editors";
import { changeSetting, setUpSuite } from "./suiteSetup";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

describe("Asking about code", () => {
  const context = setUpSuite();

  /** Runs *Ask About Selection* and returns the label and text of each attachment. */
  async function askAboutSelection(): Promise<[label: string, text: string | undefined][]> {
    const conversation = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askSelection");
    return conversation.draft.content.attachments.map((each) => [each.label, "text" in each ? each.text : undefined]);
  }

  /** What is attached in the composer, to be sent with a question of a command. */
  function attachedTexts(conversation: OpenConversation): TextAttachment[] {
    return conversation.draft.content.attachments.filter((each) => each.kind !== "image");
  }

  test("sends the instructions of the workspace's settings as the workspace's, beside the user's own", async () => {
    const { testApi, openRouter } = context;
    const configure = (text: string | undefined): Thenable<void> =>
      vscode.workspace.getConfiguration().update("freeModels.instructions", text, vscode.ConfigurationTarget.Workspace);
    const systemText = async (): Promise<string> => {
      openRouter.reset();
      const conversation = await startChat(testApi);
      await testApi.chat.ask({ text: "Tabs?", attachments: [], submit: true });
      await finishedAnswer(conversation);
      return JSON.stringify(openRouter.chatRequests.at(-1));
    };
    await configure("Use spaces.");
    await changeSetting("freeModels.instructions", "Use tabs.");
    try {
      const sent = await systemText();
      assert.match(sent, /The workspace's instructions \(.* › freeModels\.instructions\):\\nUse spaces\./);
      assert.match(sent, /The user's instructions:\\nUse tabs\./);
      await configure(undefined);
      assert.doesNotMatch(await systemText(), /workspace's|Use spaces/);
    } finally {
      await configure(undefined);
      await changeSetting("freeModels.instructions", undefined);
    }
  });

  test("sends a selection and an image to a free model that reads images, and shows its name in the status bar", async () => {
    const { testApi, openRouter } = context;
    const conversation = await startChat(testApi);
    await openSelection("src/basket.ts", [18, 22]);
    await vscode.commands.executeCommand("freeModels.askSelection");
    const attachments = [...attachedTexts(conversation), await chartAttachment()];
    await testApi.chat.ask({ text: "Does this skip a line?", attachments, submit: true });
    const answer = await finishedAnswer(conversation);

    assert.equal(answer.status, "complete", answer.error?.detail);
    assert.match(answer.text, /Does this skip a line\?/);
    assert.match(answer.text, /image\/png, 640 × 400 pixels/);
    assert.match(answer.text, /The code you sent has 5 lines and begins with `remove\(title: string\): void \{`/);

    const [request] = openRouter.chatRequests;
    assert.equal(openRouter.chatRequests.length, 1);
    assert.equal(answer.model, request?.model);
    const model = snapshotRows(Date.now()).find(({ id }) => id === answer.model);
    assert.ok(model && isFree(model) && model.architecture.input_modalities.includes("image"), String(answer.model));
    const name = shortModelName(model.id, modelName(model));
    await waitFor(() => testApi.statusBar.text.includes(name), testApi.statusBar.onDidChange);
  });

  test("attaches several selections in the order of the text", async () => {
    await openSelection("src/basket.ts", [24, 25], [3, 7]);
    assert.deepEqual(
      (await askAboutSelection()).map(([label]) => label),
      ["basket.ts:3-7", "basket.ts:24-25"],
    );
  });

  test("attaches the function and the imports around a selection", async () => {
    const editor = await openSelection("src/basket.ts", [26, 28]);
    await waitForSymbols(editor.document);
    const conversation = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askSelection");
    const [attachment, ...others] = conversation.draft.content.attachments;
    assert.ok(attachment?.kind === "selection");
    assert.deepEqual([attachment.label, others], ["basket.ts:26-28", []]);
    const surroundings = [
      ...['import { discounted, type Price } from "./price";', "⋯", "  total(): number {", "    let sum = 0;"],
      ...["⋯ lines 26-28 (shown above) ⋯", "    return sum;", "  }"],
    ].join("\n");
    assert.equal(attachment.surroundings, surroundings);
    await conversation.draft.detachSurroundings(attachment.id);
    const attachments = attachedTexts(conversation);
    await context.testApi.chat.ask({ text: "Is that right?", attachments, submit: true });
    assert.equal((await finishedAnswer(conversation)).status, "complete");
    assert.ok(!JSON.stringify(context.openRouter.chatRequests[0]?.body).includes("Surrounding code"));
  });

  test("attaches the line around a selected word, and shared lines of several selections only once", async () => {
    const { document } = await openSelection("src/basket.ts", [1, 1]);
    await waitForSymbols(document);
    const editor = await vscode.window.showTextDocument(document);
    editor.selections = [new vscode.Selection(12, 10, 12, 14), new vscode.Selection(14, 4, 14, 8)];
    const conversation = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askSelection");
    const surroundings = conversation.draft.content.attachments.map((each) =>
      "surroundings" in each ? each.surroundings : "",
    );
    const method = document.getText(new vscode.Range(11, 0, 15, 3)).replaceAll("\r\n", "\n");
    assert.deepEqual(surroundings, [`import { discounted, type Price } from "./price";\n⋯\n${method}`, ""]);
  });

  test("attaches the whole file if nothing is selected", async () => {
    await openSelection("src/price.ts", [1, 1]);
    await vscode.commands.executeCommand("cancelSelection");
    const document = await vscode.workspace.openTextDocument(sampleFile("src/price.ts"));
    assert.deepEqual(await askAboutSelection(), [["price.ts", document.getText()]]);
  });

  test("attaches a selection of a file with CRLF line endings", async () => {
    await openSelection("src/shipping.ts", [4, 6]);
    assert.deepEqual(
      (await askAboutSelection()).map(([label, text]) => [label, text?.replace(/\r/g, "")]),
      [
        [
          "shipping.ts:4-6",
          "export function shipping(basket: Basket): number {\n\tconst total = basket.total();\n\tif (total > 5000) {",
        ],
      ],
    );
  });

  test("attaches an untitled document", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: "print(1 / 0)\n" });
    await vscode.window.showTextDocument(document);
    assert.deepEqual(await askAboutSelection(), [["Untitled-1", "print(1 / 0)\n"]]);
  });

  test("attaches the selected cells of a notebook", async () => {
    const notebook = await vscode.workspace.openNotebookDocument(sampleFile("reports/orders.ipynb"));
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 3)] });
    assert.deepEqual(
      (await askAboutSelection()).map(([label]) => label),
      ["orders.ipynb › cell 2", "orders.ipynb › cell 3"],
    );
  });

  test("opens the chat without an attachment if no editor is open", async () => {
    assert.deepEqual(await askAboutSelection(), []);
  });

  test("Explain Selection sends the question immediately, without the draft, which stays in the composer", async () => {
    const conversation = await startChat(context.testApi);
    await openSelection("src/price.ts", [1, 1]);
    await vscode.commands.executeCommand("freeModels.addToChat");
    await conversation.draft.prefill("An unfinished question");
    await openSelection("reports/monthly.py", [15, 20]);
    await vscode.commands.executeCommand("freeModels.explainSelection");
    const answer = await finishedAnswer(conversation);
    assert.equal(answer.status, "complete", answer.error?.detail);
    assert.match(answer.text, /begins with `def monthly\(/);
    assert.doesNotMatch(JSON.stringify(context.openRouter.chatRequests), /price\.ts|unfinished/);
    const { text, attachments } = conversation.draft.content;
    assert.deepEqual([text, attachments.map(({ label }) => label)], ["An unfinished question", ["price.ts"]]);
  });

  test("asks another model if one is busy, and records the failed attempt", async () => {
    context.openRouter.script("429-upstream");
    const conversation = await startChat(context.testApi);
    await context.testApi.chat.ask({ text: "Still there?", attachments: [], submit: true });
    const answer = await finishedAnswer(conversation);
    assert.equal(answer.status, "complete", answer.error?.detail);
    assert.equal(answer.attempts, 2);
    assert.notEqual(answer.failures[0]?.model, answer.model);
  });

  test("Stop Generating keeps the text and closes the connection", async () => {
    context.openRouter.script("stall");
    const conversation = await startChat(context.testApi);
    await context.testApi.chat.ask({ text: "Take your time.", attachments: [], submit: true });
    const request = await context.openRouter.chatRequest(1);
    await firstText(conversation);
    await vscode.commands.executeCommand("freeModels.stop");
    assert.equal((await finishedAnswer(conversation)).status, "stopped");
    assert.equal(await request.ended, "closed-by-client");
  });

  test("Stop Generating in a chat tab stops the answer of that chat", async () => {
    context.openRouter.script("stall");
    const conversation = await startChat(context.testApi);
    await context.testApi.chat.ask({ text: "Take your time here, too.", attachments: [], submit: true });
    await firstText(conversation);
    await vscode.commands.executeCommand("freeModels.openChatInEditor");
    // The view shows another chat, so that only the tab shows this one.
    await startChat(context.testApi);
    await waitFor(() => context.testApi.chat.panels.active, vscode.window.tabGroups.onDidChangeTabs);
    await vscode.commands.executeCommand("freeModels.stop");
    assert.equal((await finishedAnswer(conversation)).status, "stopped");
  });

  test("exporting a chat as JSON and importing one say what was done", async () => {
    const conversation = await startChat(context.testApi);
    await context.testApi.chat.ask({ text: "Is this kept?", attachments: [], submit: true });
    await finishedAnswer(conversation);
    const file = sampleFile("exported.json");
    const messages: string[] = [];
    const stubs = {
      showSaveDialog: () => Promise.resolve(file),
      showOpenDialog: () => Promise.resolve([file]),
      showInformationMessage: (message: string) => Promise.resolve(void messages.push(message)),
    };
    await withStubs(vscode.window, stubs, async () => {
      await vscode.commands.executeCommand("freeModels.exportChat");
      const { id } = conversation.state;
      const exported = Buffer.from(await vscode.workspace.fs.readFile(file)).toString("utf8");
      await vscode.workspace.fs.writeFile(
        file,
        Buffer.from(exported.replaceAll(id, randomUUID()).replace("kept", "new")),
      );
      await vscode.commands.executeCommand("freeModels.importChats");
    });
    assert.deepEqual(messages, ["Exported the chat to exported.json.", "Imported 1 chat."]);
  });
});
