import assert from "node:assert/strict";
import * as vscode from "vscode";
import { activeAttachments, editorAttachments } from "../../src/context/activeEditor";
import { attachFile, attachFiles } from "../../src/context/attachFiles";
import { maxImageBytes } from "../../src/context/imageFormat";
import { maxSelectionAttachments } from "../../src/context/selections";
import { maxTextCharacters } from "../../src/context/textBudget";
import { startChat } from "./chats";
import { closeEditorsWithoutSaving, sampleFile } from "./editors";
import { MemoryFileSystem } from "./memoryFileSystem";
import { activateExtension } from "./suiteSetup";

describe("Attaching", () => {
  const createdFiles: vscode.Uri[] = [];

  /** Creates a file in the workspace, which is deleted after the test. */
  async function createFile(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
    const uri = sampleFile(name);
    createdFiles.push(uri);
    await vscode.workspace.fs.writeFile(uri, typeof content === "string" ? Buffer.from(content) : content);
    return uri;
  }

  afterEach(async () => {
    await closeEditorsWithoutSaving();
    for (const uri of createdFiles.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  test("a text file with its text, language and URI", async () => {
    const attachment = await attachFile(sampleFile("src/price.ts"));
    assert.ok(typeof attachment !== "string" && attachment.kind === "file");
    assert.deepEqual([attachment.label, attachment.languageId], ["price.ts", "typescript"]);
    assert.equal(attachment.uri, sampleFile("src/price.ts").toString());
    assert.match(attachment.text, /export/);
    assert.equal(attachment.cut, undefined);
  });

  test("the text in the editor, not the text on disk", async () => {
    const uri = await createFile("notes.md", "old");
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 3), " and new"));
    const attachment = await attachFile(uri);
    assert.ok(typeof attachment !== "string" && attachment.kind === "file");
    assert.equal(attachment.text, "old and new");
  });

  test("an untitled document, and a file with a remote URI", async () => {
    const { uri } = await vscode.workspace.openTextDocument({ content: "not saved yet" });
    const [untitled] = await attachFiles([uri]);
    assert.ok(untitled && untitled.kind === "file");
    assert.deepEqual([untitled.text, untitled.uri], ["not saved yet", uri.toString()]);
    const remoteUri = sampleFile("src/price.ts").with({ scheme: "vscode-remote", authority: "somewhere" });
    const uris = (await attachFiles([remoteUri])).map((each) => (each.kind === "image" ? "" : each.uri));
    assert.deepEqual(uris, vscode.env.remoteName === undefined ? [] : [sampleFile("src/price.ts").toString()]);
  });

  test("the beginning of a long file, with a label for what was omitted", async () => {
    const line = `${"x".repeat(99)}\n`;
    const attachment = await attachFile(await createFile("long.txt", line.repeat(maxTextCharacters / 50)));
    assert.ok(typeof attachment !== "string" && attachment.kind === "file");
    assert.equal(attachment.text.length, maxTextCharacters);
    assert.equal(attachment.cut, "the last 600 of 1,200 lines");
  });

  test("an SVG as text, or as an image for Ask About Image", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10"/></svg>';
    const uri = await createFile("logo.svg", svg);
    const text = await attachFile(uri);
    assert.ok(typeof text !== "string" && text.kind === "file");
    assert.equal(text.text, svg);
    const conversation = await startChat(await activateExtension());
    await vscode.commands.executeCommand("freeModels.askImage", uri, [uri, sampleFile("pictures/sales.png")]);
    assert.deepEqual(
      conversation.draft.content.attachments.map((each) => [each.label, "mediaType" in each && each.mediaType]),
      [
        ["logo.svg", "image/png"],
        ["sales.png", "image/png"],
      ],
    );
  });

  test("an image with the type of its bytes, regardless of its name", async () => {
    const png = await vscode.workspace.fs.readFile(sampleFile("pictures/sales.png"));
    const attachment = await attachFile(await createFile("really-a-png.jpg", png));
    assert.ok(typeof attachment !== "string" && attachment.kind === "image");
    assert.equal(attachment.mediaType, "image/png");
    assert.deepEqual(Buffer.from(attachment.data, "base64"), Buffer.from(png));
  });

  const rejected: [what: string, name: string, content: () => Uint8Array, message: RegExp][] = [
    [
      "an image that is too large",
      "huge.png",
      () => new Uint8Array(maxImageBytes + 1),
      /^huge\.png is 20\.0 MB\. The limit is 20 MB\.$/,
    ],
    [
      "a binary file",
      "program.bin",
      () => Buffer.alloc(4096),
      /^Could not attach program\.bin because it is neither text nor an image\.$/,
    ],
  ];
  for (const [what, name, content, message] of rejected)
    test(`rejects ${what} with a message`, async () => {
      const problem = await attachFile(await createFile(name, content()));
      assert.ok(typeof problem === "string", "it was attached");
      assert.match(problem, message);
    });

  test("rejects files that cannot be read with a message", async () => {
    const unreadable = new MemoryFileSystem({});
    unreadable.stat = (uri) => {
      throw vscode.FileSystemError.NoPermissions(uri);
    };
    const registration = vscode.workspace.registerFileSystemProvider("unreadable", unreadable);
    try {
      const uris = [
        sampleFile("nowhere.ts"),
        vscode.Uri.parse("unreadable:/a.ts"),
        vscode.Uri.parse("unknown-scheme:/b.ts"),
      ];
      assert.deepEqual(await Promise.all(uris.map((uri) => attachFile(uri))), [
        "Could not attach nowhere.ts because it no longer exists.",
        "Could not attach a.ts because you do not have permission to read it.",
        "Could not attach b.ts because VS Code has no file system provider for “unknown-scheme:”.",
      ]);
    } finally {
      registration.dispose();
    }
  });

  test("a virtual document as its text", async () => {
    const registration = vscode.workspace.registerTextDocumentContentProvider("virtual", {
      provideTextDocumentContent: () => "a virtual text",
    });
    try {
      const uri = vscode.Uri.parse("virtual:/text.txt");
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      const attachment = await attachFile(uri);
      assert.ok(typeof attachment !== "string" && attachment.kind === "file");
      assert.equal(attachment.text, "a virtual text");
    } finally {
      registration.dispose();
    }
  });

  test("the image in an image preview", async () => {
    await vscode.commands.executeCommand("vscode.open", sampleFile("pictures/sales.png"));
    const [attachment, ...more] = await activeAttachments();
    assert.deepEqual([attachment?.kind, attachment?.label, more], ["image", "sales.png", []]);
  });

  test("the cells of a notebook without their outputs, also one that VS Code cannot read as one", async () => {
    const outputs = [{ output_type: "stream", name: "stdout", text: ["a million lines"] }];
    const cells = [
      { cell_type: "markdown", metadata: {}, source: ["# Orders"] },
      { cell_type: "code", metadata: {}, execution_count: 1, source: ["print(1)\n", "print(2)"], outputs },
    ];
    const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    const whole = await attachFile(await createFile("whole.ipynb", text));
    const broken = await attachFile(await createFile("broken.ipynb", "{"));
    assert.ok(
      typeof whole !== "string" && whole.kind === "file" && typeof broken !== "string" && broken.kind === "file",
    );
    assert.equal(whole.text, "Cell 1:\n# Orders\n\nCell 2:\n```python\nprint(1)\nprint(2)\n```\n");
    assert.deepEqual([whole.label, whole.languageId, broken.text], ["whole.ipynb", "markdown", "{"]);
  });

  test("the cell that is being edited, not the whole notebook", async () => {
    const notebook = await vscode.workspace.openNotebookDocument(sampleFile("reports/orders.ipynb"));
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await vscode.commands.executeCommand("notebook.cell.edit");
    const labels = (await activeAttachments()).map(({ label }) => label);
    assert.deepEqual(labels, ["orders.ipynb › cell 2"]);
  });

  test("the selections of many cursors as one attachment", async () => {
    const editor = await vscode.window.showTextDocument(sampleFile("src/basket.ts"));
    editor.selections = Array.from(
      { length: maxSelectionAttachments + 1 },
      (_, index) => new vscode.Selection(0, 2 * index, 0, 2 * index + 1),
    );
    const [attachment, ...more] = editorAttachments(editor);
    assert.equal(more.length, 0);
    assert.match(attachment?.label ?? "", /^basket\.ts:1 \(7 selections\)$/);
  });

  test("nothing for an empty file", async () => {
    await vscode.window.showTextDocument(await createFile("empty.ts", ""));
    assert.deepEqual(await activeAttachments(), []);
  });
});
