import assert from "node:assert/strict";
import * as vscode from "vscode";
import { CodeLinks } from "../../../src/context/codeLinks";
import { findFileMentions } from "../../../src/context/fileMentions";
import { finishedAnswer, startChat } from "../chats";
import { selectLines, undo } from "../editors";
import { fencedCode, requestEdit } from "../proposals";
import { createRepository } from "../repository";
import { setUpSuite } from "../suiteSetup";

describe("In a window with several folders", () => {
  const context = setUpSuite({ folders: 2 });
  const price = (folder: number): vscode.Uri =>
    vscode.Uri.joinPath(vscode.workspace.workspaceFolders![folder]!.uri, "src", "price.ts");

  test("questions include the AGENTS.md of each folder, named after it", async () => {
    const conversation = await startChat(context.testApi);
    await context.testApi.chat.ask({ text: "Which rules apply?", attachments: [], submit: true });
    await finishedAnswer(conversation);
    const [request] = context.openRouter.chatRequests;
    for (const name of ["app", "lib"])
      assert.match(JSON.stringify(request?.body), new RegExp(`${name}/AGENTS\\.md.*These are the rules of ${name}\\.`));
  });

  test("@ finds files in each folder and tells them apart", async () => {
    const found = await findFileMentions("price");
    assert.deepEqual(
      found.filter(({ kind }) => kind === "file").map(({ label, description }) => [label, description]),
      [
        ["price.ts", "app/src"],
        ["price.ts", "lib/src"],
      ],
    );
  });

  test("links in answers may start with the name of a folder", async () => {
    const links = new CodeLinks();
    assert.deepEqual(
      (await links.find(["app/src/price.ts", "lib/src/price.ts:1", "other/src/price.ts", "src/price.ts"])).found,
      ["app/src/price.ts", "lib/src/price.ts:1", "src/price.ts"],
    );
    for (const [folder, name] of ["app", "lib"].entries()) {
      assert.equal(await links.open(`${name}/src/price.ts`), true);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), price(folder).toString());
    }
  });

  test("a model reads and lists files of each folder, named after it", async () => {
    const { projectTools } = await context.testApi.editor();
    const call = (name: string, path: string) =>
      projectTools.prepare(name, { path })?.run(new AbortController().signal);
    for (const name of ["app", "lib"])
      assert.match(
        JSON.stringify(await call("read_lines", `${name}/src/price.ts`)),
        new RegExp(`price = \\\\"${name}`),
      );
    assert.match(JSON.stringify(await call("read_lines", "src/price.ts")), /app\/src\/price\.ts/);
    assert.deepEqual(await call("list_folder", ""), { parts: [{ text: "app/\nlib/" }] });
    assert.deepEqual(await call("list_folder", "lib"), { parts: [{ text: "src/\nAGENTS.md" }] });
    for (const outside of ["app/../multi-root.code-workspace", "../multi-root.code-workspace", "other/src/price.ts"])
      assert.match(JSON.stringify(await call("read_lines", outside)), /problem/);
  });

  test("an edit changes the file in its own folder only", async () => {
    const [first, second] = await Promise.all([0, 1].map((folder) => vscode.workspace.openTextDocument(price(folder))));
    assert.ok(first && second);
    await selectLines(await vscode.window.showTextDocument(second), 1, 1);
    await requestEdit(context.openRouter, fencedCode("ts", 'export const price = "edited";'));
    await vscode.commands.executeCommand("freeModels.acceptEdit");
    assert.equal(second.getText(), 'export const price = "edited";\n');
    assert.equal(first.getText(), 'export const price = "app";\n');
    await undo(second);
  });

  test("a review shows findings in the folder whose repository was reviewed", async () => {
    const folders = vscode.workspace.workspaceFolders!.map(({ uri }) => vscode.Uri.joinPath(uri, "reviewed"));
    const repositories = await Promise.all(
      folders.map((folder) => createRepository(folder, { "src/price.ts": "export const price = 1;\n" })),
    );
    try {
      for (const each of repositories) await each.write("src/price.ts", "export const price = -1;\n");
      const finding = {
        ...{ file: "src/price.ts", line: 1, quote: "export const price = -1;", severity: "high" },
        ...{ title: "Negative price", why: "Customers get money." },
      };
      context.openRouter.script({ answer: { text: JSON.stringify({ findings: [finding] }) } });
      await vscode.commands.executeCommand("freeModels.reviewChanges", { rootUri: folders[1] });
      const { findings } = await context.testApi.review();
      assert.deepEqual(
        findings.map(({ thread }) => thread.uri.toString()),
        [vscode.Uri.joinPath(folders[1]!, "src/price.ts").toString()],
      );
    } finally {
      await vscode.commands.executeCommand("freeModels.dismissAllFindings");
      for (const each of repositories) await each.close();
    }
  });
});
