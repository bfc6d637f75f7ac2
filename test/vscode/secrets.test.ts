import assert from "node:assert/strict";
import { rm, symlink, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { attachFiles } from "../../src/context/attachFiles";
import { startOllama } from "../support/services/ollama";
import { finishedAnswer, startChat } from "./chats";
import { openSelection, sampleFile } from "./editors";
import { changeSetting, setUpSuite } from "./suiteSetup";
import { withStubs } from "./withStubs";

const aws = "AKIAIOSFODNN7EXAMPLE";

interface Dialog {
  message: string;
  detail: string | undefined;
  isModal: boolean | undefined;
  buttons: string[];
}

describe("The dialog about possible secrets", () => {
  const context = setUpSuite();

  /** Runs `action` with a user who presses the buttons, one in each dialog. Resolves to the dialogs. */
  async function pressing(
    buttons: readonly (string | undefined)[],
    action: () => Thenable<unknown>,
  ): Promise<Dialog[]> {
    const dialogs: Dialog[] = [];
    const showWarningMessage = (
      message: string,
      { modal, detail }: vscode.MessageOptions,
      ...labels: string[]
    ): Promise<string | undefined> => {
      dialogs.push({ message, detail, isModal: modal, buttons: labels });
      return Promise.resolve(buttons[dialogs.length - 1]);
    };
    await withStubs(vscode.window, { showWarningMessage }, async () => action());
    return dialogs;
  }

  const ask = (text: string, attachments: Awaited<ReturnType<typeof attachFiles>> = []): Promise<void> =>
    context.testApi.chat.ask({ text, attachments, submit: true });
  const sent = (): string => JSON.stringify(context.openRouter.chatRequests);

  test("offers to hold back, send once or replace, and never shows the whole secret", async () => {
    const conversation = await startChat(context.testApi);
    const [dialog, ...others] = await pressing(["Hold Back"], () => ask(`First line\nKey ${aws}?`));
    assert.deepEqual(others, []);
    assert.equal(dialog?.message, "Your question (line 2) appears to contain a password or API key: AKIA…LE");
    assert.equal(dialog.isModal, true);
    assert.deepEqual(dialog.buttons, ["Hold Back", "Send Once", "Replace"]);
    assert.match(dialog.detail ?? "", /train on it\.\nHold Back sends nothing, so that you can edit the text\.\n/);
    assert.equal(context.openRouter.chatRequests.length, 0);
    assert.equal(conversation.draft.content.text, `First line\nKey ${aws}?`);
    assert.deepEqual(conversation.published.turns, []);
  });

  test("sends the secret as a placeholder, and an applied answer has it again", async () => {
    const conversation = await startChat(context.testApi);
    await pressing(["Replace"], () => ask(`Key ${aws}?`));
    await finishedAnswer(conversation);
    assert.match(sent(), /Key <SECRET_1>\?/);
    assert.ok(!sent().includes(aws));
    assert.equal(conversation.published.turns[0]?.question.text, `Key ${aws}?`);
  });

  test("offers local models while a server for them runs, and then asks nobody else", async () => {
    const ollama = await startOllama();
    try {
      const conversation = await startChat(context.testApi);
      await changeSetting("freeModels.services", [{ service: "ollama", baseUrl: "http://127.0.0.1:9/v1" }]);
      const [stopped] = await pressing([undefined], () => ask(`Key ${aws}?`));
      assert.deepEqual(stopped?.buttons, ["Hold Back", "Send Once", "Replace"]);
      await changeSetting("freeModels.services", [{ service: "ollama", baseUrl: ollama.baseUrl }]);
      const [running] = await pressing(["Ask a Local Model"], () => ask(`Key ${aws}?`));
      assert.equal(running?.buttons.at(-1), "Ask a Local Model");
      const { model } = await finishedAnswer(conversation);
      assert.match(model ?? "", /^ollama::/);
      assert.equal(context.openRouter.chatRequests.length, 0);
    } finally {
      await changeSetting("freeModels.services", undefined);
      await ollama[Symbol.asyncDispose]();
    }
  });

  test("lists several, and decides about all or about each", async () => {
    await startChat(context.testApi);
    const hostile = "a](command:x)\n• b.ts";
    const attachment = { id: "", kind: "file", label: hostile, text: `k ${aws}` } as const;
    const dialogs = await pressing(["Decide Each…", "Send Once", undefined], () => ask(`Key ${aws}?`, [attachment]));
    const [all, first, second] = dialogs;
    assert.deepEqual([all?.message, dialogs.length], ["Send 2 possible secrets?", 3]);
    assert.deepEqual(all?.buttons, ["Hold Back", "Send All", "Replace All", "Decide Each…"]);
    const [row, other] = all.detail?.split("\n") ?? [];
    assert.equal(row, "• Your question appears to contain a password or API key: AKIA…LE");
    assert.ok(other?.startsWith("• a") && !other.includes("]("), other);
    assert.match(first?.message ?? "", /^\(1 of 2\) Your question/);
    assert.match(second?.message ?? "", /^\(2 of 2\) a/);
    assert.equal(context.openRouter.chatRequests.length, 0, "closing a dialog sends nothing");
  });

  test("asks about a link by the name of its target, also for AGENTS.md", async () => {
    const [secret, link] = [sampleFile(".env").fsPath, sampleFile("AGENTS.md").fsPath];
    await writeFile(secret, "PIN=4711\n");
    await symlink(secret, link);
    try {
      const conversation = await startChat(context.testApi);
      const [dialog] = await pressing(["Hold Back"], () => ask("Why?"));
      assert.equal(
        dialog?.message,
        "AGENTS.md → .env is an environment file, which often contains passwords or API keys.",
      );
      const answer = await finishedAnswer(conversation);
      assert.deepEqual(answer.notices, ["Held back because of possible secrets: AGENTS.md → .env"]);
      assert.ok(sent().includes("Why?") && !sent().includes("4711"));
    } finally {
      for (const file of [link, secret]) await rm(file);
    }
  });

  test("asks before an edit is requested, and the edit has the secret again", async () => {
    const { document } = await openSelection("src/basket.ts", [1, 1]);
    context.openRouter.script({ answer: { text: '```ts\nconst key = "<SECRET_1>";\n```' } });
    const instruction = `Replace it with the key ${aws}`;
    const dialogs = await pressing(["Replace"], () =>
      vscode.commands.executeCommand("freeModels.editSelection", { instruction }),
    );
    assert.match(dialogs[0]?.message ?? "", /^Your instruction appears to contain/);
    assert.match(sent(), /the key <SECRET_1>/);
    await vscode.commands.executeCommand("freeModels.acceptEdit");
    assert.equal(document.lineAt(0).text, `const key = "${aws}";`);
  });
});
