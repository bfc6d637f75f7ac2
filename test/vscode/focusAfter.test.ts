import assert from "node:assert/strict";
import * as vscode from "vscode";
import { focusAfter } from "../../src/chat/page/focusAfter";
import { closeEditorsWithoutSaving } from "./editors";

describe("The focus after a list", () => {
  let focused = 0;
  const focus = (): void => void (focused += 1);

  beforeEach(() => {
    focused = 0;
  });
  afterEach(closeEditorsWithoutSaving);

  test("is in the chat, whatever the result", async () => {
    for (const result of [undefined, false, "chosen"])
      assert.equal(await focusAfter(() => Promise.resolve(result), focus), result);
    assert.equal(focused, 3);
  });

  test("is in the chat after a failure that the caller shows", async () => {
    await assert.rejects(
      focusAfter(() => Promise.reject(new Error("offline")), focus),
      /offline/,
    );
    assert.equal(focused, 1);
  });

  test("stays where the user went from the list", async () => {
    await focusAfter(
      () => Promise.resolve(false),
      focus,
      (stays) => stays,
    );
    assert.equal(focused, 0);
  });

  test("stays in the editor to which the user went meanwhile", async () => {
    const document = await vscode.workspace.openTextDocument({ content: "one\ntwo" });
    await vscode.window.showTextDocument(document);
    await focusAfter(async () => {
      const moved = new Promise((resolve) => {
        const listener = vscode.window.onDidChangeTextEditorSelection(() => {
          listener.dispose();
          resolve(undefined);
        });
      });
      await vscode.commands.executeCommand("cursorDown");
      await moved;
    }, focus);
    assert.equal(focused, 0);
  });
});
