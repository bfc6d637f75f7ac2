import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ESLint, Linter } from "eslint";
import tseslint from "typescript-eslint";
import * as z from "zod/mini";
import { projectRoot } from "../support/projectRoot";

const ruleShape = z.object({ rules: z.object({ "no-restricted-syntax": z.array(z.unknown()) }) });

const eslint = new ESLint({ cwd: projectRoot });

/** What the project's rule against unescaped names reports for code in a file. The file need not exist. */
async function reports(file: string, code: string): Promise<string[]> {
  const config: unknown = await eslint.calculateConfigForFile(file);
  const rule = ruleShape.parse(config).rules["no-restricted-syntax"];
  const messages = new Linter().verify(code, [
    {
      files: ["**/*"],
      languageOptions: { parser: tseslint.parser },
      rules: { "no-restricted-syntax": rule as Linter.RuleEntry },
    },
  ]);
  return messages.map(({ message }) => /^Use (\w+)/.exec(message)?.[1] ?? message);
}

describe("The lint rule against unescaped names", () => {
  const found: [code: string, use: string][] = [
    ["vscode.window.showInformationMessage(name);", "notifications"],
    ["vscode.window.showErrorMessage(name);", "notifications"],
    ["vscode.window.withProgress({ title: name }, task);", "notifications"],
    ["const { withProgress } = vscode.window;", "notifications"],
    ["const { withProgress: run } = vscode.window;", "notifications"],
    ["vscode.window.showInputBox({ prompt: name });", "inputBoxes"],
    ["const box = vscode.window.createInputBox();", "inputBoxes"],
    ["box.prompt = name as PromptText;", "inputBoxes"],
    ["vscode.window.showQuickPick([{ label: name }]);", "iconLabels"],
    ["const box = vscode.window.createQuickPick();", "iconLabels"],
    ["vscode.window.createStatusBarItem().text = name;", "iconLabels"],
    ["vscode.window.setStatusBarMessage(name);", "iconLabels"],
    ["new vscode.CodeLens(range, { title: name });", "iconLabels"],
    ["const label = name as IconText;", "iconLabels"],
    ["new vscode.MarkdownString(name);", "escapeMarkdown"],
    ["new vscode.Hover(name);", "escapeMarkdown"],
    ["vscode.comments.createCommentController(id, name);", "findingThreads"],
    ["new vscode.TreeItem(name);", "escapeMarkdown"],
    ["tooltip.appendMarkdown(name);", "escapeMarkdown"],
    ['import { MarkdownString } from "vscode";', "escapeMarkdown"],
  ];
  for (const [code, use] of found)
    test(`finds ${code}`, async () => assert.deepEqual(await reports("src/commands/new.ts", code), [use]));

  const allowed: [file: string, code: string][] = [
    ["src/commands/new.ts", "showInformation(name); showQuickPick([{ label: iconText(name) }], {});"],
    ["src/commands/new.ts", "let lenses: vscode.CodeLens[]; let item: IconText;"],
    ["src/notifications.ts", "vscode.window.showErrorMessage(escapeMessage(name));"],
    ["src/iconLabels.ts", "vscode.window.createQuickPick();"],
    ["src/inputBoxes.ts", "vscode.window.createInputBox();"],
    ["src/status/statusTooltip.ts", "new vscode.MarkdownString(escapeMarkdown(name));"],
    ["src/review/findingThreads.ts", "vscode.comments.createCommentController(id, name);"],
  ];
  for (const [file, code] of allowed)
    test(`allows ${code} in ${file}`, async () => assert.deepEqual(await reports(file, code), []));

  test("lets each of these files use its own part of the UI only", async () => {
    assert.deepEqual(await reports("src/notifications.ts", "vscode.window.createQuickPick();"), ["iconLabels"]);
    assert.deepEqual(await reports("src/review/findingThreads.ts", "new vscode.MarkdownString(name);"), [
      "escapeMarkdown",
    ]);
  });
});
