import assert from "node:assert/strict";
import * as vscode from "vscode";
import { attachFile } from "../../src/context/attachFiles";
import { startChat } from "./chats";
import { selectLines, undo } from "./editors";
import { MemoryFileSystem } from "./memoryFileSystem";
import { fencedCode, proposalTab, requestEdit } from "./proposals";
import { setUpSuite } from "./suiteSetup";
import { poll } from "./waitFor";
import { withStubs } from "./withStubs";

describe("A file outside the disk", () => {
  const context = setUpSuite();
  const code = "def a():\r\n\treturn '🦊'\r\n";
  const files = { "/fox/a.py": code };
  let registrations: vscode.Disposable;

  before(() => {
    registrations = vscode.Disposable.from(
      vscode.workspace.registerFileSystemProvider("in-memory", new MemoryFileSystem(files)),
      vscode.workspace.registerFileSystemProvider("read-only", new MemoryFileSystem(files), { isReadonly: true }),
      vscode.workspace.registerTextDocumentContentProvider("virtual", {
        provideTextDocumentContent: () => "a virtual text",
      }),
    );
  });
  after(() => void registrations.dispose());

  const open = async (uri: string): Promise<vscode.TextEditor> =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)));

  /** Runs `action` and resolves to the warnings that it shows. */
  async function warningsOf(action: () => Promise<void>): Promise<string[]> {
    const warnings: string[] = [];
    const showWarningMessage = (message: string): Promise<undefined> => {
      warnings.push(message);
      return Promise.resolve(undefined);
    };
    await withStubs(vscode.window, { showWarningMessage }, action);
    return warnings;
  }

  test("in a virtual workspace can be attached, edited, saved and undone", async () => {
    const editor = await open("in-memory:/fox/a.py");
    const { document } = editor;
    await selectLines(editor, 2, 2);
    const conversation = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askSelection");
    const [attachment] = conversation.draft.content.attachments;
    assert.deepEqual(attachment?.kind === "selection" && [attachment.label, attachment.surroundings], [
      "a.py:2",
      "def a():\n⋯ line 2 (shown above) ⋯\n",
    ]);
    const folder = await attachFile(vscode.Uri.parse("in-memory:/fox"));
    assert.ok(typeof folder !== "string" && folder.kind === "folder");
    assert.equal(folder.text, "a.py\n");

    await vscode.window.showTextDocument(document, { selection: editor.selection });
    const warnings = await warningsOf(async () => {
      await requestEdit(context.openRouter, fencedCode("python", "return '🐻'"));
      await vscode.commands.executeCommand("freeModels.acceptEdit");
    });
    assert.deepEqual(warnings, []);
    assert.equal(document.getText(), code.replace("🦊", "🐻"));
    await save(document);
    await undo(document);
    assert.equal(document.getText(), code);
    await save(document);
  });

  test("on a read-only file system cannot be edited: no request is sent, and a warning explains why", async () => {
    await selectLines(await open("read-only:/fox/a.py"), 2, 2);
    const warnings = await warningsOf(async () => {
      await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Anything" });
      await vscode.commands.executeCommand("freeModels.editReadOnly");
    });
    assert.deepEqual(context.openRouter.chatRequests, []);
    assert.equal(proposalTab(), undefined);
    assert.equal(warnings.length, 2);
    for (const warning of warnings) assert.match(warning, /a\.py is on a read-only file system\./);
  });

  test("on a read-only file system has quick fixes to explain problems, but not to fix them", async () => {
    const { document } = await open("read-only:/fox/a.py");
    const range = new vscode.Range(1, 1, 1, 7);
    const diagnostics = vscode.languages.createDiagnosticCollection("test");
    diagnostics.set(document.uri, [new vscode.Diagnostic(range, "Too small a fox")]);
    try {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      const ours = actions.filter(({ title }) => title.includes("free model"));
      // VS Code lists disabled actions only if there are no others.
      assert.deepEqual(
        ours.map(({ title }) => title),
        ["Explain with a free model"],
      );
    } finally {
      diagnostics.dispose();
    }
  });

  test("with virtual text of another extension can be attached, but not edited", async () => {
    await open("virtual:/text.txt");
    const conversation = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askSelection");
    assert.deepEqual(
      conversation.draft.content.attachments.map(({ label }) => label),
      ["text.txt"],
    );
    await open("virtual:/text.txt");
    const warnings = await warningsOf(async () => {
      await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Anything" });
    });
    assert.deepEqual(context.openRouter.chatRequests, []);
    assert.match(warnings.join("\n"), /^\/text\.txt is on a read-only file system/);
  });
});

/** Saves the document. On a busy machine VS Code may cancel a save, because an extension takes too long to prepare it. */
async function save(document: vscode.TextDocument): Promise<void> {
  await poll(async () => document.save());
}
