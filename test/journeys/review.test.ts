import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import type { Locator } from "playwright-core";
import type { Workbench } from "../support/workbench";
import { setUpJourney } from "./journey";

const run = promisify(execFile);

const findings = [
  {
    ...{ file: "src/basket.ts", line: 19, quote: "for (let i = 0; i < this.lines.length; i++) {", severity: "high" },
    title: "Skips the line after each removed one",
    why: "splice moves the following lines forward, but i still increases. Of two equal titles in a row, only one is removed. Go backwards, or use filter.",
  },
  {
    ...{ file: "src/price.ts", line: 13, quote: "const factor = copies > 3 ? 0.9 : 1;", severity: "medium" },
    title: "The third copy has no discount",
    why: "The comment says “from the third copy on”, but 3 is not greater than 3. Use copies >= 3.",
  },
  {
    ...{ file: "src/price.ts", line: 40, quote: "return price.amount / 0;", severity: "high" },
    ...{ title: "Division by zero", why: "It is made up." },
  },
];

/** Makes the workspace a repository in which its bugs are new. */
async function commitWithoutBugs(workspace: string): Promise<void> {
  const replace = async (
    name: string,
    ...pairs: readonly (readonly [string, string])[]
  ): Promise<() => Promise<void>> => {
    const file = path.join(workspace, name);
    const original = await readFile(file, "utf8");
    await writeFile(
      file,
      pairs.reduce((text, [from, to]) => text.replace(from, to), original),
    );
    return () => writeFile(file, original);
  };
  const restore = [
    await replace("src/basket.ts", [
      "let i = 0; i < this.lines.length; i++",
      "let i = this.lines.length - 1; i >= 0; i--",
    ]),
    await replace("src/price.ts", ["copies > 3", "copies >= 3"]),
  ];
  const git = (...args: string[]): Promise<unknown> => run("git", args, { cwd: workspace });
  await git("init", "-q", "-b", "main");
  await git("add", ".");
  await git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-q", "-m", "Sell things");
  for (const each of restore) await each();
}

describe("A review of changes", () => {
  const journey = setUpJourney({ viewport: { width: 1440, height: 900 } });

  const thread = (workbench: Workbench, title: string): Locator =>
    workbench.page.locator(".review-widget", { hasText: title });

  test("shows findings as comments, fixes one as a diff, and dismisses the other by keyboard", async () => {
    const { workbench, openRouter } = journey;
    const { page, sandbox } = workbench;
    await workbench.startChat();
    await workbench.ask("Are you there?");
    await workbench.answerTo("Are you there?").waitFor();
    await commitWithoutBugs(sandbox.workspace);
    await workbench.reload();
    await workbench.openFile("src/price.ts");
    await page.keyboard.press("Control+Shift+g");
    openRouter.script({ answer: { text: JSON.stringify({ findings }) } });
    await page.locator(".scm-view .monaco-list-row", { hasText: "basket.ts" }).waitFor();
    await page.getByRole("button", { name: "Review Changes" }).first().click();
    await thread(workbench, "The third copy has no discount").waitFor();
    await workbench.screenshot("review-price-dark");
    await workbench.showNotifications();
    const summary = page.locator(".notification-list-item", { hasText: "2 findings. Not shown: 1" });
    await summary.waitFor();
    await workbench.screenshot("review-summary");
    await summary.getByRole("button", { name: "Show Worst Finding" }).click();
    await thread(workbench, "Skips the line after each removed one").waitFor();
    await workbench.clearNotifications();
    await workbench.screenshot("review-basket-dark");
    await workbench.setTheme("Light Modern");
    await workbench.screenshot("review-basket-light");
    await workbench.setTheme("Dark High Contrast");
    await workbench.screenshot("review-basket-contrast");

    openRouter.script({
      answer: {
        text: "```ts\n  remove(title: string): void {\n    for (let i = this.lines.length - 1; i >= 0; i--) {\n      if (this.lines[i].title === title) this.lines.splice(i, 1);\n    }\n  }\n```",
      },
    });
    await workbench.runCommand("freeModels.fixFinding");
    await page.getByRole("button", { name: "Keep All Changes" }).waitFor();
    await workbench.screenshot("review-fix");
    await workbench.runCommand("freeModels.acceptEdit");
    await workbench.openFile("src/price.ts");
    await page.keyboard.press("Alt+F9");
    await thread(workbench, "The third copy has no discount").waitFor();
    await thread(workbench, "The third copy has no discount")
      .getByRole("button", { name: "Dismiss Review Finding" })
      .focus();
    await page.keyboard.press("Enter");
    await thread(workbench, "The third copy has no discount").waitFor({ state: "detached" });
    assert.equal(openRouter.chatRequests.length, 3);
  });
});
