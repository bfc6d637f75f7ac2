import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { TextAttachment } from "../../src/context/attachment";
import type { EditorFeature } from "../../src/features/editor";
import { sampleFile, waitForSymbols } from "./editors";
import { setUpSuite } from "./suiteSetup";
import { poll } from "./waitFor";

describe("The code that a question about the project is about", () => {
  const context = setUpSuite();
  const root = sampleFile("questions");
  const outside = path.join(tmpdir(), `free-models-project-outside-${process.pid}`);
  const file = (name: string): vscode.Uri => vscode.Uri.joinPath(root, name);
  let editor: EditorFeature;

  const write = (name: string, text: string): Thenable<void> =>
    vscode.workspace.fs.writeFile(file(name), Buffer.from(text));
  const open = async (name: string): Promise<vscode.TextEditor> =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)), { preview: false });
  const find = (question: string): Promise<readonly TextAttachment[]> => editor.attachments.findCode(question);
  const pathsOf = (found: readonly TextAttachment[]): string[] =>
    found.map(({ uri }) => vscode.workspace.asRelativePath(vscode.Uri.parse(uri ?? "")));

  before(async () => {
    editor = await context.testApi.editor();
    await write("quagga.ts", "/** Half a zebra. */\nexport function quagga(): number {\n  return 1;\n}\n");
    await write(
      "stable.ts",
      'import { quagga } from "./quagga";\n\nexport const stable = () => quagga() + quagga();\n',
    );
    await write("meadow.ts", 'import { quagga } from "./quagga";\n\nexport const meadow = () => quagga();\n');
    await write("one.md", "okapi\n");
    await write("two.md", "okapi\n");
    await mkdir(outside, { recursive: true });
    await writeFile(path.join(outside, "private.md"), "okapi of the user\n");
    await symlink(path.join(outside, "private.md"), file("link.md").fsPath);
    await symlink(outside, file("linked").fsPath);
  });
  after(async () => {
    await vscode.workspace.fs.delete(root, { recursive: true });
    await rm(outside, { recursive: true });
  });

  test("has definitions and uses of what is selected, though no word of the question names it", async () => {
    const question = "How does this work?";
    // Without a tsconfig.json, TypeScript knows the open files only.
    await open("meadow.ts");
    const { document } = await open("stable.ts");
    await waitForSymbols(document);
    const active = await open("stable.ts");
    assert.deepEqual(await find(question), [], "the cursor alone is somewhere by chance");
    active.selection = new vscode.Selection(2, 28, 2, 36);
    assert.equal(document.getText(active.selection), "quagga()");
    let found: readonly TextAttachment[] = [];
    // The language service may still be starting.
    await poll(async () => (found = await find(question)).length >= 3);
    assert.deepEqual(found.map(({ reason }, index) => [pathsOf(found)[index], reason]).sort(), [
      ["questions/meadow.ts", "uses quagga"],
      ["questions/quagga.ts", "defines quagga"],
      ["questions/stable.ts", "uses quagga"],
    ]);
    assert.equal(pathsOf(found)[0], "questions/quagga.ts");
  });

  test("is first of what was edited lately, also if it is closed again", async () => {
    for (const name of ["one.md", "two.md", "one.md"]) {
      const { document } = await open(name);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), "more ");
      await vscode.workspace.applyEdit(edit);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand("workbench.action.files.revert");
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      assert.equal(pathsOf(await find("okapi"))[0], `questions/${name}`);
    }
  });

  test("is never behind links, which can lead out of the workspace", async () => {
    assert.deepEqual(pathsOf(await find("okapi")).sort(), ["questions/one.md", "questions/two.md"]);
  });

  test("follows a folder that is moved into the workspace, and out of it", async () => {
    const moved = path.join(outside, "moved");
    await mkdir(path.join(moved, "deep"), { recursive: true });
    await writeFile(path.join(moved, "deep", "four.md"), "gerenuk\n");
    await find("gerenuk");
    await rename(moved, file("moved").fsPath);
    await poll(async () => pathsOf(await find("gerenuk"))[0] === "questions/moved/deep/four.md");
    await rename(file("moved").fsPath, moved);
    await poll(async () => (await find("gerenuk")).length === 0);
  });

  test("follows files that are new, or become links", async () => {
    await write("three.md", "bongo\n");
    await poll(async () => pathsOf(await find("bongo"))[0] === "questions/three.md");
    await rm(file("three.md").fsPath);
    await writeFile(path.join(outside, "private.md"), "bongo of the user\n");
    await symlink(path.join(outside, "private.md"), file("three.md").fsPath);
    await poll(async () => (await find("bongo")).length === 0);
  });
});
