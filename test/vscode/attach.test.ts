import assert from "node:assert/strict";
import * as vscode from "vscode";
import { activeAttachments, editorAttachments } from "../../src/context/activeEditor";
import { attachFile, attachFiles } from "../../src/context/attachFiles";
import { maxImageBytes } from "../../src/context/imageFormat";
import { maxSelectionAttachments } from "../../src/context/selections";
import { maxTextCharacters } from "../../src/context/textBudget";
import { Shelf } from "./shelf";
import { insideOfExtension, newChat, sample } from "./suiteSetup";

suite("Attaching", () => {
  const made: vscode.Uri[] = [];

  /** A file of the workspace with these bytes, until the test is over. */
  async function file(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
    const uri = sample(name);
    made.push(uri);
    await vscode.workspace.fs.writeFile(uri, typeof content === "string" ? Buffer.from(content) : content);
    return uri;
  }

  teardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const uri of made.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  test("a text file: its words, language and place", async () => {
    const attachment = await attachFile(sample("src/price.ts"));
    assert.ok(typeof attachment !== "string" && attachment.kind === "file");
    assert.deepEqual([attachment.label, attachment.languageId], ["price.ts", "typescript"]);
    assert.equal(attachment.uri, sample("src/price.ts").toString());
    assert.match(attachment.text, /export/);
    assert.equal(attachment.cut, undefined);
  });

  test("what is on the screen, and not what is on disk", async () => {
    const uri = await file("notes.md", "old");
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 3), " and new"));
    const attachment = await attachFile(uri);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    assert.ok(typeof attachment !== "string" && attachment.kind === "file");
    assert.equal(attachment.text, "old and new");
  });

  test("what is in no file yet, and a file as the window of another machine calls it", async () => {
    const { uri } = await vscode.workspace.openTextDocument({ content: "not saved yet" });
    const [untitled] = await attachFiles([uri]);
    assert.ok(untitled && untitled.kind === "file");
    assert.deepEqual([untitled.text, untitled.uri], ["not saved yet", uri.toString()]);
    const there = sample("src/price.ts").with({ scheme: "vscode-remote", authority: "somewhere" });
    const uris = (await attachFiles([there])).map((each) => (each.kind === "image" ? "" : each.uri));
    assert.deepEqual(uris, vscode.env.remoteName === undefined ? [] : [sample("src/price.ts").toString()]);
  });

  test("a long file: its beginning, and how much was left out", async () => {
    const line = `${"x".repeat(99)}\n`;
    const attachment = await attachFile(await file("long.txt", line.repeat(maxTextCharacters / 50)));
    assert.ok(typeof attachment !== "string" && attachment.kind === "file");
    assert.equal(attachment.text.length, maxTextCharacters);
    assert.equal(attachment.cut, "the last 600 of 1,200 lines");
  });

  test("a drawing is its text, unless what it shows is asked about", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10"/></svg>';
    const uri = await file("logo.svg", svg);
    const text = await attachFile(uri);
    assert.ok(typeof text !== "string" && text.kind === "file");
    assert.equal(text.text, svg);
    const conversation = await newChat(await insideOfExtension());
    await vscode.commands.executeCommand("freeModels.askImage", uri, [uri, sample("pictures/sales.png")]);
    assert.deepEqual(
      conversation.draft.attachments.map((each) => [each.label, "mediaType" in each && each.mediaType]),
      [
        ["logo.svg", "image/png"],
        ["sales.png", "image/png"],
      ],
    );
  });

  test("a picture by its bytes, whatever its name says", async () => {
    const png = await vscode.workspace.fs.readFile(sample("pictures/sales.png"));
    const attachment = await attachFile(await file("really-a-png.jpg", png));
    assert.ok(typeof attachment !== "string" && attachment.kind === "image");
    assert.equal(attachment.mediaType, "image/png");
    assert.deepEqual(Buffer.from(attachment.data, "base64"), Buffer.from(png));
  });

  const refused: [what: string, name: string, content: () => Uint8Array, words: RegExp][] = [
    [
      "a picture that is too large",
      "huge.png",
      () => new Uint8Array(maxImageBytes + 1),
      /^huge\.png is 20\.0 MB\. The limit is 20 MB\.$/,
    ],
    [
      "what is neither text nor picture",
      "program.bin",
      () => Buffer.alloc(4096),
      /^Could not attach program\.bin because it is neither text nor an image\.$/,
    ],
  ];
  for (const [what, name, content, words] of refused)
    test(`${what} is refused in words`, async () => {
      const problem = await attachFile(await file(name, content()));
      assert.ok(typeof problem === "string", "it was attached");
      assert.match(problem, words);
    });

  test("what cannot be read is refused in words", async () => {
    const locked = new Shelf({});
    locked.stat = (uri) => {
      throw vscode.FileSystemError.NoPermissions(uri);
    };
    const shut = vscode.workspace.registerFileSystemProvider("shut", locked);
    try {
      const uris = [sample("nowhere.ts"), vscode.Uri.parse("shut:/a.ts"), vscode.Uri.parse("nobody-knows:/b.ts")];
      assert.deepEqual(await Promise.all(uris.map((uri) => attachFile(uri))), [
        "Could not attach nowhere.ts because it no longer exists.",
        "Could not attach a.ts because you do not have permission to read it.",
        "Could not attach b.ts because VS Code has no file system provider for “nobody-knows:”.",
      ]);
    } finally {
      shut.dispose();
    }
  });

  test("what an extension shows in an editor is its text, in no file", async () => {
    const shown = vscode.workspace.registerTextDocumentContentProvider("frozen", {
      provideTextDocumentContent: () => "a frozen lake",
    });
    try {
      const uri = vscode.Uri.parse("frozen:/lake.txt");
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      const attachment = await attachFile(uri);
      assert.ok(typeof attachment !== "string" && attachment.kind === "file");
      assert.equal(attachment.text, "a frozen lake");
    } finally {
      shown.dispose();
    }
  });

  test("a picture in its preview is what the user is looking at", async () => {
    await vscode.commands.executeCommand("vscode.open", sample("pictures/sales.png"));
    const [attachment, ...more] = await activeAttachments();
    assert.deepEqual([attachment?.kind, attachment?.label, more], ["image", "sales.png", []]);
  });

  test("a cell that is being edited is the cell, not the whole notebook", async () => {
    const notebook = await vscode.workspace.openNotebookDocument(sample("reports/orders.ipynb"));
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await vscode.commands.executeCommand("notebook.cell.edit");
    const labels = (await activeAttachments()).map(({ label }) => label);
    assert.deepEqual(labels, ["orders.ipynb › cell 2"]);
  });

  test("selections of many cursors are one attachment", async () => {
    const editor = await vscode.window.showTextDocument(sample("src/basket.ts"));
    editor.selections = Array.from(
      { length: maxSelectionAttachments + 1 },
      (_, word) => new vscode.Selection(0, 2 * word, 0, 2 * word + 1),
    );
    const [attachment, ...more] = editorAttachments(editor);
    assert.equal(more.length, 0);
    assert.match(attachment?.label ?? "", /^basket\.ts:1 \(7 selections\)$/);
  });

  test("an empty file is nothing to ask about", async () => {
    await vscode.window.showTextDocument(await file("empty.ts", ""));
    assert.deepEqual(await activeAttachments(), []);
  });
});
