import assert from "node:assert/strict";
import * as vscode from "vscode";
import { attachFile } from "../../src/context/attachFiles";
import { askEdit, codeOf, leaveEdits, proposalTab, selectLines, undo } from "./edits";
import { Shelf } from "./shelf";
import { goodKey, newChat, openWorld, type World } from "./suiteSetup";

suite("Wherever a file is", () => {
  const code = "def a():\r\n\treturn '🦊'\r\n";
  const { showWarningMessage } = vscode.window;
  let world: World;
  let provided: vscode.Disposable;
  let warnings: string[];

  suiteSetup(async () => {
    world = await openWorld();
    await world.inside.apiKey.save(goodKey);
    provided = vscode.Disposable.from(
      vscode.workspace.registerFileSystemProvider("shelf", new Shelf({ "/fox/a.py": code })),
      vscode.workspace.registerFileSystemProvider("glass", new Shelf({ "/fox/a.py": code }), { isReadonly: true }),
    );
  });
  suiteTeardown(async () => {
    provided.dispose();
    await world.inside.apiKey.forget();
    await world.close();
  });
  setup(() => {
    world.openRouter.reset();
    warnings = [];
    const warn = (sentence: string): Promise<undefined> => {
      warnings.push(sentence);
      return Promise.resolve(undefined);
    };
    Object.assign(vscode.window, { showWarningMessage: warn });
  });
  teardown(async () => {
    Object.assign(vscode.window, { showWarningMessage });
    await leaveEdits(world);
  });

  const open = async (address: string): Promise<vscode.TextEditor> =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.parse(address)));

  test("in a virtual workspace: asked about, edited, saved and undone", async () => {
    const editor = await open("shelf:/fox/a.py");
    const { document } = editor;
    await selectLines(editor, 2, 2);
    const conversation = await newChat(world.inside);
    await vscode.commands.executeCommand("freeModels.askSelection");
    const [chip] = conversation.draft.attachments;
    assert.deepEqual(chip?.kind === "selection" && [chip.label, chip.surroundings], [
      "a.py:2",
      "def a():\n⋯ line 2 (shown above) ⋯\n",
    ]);
    const folder = await attachFile(vscode.Uri.parse("shelf:/fox"));
    assert.ok(typeof folder !== "string" && folder.kind === "folder");
    assert.equal(folder.text, "a.py\n");

    await vscode.window.showTextDocument(document, { selection: editor.selection });
    await askEdit(world, codeOf("python", "return '🐻'"));
    await vscode.commands.executeCommand("freeModels.acceptEdit");
    assert.equal(document.getText(), code.replace("🦊", "🐻"));
    assert.ok(await document.save());
    await undo(document);
    assert.equal(document.getText(), code);
    assert.ok(await document.save());
    assert.deepEqual(warnings, []);
  });

  test("in a read-only place: nothing is asked, and it is told why", async () => {
    const editor = await open("glass:/fox/a.py");
    await selectLines(editor, 2, 2);
    await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Anything" });
    await vscode.commands.executeCommand("freeModels.editReadOnly");
    assert.deepEqual(world.openRouter.chatRequests, []);
    assert.equal(proposalTab(), undefined);
    assert.equal(warnings.length, 2);
    for (const words of warnings)
      assert.match(words, /a\.py comes from a place that cannot be written to\. Copy it into a new file to edit it\./);
  });

  test("a problem in a read-only place: Explain is offered, Fix is not", async () => {
    const { document } = await open("glass:/fox/a.py");
    const range = new vscode.Range(1, 1, 1, 7);
    const reported = vscode.languages.createDiagnosticCollection("test");
    reported.set(document.uri, [new vscode.Diagnostic(range, "Too small a fox")]);
    try {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      const ours = actions.filter(({ title }) => title.includes("free model"));
      // VS Code shows what is disabled only where there is nothing else.
      assert.deepEqual(
        ours.map(({ title }) => title),
        ["Explain with a free model"],
      );
    } finally {
      reported.dispose();
    }
  });

  test("a text that an extension shows: asked about, but not edited", async () => {
    const text = vscode.workspace.registerTextDocumentContentProvider("frozen", {
      provideTextDocumentContent: () => "a frozen lake",
    });
    try {
      await open("frozen:/lake.txt");
      const conversation = await newChat(world.inside);
      await vscode.commands.executeCommand("freeModels.askSelection");
      assert.deepEqual(
        conversation.draft.attachments.map(({ label }) => label),
        ["lake.txt"],
      );
      await open("frozen:/lake.txt");
      await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Melt" });
      assert.deepEqual(world.openRouter.chatRequests, []);
      assert.match(warnings.join("\n"), /^\/lake\.txt comes from a place that cannot be written to/);
    } finally {
      text.dispose();
    }
  });
});
