import assert from "node:assert/strict";
import * as vscode from "vscode";
import { shownBranch } from "../../src/chat/conversation/branch";
import { shortModelName } from "../../src/status/shortModelName";
import { isFree, snapshotRows } from "../support/openRouter";
import { symbolsOf } from "./edits";
import { ended, goodKey, newChat, openWorld, picture, sample, seen, select, type World } from "./suiteSetup";

suite("Asking about code", () => {
  let world: World;

  suiteSetup(async () => {
    world = await openWorld();
    await world.inside.apiKey.save(goodKey);
  });
  suiteTeardown(async () => {
    await world.inside.apiKey.forget();
    await world.close();
  });
  setup(() => world.openRouter.reset());
  teardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    assert.deepEqual(world.openRouter.violations, []);
  });

  /** What *Ask About Selection* puts beside the composer: label and text of each chip. */
  async function attached(): Promise<[label: string, text: string | undefined][]> {
    const conversation = await newChat(world.inside);
    await vscode.commands.executeCommand("freeModels.askSelection");
    return conversation.draft.attachments.map((each) => [each.label, "text" in each ? each.text : undefined]);
  }

  test("a selection and a picture: a free model that can see answers, and is named in the status bar", async () => {
    const { inside, openRouter } = world;
    const conversation = await newChat(inside);
    await select("src/basket.ts", [18, 22]);
    await vscode.commands.executeCommand("freeModels.askSelection");
    await inside.chat.ask({ text: "Does this skip a line?", attachments: [await picture()], submit: true });
    const answer = await ended(conversation);

    assert.equal(answer.status, "complete", answer.error?.detail);
    assert.match(answer.text, /Does this skip a line\?/);
    assert.match(answer.text, /image\/png, 640 × 400 pixels/);
    assert.match(answer.text, /The code you sent has 5 lines and begins with `remove\(title: string\): void \{`/);

    const [request] = openRouter.chatRequests;
    assert.equal(openRouter.chatRequests.length, 1);
    assert.equal(answer.model, request?.model);
    const model = snapshotRows(Date.now()).find(({ id }) => id === answer.model);
    assert.ok(model && isFree(model) && model.architecture.input_modalities.includes("image"), String(answer.model));
    assert.ok(inside.statusBar.text.includes(shortModelName(model.id)), inside.statusBar.text);
  });

  test("several selections: a chip for each, in the order of the text", async () => {
    await select("src/basket.ts", [24, 25], [3, 7]);
    assert.deepEqual(
      (await attached()).map(([label]) => label),
      ["basket.ts:3-7", "basket.ts:24-25"],
    );
  });

  test("a part of a function takes the function and the imports along, in its chip", async () => {
    const editor = await select("src/basket.ts", [26, 28]);
    await symbolsOf(editor.document);
    const conversation = await newChat(world.inside);
    await vscode.commands.executeCommand("freeModels.askSelection");
    const [chip, ...others] = conversation.draft.attachments;
    assert.ok(chip?.kind === "selection");
    assert.deepEqual([chip.label, others], ["basket.ts:26-28", []]);
    const around = [
      ...['import { discounted, type Price } from "./price";', "⋯", "  total(): number {", "    let sum = 0;"],
      ...["⋯ lines 26-28 (shown above) ⋯", "    return sum;", "  }"],
    ].join("\n");
    assert.equal(chip.surroundings, around);
    await conversation.detachSurroundings(chip.id);
    await world.inside.chat.ask({ text: "Is that right?", attachments: [], submit: true });
    assert.equal((await ended(conversation)).status, "complete");
    assert.ok(!JSON.stringify(world.openRouter.chatRequests[0]?.body).includes("Surrounding code"));
  });

  test("a word in a line takes the line along; several selections of a file say nothing twice", async () => {
    const { document } = await select("src/basket.ts", [1, 1]);
    await symbolsOf(document);
    const editor = await vscode.window.showTextDocument(document);
    editor.selections = [new vscode.Selection(12, 10, 12, 14), new vscode.Selection(14, 4, 14, 8)];
    const conversation = await newChat(world.inside);
    await vscode.commands.executeCommand("freeModels.askSelection");
    const around = conversation.draft.attachments.map((each) => ("surroundings" in each ? each.surroundings : ""));
    const method = document.getText(new vscode.Range(11, 0, 15, 3)).replaceAll("\r\n", "\n");
    assert.deepEqual(around, [`import { discounted, type Price } from "./price";\n⋯\n${method}`, ""]);
  });

  test("nothing selected: the whole file", async () => {
    await select("src/price.ts", [1, 1]);
    await vscode.commands.executeCommand("cancelSelection");
    const document = await vscode.workspace.openTextDocument(sample("src/price.ts"));
    assert.deepEqual(await attached(), [["price.ts", document.getText()]]);
  });

  test("a file with the line endings of Windows", async () => {
    await select("src/shipping.ts", [4, 6]);
    assert.deepEqual(
      (await attached()).map(([label, text]) => [label, text?.replace(/\r/g, "")]),
      [
        [
          "shipping.ts:4-6",
          "export function shipping(basket: Basket): number {\n\tconst total = basket.total();\n\tif (total > 5000) {",
        ],
      ],
    );
  });

  test("an untitled document", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: "print(1 / 0)\n" });
    await vscode.window.showTextDocument(document);
    assert.deepEqual(await attached(), [["Untitled-1", "print(1 / 0)\n"]]);
  });

  test("cells of a notebook", async () => {
    const notebook = await vscode.workspace.openNotebookDocument(sample("reports/orders.ipynb"));
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 3)] });
    assert.deepEqual(
      (await attached()).map(([label]) => label),
      ["orders.ipynb › cell 2", "orders.ipynb › cell 3"],
    );
  });

  test("no editor: a question all the same", async () => {
    assert.deepEqual(await attached(), []);
  });

  test("Explain Selection is asked at once", async () => {
    const conversation = await newChat(world.inside);
    await select("reports/monthly.py", [15, 20]);
    await vscode.commands.executeCommand("freeModels.explainSelection");
    const answer = await ended(conversation);
    assert.equal(answer.status, "complete", answer.error?.detail);
    assert.match(answer.text, /begins with `def monthly\(/);
  });

  test("a busy model: another one answers, and the failed attempt is kept", async () => {
    world.openRouter.script("429-upstream");
    const conversation = await newChat(world.inside);
    await world.inside.chat.ask({ text: "Still there?", attachments: [], submit: true });
    const answer = await ended(conversation);
    assert.equal(answer.status, "complete", answer.error?.detail);
    assert.equal(answer.attempts, 2);
    assert.notEqual(answer.failures[0]?.model, answer.model);
  });

  test("Stop Answering: what was written stays, and the connection is closed", async () => {
    world.openRouter.script("stall");
    const conversation = await newChat(world.inside);
    await world.inside.chat.ask({ text: "Take your time.", attachments: [], submit: true });
    const request = await world.openRouter.chatRequest(1);
    await seen(() => shownBranch(conversation.published).at(-1)?.answer?.text, conversation.onDidChange);
    await vscode.commands.executeCommand("freeModels.stop");
    assert.equal((await ended(conversation)).status, "stopped");
    assert.equal(await request.ended, "closed-by-client");
  });

  test("Stop Answering in a chat's tab stops the answer of that chat", async () => {
    world.openRouter.script("stall");
    const conversation = await newChat(world.inside);
    await world.inside.chat.ask({ text: "Take your time here, too.", attachments: [], submit: true });
    await seen(() => shownBranch(conversation.published).at(-1)?.answer?.text, conversation.onDidChange);
    await vscode.commands.executeCommand("freeModels.openChatInEditor");
    // The view goes on to another chat: only the tab shows this one.
    await newChat(world.inside);
    await seen(() => world.inside.chat.panels.active, vscode.window.tabGroups.onDidChangeTabs);
    await vscode.commands.executeCommand("freeModels.stop");
    assert.equal((await ended(conversation)).status, "stopped");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
});
