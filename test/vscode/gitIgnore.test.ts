import assert from "node:assert/strict";
import * as vscode from "vscode";
import { findGitIgnored } from "../../src/context/gitIgnore";
import { searchable } from "../../src/project/projectFiles";
import { sampleFile } from "./editors";
import { setUpSuite } from "./suiteSetup";

/** As in Restricted Mode, where the Git extension is off. */
describe("Files of a folder that Git cannot be asked about", () => {
  setUpSuite();
  const root = sampleFile("unasked");
  const file = (name: string): vscode.Uri => vscode.Uri.joinPath(root, name);
  const write = (name: string, text: string): Thenable<void> =>
    vscode.workspace.fs.writeFile(file(name), Buffer.from(text));

  before(async () => {
    await write(".gitignore", "customers.csv\nout/\n");
    await write("app/.gitignore", "local.ts\n");
    await write("app/local.ts", "export const local = 1;\n");
    await write("app/shared.ts", "export const shared = 1;\n");
    await write("out/app.ts", "export const built = 1;\n");
    await write("customers.csv", "Ada\n");
  });
  after(() => vscode.workspace.fs.delete(root, { recursive: true }));

  test("are ignored as the .gitignore files say", async () => {
    const names = ["app/local.ts", "app/shared.ts", "out/app.ts", "customers.csv", "app", "out"];
    assert.deepEqual(
      [...(await findGitIgnored(names.map(file)))].sort(),
      ["app/local.ts", "customers.csv", "out", "out/app.ts"].map((name) => file(name).toString()),
    );
  });

  test("are not found by questions about the project if they are ignored", async () => {
    const uris = ["app/local.ts", "app/shared.ts", "out/app.ts", "customers.csv"].map(file);
    assert.deepEqual((await searchable(uris)).map(String), [file("app/shared.ts").toString()]);
  });
});
