import assert from "node:assert/strict";
import * as vscode from "vscode";
import { CodeLinks } from "../../../src/context/codeLinks";
import { findFileMentions } from "../../../src/context/fileMentions";
import { findInstructionFiles } from "../../../src/context/instructions";
import { startChat } from "../chats";
import { selectLines } from "../editors";
import { MemoryFileSystem } from "../memoryFileSystem";
import { fencedCode, requestEdit } from "../proposals";
import { setUpSuite } from "../suiteSetup";
import { withStubs } from "../withStubs";

describe("In a window whose only folder is not on disk", () => {
  const code = "def a():\n    return '🦊'\n";
  const file = vscode.Uri.parse("in-memory:/zoo/fox.py");
  let registration: vscode.Disposable;

  before(() => {
    const files = { "/zoo/fox.py": code, "/zoo/AGENTS.md": "Be kind to animals.\n" };
    registration = vscode.workspace.registerFileSystemProvider("in-memory", new MemoryFileSystem(files));
    vscode.workspace.updateWorkspaceFolders(0, 0, { uri: vscode.Uri.parse("in-memory:/zoo"), name: "zoo" });
  });
  after(() => void registration.dispose());
  // After the folder is added, which it waits for.
  const context = setUpSuite();

  test("a selection can be asked about and edited", async () => {
    assert.deepEqual(
      vscode.workspace.workspaceFolders?.map(({ uri }) => uri.toString()),
      ["in-memory:/zoo"],
    );
    const document = await vscode.workspace.openTextDocument(file);
    await selectLines(await vscode.window.showTextDocument(document), 2, 2);
    const conversation = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askSelection");
    assert.deepEqual(
      conversation.draft.content.attachments.map(({ label }) => label),
      ["fox.py:2"],
    );
    await selectLines(await vscode.window.showTextDocument(document), 2, 2);
    await requestEdit(context.openRouter, fencedCode("python", "    return '🐻'"));
    await vscode.commands.executeCommand("freeModels.acceptEdit");
    assert.equal(document.getText(), code.replace("🦊", "🐻"));
    await vscode.commands.executeCommand("undo");
  });

  test("@ lists the open files, although VS Code cannot search the folder", async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    const found = await findFileMentions("fox");
    assert.deepEqual(
      found.map(({ label }) => label),
      ["fox.py"],
    );
  });

  test("AGENTS.md of the folder is found, and links in answers open its files", async () => {
    assert.deepEqual((await findInstructionFiles()).map(String), ["in-memory:/zoo/AGENTS.md"]);
    const links = new CodeLinks();
    assert.deepEqual((await links.find(["fox.py:2", "bear.py"])).found, ["fox.py:2"]);
    assert.equal(await links.open("fox.py:2"), true);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), file.toString());
    assert.equal(vscode.window.activeTextEditor.selection.active.line, 1);
  });

  test("a review of changes says that Git needs a folder on disk", async () => {
    const messages: string[] = [];
    const showInformationMessage = (message: string): Promise<undefined> => {
      messages.push(message);
      return Promise.resolve(undefined);
    };
    await withStubs(vscode.window, { showInformationMessage }, async () =>
      vscode.commands.executeCommand("freeModels.reviewChanges"),
    );
    assert.deepEqual(messages, ["Changes cannot be reviewed here, because Git needs a folder on disk."]);
  });
});
