import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { ProjectTools } from "../../src/context/projectTools";
import { sampleFile, waitForSymbols } from "./editors";
import { setUpSuite } from "./suiteSetup";
import { poll } from "./waitFor";

describe("The tools with which a model looks into the project", () => {
  const context = setUpSuite();
  const root = sampleFile("tools");
  const outside = path.join(tmpdir(), `free-models-outside-${process.pid}`);
  let tools: ProjectTools;

  const write = async (name: string, text: string | Buffer): Promise<void> => {
    const file = vscode.Uri.joinPath(root, name).fsPath;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const call = async (
    name: string,
    parameters: unknown,
  ): Promise<{ label: string; text: string; problem?: string }> => {
    const prepared = tools.prepare(name, parameters);
    assert.ok(prepared, name);
    const output = await prepared.run(new AbortController().signal);
    if ("problem" in output) return { label: prepared.label, text: "", problem: output.problem };
    const text = output.parts.map((part) => `${part.heading ?? ""}\n${part.text}`).join("\n\n");
    return { label: prepared.label, text };
  };
  const read = (file: string, range: object = {}) => call("read_lines", { path: file, ...range });

  before(async () => {
    tools = (await context.testApi.editor()).projectTools;
    await write("src/zebra.ts", "export function zebraStripes() {\n  return 42;\n}\n");
    await write("src/uses.ts", 'import { zebraStripes } from "./zebra";\nzebraStripes();\n');
    await write(".gitignore", "ignored.ts\n");
    await write("ignored.ts", "export const zebraSecret = 1;\n");
    await write(".env", "PASSWORD=x\n");
    await write("data.txt", Buffer.from([1, 0, 2, 3]));
    await write("long.txt", Array.from({ length: 1_000 }, (_, index) => `line ${index + 1}`).join("\n"));
    await mkdir(outside, { recursive: true });
    await writeFile(path.join(outside, "id_rsa"), "zebraSecret of the user\n");
    await writeFile(path.join(outside, "notes.txt"), "zebraSecret of the user\n");
    await symlink(path.join(outside, "notes.txt"), vscode.Uri.joinPath(root, "link.txt").fsPath);
    await symlink(outside, vscode.Uri.joinPath(root, "linked").fsPath);
  });
  after(async () => {
    await vscode.workspace.fs.delete(root, { recursive: true });
    await rm(outside, { recursive: true });
  });

  test("read lines, with where they are", async () => {
    assert.deepEqual(await read("tools/src/zebra.ts", { start: 1, end: 2 }), {
      label: "Read tools/src/zebra.ts:1-2",
      text: "tools/src/zebra.ts:1-2 of 4 lines\nexport function zebraStripes() {\n  return 42;",
    });
    const long = await read("tools/long.txt");
    assert.match(long.text, /^tools\/long\.txt:1-250 of 1000 lines\nline 1\n[^]*\nline 250$/);
    assert.match((await read("tools/long.txt", { start: 990, end: 5_000 })).text, /990-1000\nline 990\n/);
    assert.equal((await read("tools/long.txt", { start: 2_000 })).problem, "The file has only 1000 lines.");
  });

  test("read changes that are not saved yet", async () => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(root, "src/zebra.ts"));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "// unsaved\n");
    await vscode.workspace.applyEdit(edit);
    assert.match((await read("tools/src/zebra.ts")).text, /unsaved/);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  test("read nothing that is outside, linked, ignored, secret or not text", async () => {
    const refused = [
      ...["../../etc/passwd", "/etc/passwd", path.join(outside, "notes.txt"), "~/.ssh/id_rsa", "file:///etc/passwd"],
      ...["tools/link.txt", "tools/linked/notes.txt", "tools/linked/id_rsa", "tools/linked/../linked/notes.txt"],
      ...["tools/ignored.ts", "tools/.env", "tools/data.txt", "tools/ghost.ts", "tools/src", ".git/config", ""],
    ];
    for (const name of refused) {
      const { text, problem } = await read(name);
      assert.deepEqual([name, text, problem !== undefined], [name, "", true]);
    }
  });

  test("list a folder without links and what is ignored", async () => {
    assert.deepEqual(await call("list_folder", { path: "tools" }), {
      label: "Listed tools/",
      text: "\nsrc/\n.env\n.gitignore\ndata.txt\nlong.txt",
    });
    const listed = (await call("list_folder", {})).text.split("\n");
    // Other suites have folders beside these.
    const folders = listed.filter((line) => /^(pictures|reports|src|tools)\/$/.test(line));
    assert.deepEqual(folders, ["pictures/", "reports/", "src/", "tools/"]);
    for (const name of ["tools/linked", "..", "/", "tools/long.txt"])
      assert.ok((await call("list_folder", { path: name })).problem, name);
  });

  test("search without links and what is ignored", async () => {
    const search = () => call("search", { query: "zebraStripes zebraSecret" });
    // Another suite may have indexed the project before these files were there.
    await poll(async () => /tools\/src\/zebra\.ts:1-3\nexport function zebraStripes/.test((await search()).text));
    const { label, text } = await search();
    assert.equal(label, "Searched for “zebraStripes zebraSecret”");
    assert.doesNotMatch(text, /of the user|zebraSecret = 1/);
    assert.equal((await call("search", { query: "qqqxxyyzz" })).text, "\nNothing was found.");
  });

  test("find where a name is defined and used", async () => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(root, "src/zebra.ts"));
    await vscode.window.showTextDocument(document);
    await waitForSymbols(document);
    // Without a tsconfig.json, TypeScript knows the open files only.
    await vscode.window.showTextDocument(vscode.Uri.joinPath(root, "src/uses.ts"), { preview: false });
    const { text } = await call("definition_and_references", { name: "zebraStripes" });
    assert.match(text, /defined in tools\/src\/zebra\.ts:1-\d.*\nexport function zebraStripes/);
    assert.match(text, /used in tools\/src\/uses\.ts, lines 1, 2\n/);
  });

  test("tell which problems the editor reports", async () => {
    const uri = vscode.Uri.joinPath(root, "long.txt");
    const diagnostics = vscode.languages.createDiagnosticCollection("test");
    const range = new vscode.Range(4, 0, 4, 4);
    diagnostics.set(uri, [new vscode.Diagnostic(range, "Line 5 is boring.", vscode.DiagnosticSeverity.Warning)]);
    diagnostics.set(vscode.Uri.file("/etc/passwd"), [new vscode.Diagnostic(range, "Outside.")]);
    try {
      assert.deepEqual(await call("problems", { path: "tools/long.txt" }), {
        label: "Looked at the problems of tools/long.txt",
        text: "tools/long.txt\n5: warning: Line 5 is boring.",
      });
      assert.doesNotMatch((await call("problems", {})).text, /Outside/);
      assert.ok((await call("problems", { path: "/etc/passwd" })).problem);
    } finally {
      diagnostics.dispose();
    }
  });
});
