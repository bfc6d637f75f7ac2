import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { FindingThread } from "../../src/review/findingThreads";
import { sampleFile } from "./editors";
import { fencedCode, proposalTab, waitForNoProposal, waitForProposedText } from "./proposals";
import { createRepository, type TestRepository } from "./repository";
import { setUpSuite, validKey } from "./suiteSetup";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

interface Answered {
  readonly file?: string;
  readonly line: number;
  readonly quote: string;
  readonly severity?: "high" | "medium" | "low";
  readonly title?: string;
}

const numbers = Array.from({ length: 30 }, (_, index) => `export const n${index} = ${index};`);
const original = `${numbers.join("\n")}\n`;
const divided = "export const n2 = 2 / 0;";
const evaluated = "export const n20 = eval(input);";
const changed = original.replace(numbers[2]!, divided).replace(numbers[20]!, evaluated);

const dividing: Answered = { line: 3, quote: divided, severity: "low", title: "Division by zero" };
/** At a line that the model counted wrong. */
const evaluating: Answered = { line: 17, quote: evaluated, severity: "high", title: "Runs any code" };
const madeUp: Answered = { line: 3, quote: "export const n3 = 3;" };

describe("A review of changes", () => {
  const context = setUpSuite();
  let repository: TestRepository;
  let file: vscode.Uri;
  let messages: string[] = [];
  let picks: string[] = [];

  // A repository for each test, since the window remembers findings of earlier reviews.
  beforeEach(async () => {
    const root = sampleFile(`reviewed/${randomUUID()}`);
    repository = await createRepository(root, { "numbers.ts": original, "other.ts": original });
    file = vscode.Uri.joinPath(root, "numbers.ts");
    messages = [];
    picks = [];
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("freeModels.dismissAllFindings");
    await repository.close();
  });

  const answer = (...findings: Answered[]): void => {
    const complete = findings.map((each) => ({
      ...{ file: "numbers.ts", severity: "medium", title: "Title", why: "It goes wrong." },
      ...each,
    }));
    context.openRouter.script({ answer: { text: JSON.stringify({ findings: complete }) } });
  };
  const sent = (): string => JSON.stringify(context.openRouter.chatRequests.map(({ body }) => body));
  const threads = async (): Promise<readonly FindingThread[]> => (await context.testApi.review()).findings;
  const shown = async (): Promise<string[]> =>
    (await threads()).map(({ thread }) => {
      const name = thread.uri.path.slice(repository.root.path.length + 1);
      return `${name}:${(thread.range?.start.line ?? NaN) + 1} ${thread.label ?? ""}: ${bodyOf(thread)}`;
    });

  /** Runs a command; `button` is pressed in each modal dialog, and the first row that contains `row` is picked in each list. */
  async function run(
    command: string,
    { button, row = "", args = [] }: { button?: string; row?: string; args?: readonly unknown[] } = {},
  ): Promise<void> {
    const showMessage = (text: string, options?: vscode.MessageOptions): Promise<string | undefined> => {
      messages.push(text);
      return Promise.resolve(options?.modal ? button : undefined);
    };
    const showQuickPick = (items: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
      picks.push(options?.placeHolder ?? "", ...items.map(({ label, description }) => `${label} ${description ?? ""}`));
      return Promise.resolve(items.find(({ label }) => label.includes(row)));
    };
    const stubs = {
      ...{ showInformationMessage: showMessage, showWarningMessage: showMessage, showErrorMessage: showMessage },
      showQuickPick,
    };
    await withStubs(vscode.window, stubs, async () => vscode.commands.executeCommand(command, ...args));
  }

  /** Runs the command with the argument that the SCM view passes. */
  const review = (options: { button?: string; row?: string } = {}): Promise<void> =>
    run("freeModels.reviewChanges", { ...options, args: [{ rootUri: repository.root }] });

  test("shows each finding as plain text at its line, the worst first, and counts what the model made up", async () => {
    await repository.write("numbers.ts", changed);
    answer(dividing, madeUp, evaluating);
    await review();
    assert.deepEqual(await shown(), [
      "numbers.ts:21 High severity: Runs any code\n\nIt goes wrong.",
      "numbers.ts:3 Low severity: Division by zero\n\nIt goes wrong.",
    ]);
    assert.deepEqual(messages, ["2 findings. Not shown: 1 not in the changes."]);
    assert.deepEqual([picks, context.openRouter.chatRequests.length], [[], 1]);
    for (const text of ["File: numbers.ts", "3 + export const n2 = 2 / 0;", "- export const n2 = 2;", "json_schema"])
      assert.ok(sent().includes(text), text);
    for (const { thread } of await threads()) {
      assert.equal(thread.canReply, false);
      assert.equal(thread.collapsibleState, vscode.CommentThreadCollapsibleState.Expanded);
    }
  });

  test("shows Markdown and hidden characters in a finding as text", async () => {
    await repository.write("numbers.ts", changed);
    answer({ ...dividing, title: "![x](https://example.com/x.png) <img src=x>\u202e" });
    await review();
    const [finding] = await threads();
    const { body, author } = finding?.thread.comments[0] ?? {};
    // A name, such as "Gemma 4 31B", and no id.
    assert.match(author?.name ?? "", /[A-Z]/);
    assert.equal(body, "![x](https://example.com/x.png) <img src=x>⟦U+202E⟧\n\nIt goes wrong.");
  });

  test("says if there are no findings, and removes those of the review before", async () => {
    await repository.write("numbers.ts", changed);
    answer(dividing);
    await review();
    answer();
    await review();
    assert.deepEqual(await shown(), []);
    assert.equal(messages.at(-1), "No findings. New: 0, gone: 1.");
  });

  test("says if there is nothing to review, without a request", async () => {
    await review();
    assert.deepEqual(messages, ["There are no changes to review."]);
    assert.equal(context.openRouter.chatRequests.length, 0);
  });

  test("says in a second review what is new and what is gone", async () => {
    await repository.write("other.ts", changed);
    const other = { file: "other.ts" };
    answer({ ...dividing, ...other });
    await review();
    assert.match((await shown()).join(), /^other\.ts:3 Low severity: Division/);
    await repository.write("other.ts", `// A line above\n${changed.replace(divided, numbers[2]!)}`);
    answer({ ...evaluating, ...other });
    await review();
    assert.deepEqual(await shown(), [
      "other.ts:22 High severity (new since the last review): Runs any code\n\nIt goes wrong.",
    ]);
    assert.equal(messages.at(-1), "1 finding. New: 1, gone: 1.");
  });

  test("reviews new files, and neither ignored nor generated ones", async () => {
    const ignore = sampleFile(".freemodelsignore");
    await vscode.workspace.fs.writeFile(ignore, Buffer.from("private.ts\n"));
    try {
      await repository.write(".gitignore", "build.ts\n");
      await repository.git("add", ".gitignore");
      for (const name of ["🦊 new.ts", "private.ts", "build.ts", "package-lock.json"])
        await repository.write(name, `export const inFile = ${JSON.stringify(name)};\r\n`);
      await repository.repository.status();
      answer({ file: "🦊 new.ts", line: 1, quote: 'export const inFile = "🦊 new.ts";' });
      await review({ row: "Working Tree" });
      assert.match((await shown()).join(), /^🦊 new\.ts:1 /u);
      for (const name of ["private.ts", "build.ts", "package-lock.json"]) assert.ok(!sent().includes(name), name);
      assert.equal(messages.at(-1), "1 finding. Files left out: 2.");
    } finally {
      await vscode.workspace.fs.delete(ignore);
    }
  });

  test("reviews the staged changes, and shows findings where their code is now", async () => {
    await repository.write("numbers.ts", changed);
    await repository.git("add", ".");
    await repository.write("numbers.ts", `// One\n// Two\n${changed.replace(evaluated, "removed();")}`);
    answer(dividing, evaluating);
    await review({ row: "Staged" });
    assert.deepEqual(picks, [
      "What should be reviewed?",
      "$(edit) Working Tree 1 file",
      "$(check) Staged Changes 1 file",
    ]);
    assert.deepEqual(await shown(), ["numbers.ts:5 Low severity: Division by zero\n\nIt goes wrong."]);
    assert.equal(messages.at(-1), "1 finding. Not shown: 1 changed since.");
    assert.doesNotMatch(sent(), /One/);
  });

  test("reviews the commits of a branch, and asks for its base if Git does not know it", async () => {
    await repository.git("checkout", "-q", "-b", "feature");
    await repository.git("mv", "numbers.ts", "moved.ts");
    await repository.write("moved.ts", changed);
    await repository.git("commit", "-q", "-a", "-m", "Change numbers");
    await repository.repository.status();
    answer({ ...dividing, file: "moved.ts" }, { ...dividing, file: "numbers.ts" });
    await review({ row: "main" });
    assert.deepEqual(picks, [
      "Git does not know where feature started. Select the branch to compare it with.",
      "$(git-branch) main ",
    ]);
    assert.deepEqual(await shown(), ["moved.ts:3 Low severity: Division by zero\n\nIt goes wrong."]);
    assert.match(sent(), /File: moved\.ts \(was numbers\.ts\)/);
  });

  test("compares a branch with its base without a question if Git knows it", async () => {
    const remote = sampleFile(`reviewed/${randomUUID()}.git`);
    await repository.git("clone", "-q", "--bare", ".", remote.fsPath);
    await repository.git("remote", "add", "origin", remote.fsPath);
    await repository.git("push", "-q", "-u", "origin", "main");
    await repository.git("checkout", "-q", "-b", "feature", "origin/main");
    await repository.write("numbers.ts", changed);
    await repository.git("commit", "-q", "-a", "-m", "Change numbers");
    await repository.repository.status();
    answer(dividing);
    await review();
    assert.deepEqual(await shown(), ["numbers.ts:3 Low severity: Division by zero\n\nIt goes wrong."]);
    assert.deepEqual(picks, []);
    await vscode.workspace.fs.delete(remote, { recursive: true });
  });

  describe("of more than one request", () => {
    const long = (name: string): string => `export const ${name} = 1;\n`.repeat(1_400);

    beforeEach(async () => {
      await repository.write("numbers.ts", long("one"));
      await repository.write("other.ts", long("two"));
    });

    test("tells its price first, and sends nothing if the user cancels", async () => {
      await review();
      assert.match(messages.join("\n"), /^This review takes at least 2 of your \d+ free requests left today\.$/);
      assert.equal(context.openRouter.chatRequests.length, 0);
    });

    test("reviews all parts", async () => {
      answer({ line: 1, quote: "export const one = 1;" });
      answer({ file: "other.ts", line: 1, quote: "export const two = 1;" });
      await review({ button: "Review" });
      assert.deepEqual(
        (await shown()).map((each) => each.replace(/ .*/s, "")),
        ["numbers.ts:1", "other.ts:1"],
      );
      assert.equal(context.openRouter.chatRequests.length, 2);
    });

    test("keeps the findings of the first part if the second fails, and says why", async () => {
      answer({ line: 1, quote: "export const one = 1;" });
      context.openRouter.script("401-key");
      await review({ button: "Review" });
      assert.equal((await shown()).length, 1);
      assert.match(messages.at(-1) ?? "", /^1 finding\. Only 1 of 2 parts of the changes were reviewed\./);
      assert.match(messages.at(-2) ?? "", /key/);
    });
  });

  test("sends no secret that is held back, and reviews the other files", async () => {
    await repository.write("numbers.ts", `export const key = "${validKey}";\n`);
    await repository.write("other.ts", changed);
    answer({ ...dividing, file: "other.ts" });
    await review({ button: "Hold Back" });
    assert.match(messages[0] ?? "", /^changes in numbers\.ts \(line \d+\) appears to contain/);
    assert.ok(!sent().includes(validKey) && !sent().includes("File: numbers.ts"));
    assert.equal(messages.at(-1), "1 finding. Files held back: 1.");
  });

  test("finds the line of a secret that was replaced with a placeholder", async () => {
    await repository.write("numbers.ts", `export const key = "${validKey}";\n`);
    answer({ line: 9, quote: 'export const key = "<SECRET_1>";' });
    await review({ button: "Replace" });
    assert.ok(!sent().includes(validKey));
    assert.match((await shown()).join(), /^numbers\.ts:1 /);
  });

  test("shows why no model has answered", async () => {
    await repository.write("numbers.ts", changed);
    context.openRouter.script("401-key");
    await review();
    assert.match(messages.join(), /key/);
    assert.deepEqual(messages.length, 1);
  });

  test("asks another model if an answer does not match the schema", async () => {
    await repository.write("numbers.ts", changed);
    context.openRouter.script({ answer: { text: "I found two bugs." } });
    answer(dividing);
    await review();
    assert.equal((await shown()).length, 1);
    assert.equal(context.openRouter.chatRequests.length, 2);
  });

  describe("A finding", () => {
    beforeEach(async () => {
      await repository.write("numbers.ts", changed);
      answer(dividing, evaluating);
      await review();
    });

    test("is fixed with a proposed edit at its line, also if that has moved since", async () => {
      const document = await vscode.workspace.openTextDocument(file);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(file, new vscode.Position(0, 0), "// Above\n");
      await vscode.workspace.applyEdit(edit);
      const text = document.getText();
      const part = text.split("\n").slice(13, 30);
      context.openRouter.script({
        answer: { text: fencedCode("ts", part.join("\n").replace("eval(input)", "Number(input)")) },
      });
      const [worst] = await threads();
      await run("freeModels.fixFinding", { args: [worst?.thread] });
      await waitForProposedText(text.replace("eval(input)", "Number(input)"));
      assert.equal(proposalTab()?.input.original.toString(), file.toString());
      const request = JSON.stringify(context.openRouter.chatRequests.at(-1)?.body);
      for (const sentText of ["Fix this: Runs any code\\nIt goes wrong.\\nexport const n20 = eval(input);", "n13 = 13"])
        assert.ok(request.includes(sentText), sentText);
      await vscode.commands.executeCommand("freeModels.rejectEdit");
      await waitForNoProposal();
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    test("cannot be fixed if its code has changed", async () => {
      await vscode.workspace.fs.writeFile(file, Buffer.from(original));
      await waitForText(file, original);
      await run("freeModels.fixFinding", { args: [(await threads())[0]?.thread] });
      assert.equal(messages.at(-1), "The code of this finding has changed. Review the changes again.");
      assert.equal(context.openRouter.chatRequests.length, 1);
    });

    test("is closed by Dismiss, and a later review does not show it again", async () => {
      await run("freeModels.dismissFinding", { args: [(await threads())[0]?.thread] });
      assert.match((await shown()).join(), /^numbers\.ts:3 [^\n]*\n\n[^\n]*$/);
      answer(dividing, evaluating);
      await review();
      assert.match((await shown()).join(), /^numbers\.ts:3 [^\n]*\n\n[^\n]*$/);
      assert.match(messages.at(-1) ?? "", /Not shown: 1 dismissed\./);
    });

    test("is chosen from a list without a menu, or by the cursor", async () => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await run("freeModels.dismissFinding", { row: "no such finding" });
      assert.deepEqual(picks.slice(-3), [
        "Select the finding to dismiss",
        `$(error) Runs any code ${vscode.workspace.asRelativePath(file)}:21 High severity`,
        `$(info) Division by zero ${vscode.workspace.asRelativePath(file)}:3 Low severity`,
      ]);
      assert.equal((await threads()).length, 2);
      const editor = await vscode.window.showTextDocument(file);
      editor.selection = new vscode.Selection(2, 0, 2, 0);
      picks = [];
      await run("freeModels.dismissFinding");
      assert.deepEqual([picks, (await shown()).length], [[], 1]);
    });

    test("is closed with all others, which a later review can find again and does not call gone", async () => {
      await run("freeModels.dismissAllFindings");
      assert.deepEqual(await shown(), []);
      answer(dividing);
      await review();
      assert.equal((await shown()).length, 1);
      assert.equal(messages.at(-1), "1 finding. New: 0, gone: 0.");
      answer();
      await review();
      assert.equal(messages.at(-1), "No findings. New: 0, gone: 1.");
    });
  });
});

/** Waits until VS Code has read a change on disk into the open document. */
async function waitForText(uri: vscode.Uri, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await waitFor(() => document.getText() === text, vscode.workspace.onDidChangeTextDocument);
}

function bodyOf({ comments }: vscode.CommentThread): string {
  const body = comments[0]?.body;
  return typeof body === "string" ? body : "Markdown";
}
