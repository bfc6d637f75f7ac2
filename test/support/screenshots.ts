import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { realisticPace, snapshotRows, startOpenRouter, type OpenRouter, type OpenRouterOptions } from "./openRouter";
import { packageExtension } from "./packageExtension";
import { projectRoot } from "./projectRoot";
import { Recording } from "./recording";
import { textAnswer, toolCalls } from "./scriptedAnswers";
import { Workbench } from "./workbench";

const key = `sk-or-v1-${"5ca1ab1e".repeat(8)}`;
/** The moving picture must not take long to load. */
const maxMovingBytes = 2_000_000;
const model = "google/gemma-4-31b-it:free";

const question = "Can this miss a line?";
const answer = `**Yes.** When two lines that follow each other have the same title, the second one stays: \`splice\` moves it to \`i\`, and then \`i++\` steps over it.

Walking backwards moves only lines that were already looked at:

\`\`\`ts
  remove(title: string): void {
    for (let i = this.lines.length - 1; i >= 0; i--) {
      if (this.lines[i].title === title) this.lines.splice(i, 1);
    }
  }
\`\`\`

\`lines\` stays \`readonly\`, and the order of the others does not change.
`;

const comparedAnswers = [
  "**`remove` skips lines.** It deletes while it counts up, so of two lines with the same title the second stays. Count down instead:\n\n```ts\nfor (let i = this.lines.length - 1; i >= 0; i--)\n```\n\nThen I would look at `total`: it asks for the discount once per line.",
  "Three things, in this order:\n\n1. `remove` changes the list that it walks over, and misses a line.\n2. `add` compares titles only: two editions of a book with different prices become one line.\n3. `total` has no test with an empty basket.",
  "I would start with **the sum**. `discounted(price, copies).amount * copies` multiplies a price that is already rounded:\n\n| copies | per copy | total |\n| ---: | ---: | ---: |\n| 1 | 999 | 999 |\n| 3 | 899 | 2,697 |\n\nRounding once, at the end, gives 2,697.3.",
];

/** `npm run screenshots`: takes the pictures for README.md in a real VS Code, with scripted answers. */
async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "free-models-screenshots-"));
  const { vsix } = await packageExtension(folder);
  // With only one model, automatic selection gives the same picture every time.
  const oneModel = snapshotRows(Date.now()).filter(({ id }) => id === model);
  await inWindow(vsix, { catalogue: oneModel }, async (workbench, openRouter) => {
    await takeQuestionScreenshot(workbench, openRouter);
    await recordEdit(workbench, openRouter);
    await workbench.runBuiltInCommand("View: Toggle Primary Side Bar Visibility");
    await takeAgentScreenshot(workbench, openRouter);
  });
  await inWindow(vsix, {}, async (workbench, openRouter) => {
    await takeComparisonScreenshot(workbench, openRouter);
    await takeWaitingScreenshot(workbench, openRouter);
    await takeFailureScreenshot(workbench, openRouter);
  });
  await rm(folder, { recursive: true, force: true });
}

/** Runs `take` in a window of its own. */
async function inWindow(
  vsix: string,
  options: OpenRouterOptions,
  take: (workbench: Workbench, openRouter: OpenRouter) => Promise<void>,
): Promise<void> {
  const limits = { perMinute: 20, perDay: 50 };
  await using openRouter = await startOpenRouter({ keys: [key], pace: realisticPace, limits, ...options });
  await using workbench = await Workbench.open({
    vsix,
    env: { OPENROUTER_API_KEY: key },
    settings: {
      "freeModels.baseUrl": openRouter.baseUrl,
      "editor.minimap.enabled": false,
      "window.title": "${activeEditorShort}${separator}${rootName}",
    },
    viewport: { width: 1340, height: 810 },
  });
  await workbench.setTheme("Dark Modern");
  await take(workbench, openRouter);
}

const media = (name: string): string => path.join(projectRoot, "media", name);

/** Attaches the method that the question is about. */
async function attachMethod(workbench: Workbench): Promise<void> {
  await workbench.openFile("src/basket.ts");
  await workbench.selectLines(18, 22);
  await workbench.runFromContextMenu("freeModels.askSelection");
  await workbench.chat.locator(".composer .chip").waitFor();
}

/** A question about selected lines, with its answer and the status bar's tooltip. */
async function takeQuestionScreenshot(workbench: Workbench, openRouter: OpenRouter): Promise<void> {
  const { chat, composer, page } = workbench;
  await workbench.openFile("src/basket.ts");
  await workbench.runCommand("freeModels.openChat");
  await composer.waitFor();
  await workbench.resizeSideBar(440);
  await attachMethod(workbench);
  openRouter.script({ answer: { text: answer } });
  await composer.pressSequentially(question);
  await composer.press("Enter");
  await chat.locator(".answer[aria-busy=false]").waitFor();
  await workbench.clearNotifications();
  // The status bar's tooltip covers the emptiest corner of the editor.
  await workbench.status.hover();
  await page.locator(".workbench-hover", { hasText: "Free requests today" }).waitFor();
  await page.screenshot({ path: media("screenshot.png") });
}

/** The moving picture: from a question about selected lines to the applied edit. */
async function recordEdit(workbench: Workbench, openRouter: OpenRouter): Promise<void> {
  const { chat, composer, page } = workbench;
  await workbench.startChat();
  await page.mouse.move(0, 0);
  await attachMethod(workbench);
  openRouter.script({ answer: { text: answer } });
  openRouter.setPace({ betweenMs: 60 });
  const recording = new Recording(page);
  await recording.show(900);
  for (const letters of question.match(/.{1,3}/g) ?? []) {
    await composer.pressSequentially(letters);
    await recording.show(130);
  }
  await recording.show(300);
  await composer.press("Enter");
  await recording.showWhile(chat.locator(".answer[aria-busy=false]").waitFor(), 160);
  await recording.show(1_800);
  const apply = chat.locator(".code-apply");
  await apply.hover();
  await recording.show(500);
  await apply.click();
  const keep = page.getByRole("button", { name: "Keep All Changes" });
  await keep.waitFor();
  await recording.show(1_800);
  await keep.hover();
  await recording.show(500);
  await keep.click();
  await page.locator(".monaco-diff-editor:visible").waitFor({ state: "hidden" });
  await recording.show(2_500);
  const size = await recording.save(media("edit.webp"));
  if (size > maxMovingBytes) throw new Error(`The moving picture has ${size} bytes.`);
  openRouter.setPace(realisticPace);
}

/** Three models that answer the same question. */
async function takeComparisonScreenshot(workbench: Workbench, openRouter: OpenRouter): Promise<void> {
  const { chat, composer, page } = workbench;
  await workbench.openFile("src/basket.ts");
  await workbench.runCommand("freeModels.openChat");
  await composer.waitFor();
  await workbench.resizeSideBar(1_130);
  openRouter.script(...comparedAnswers.map((text) => ({ answer: { text } })));
  await composer.fill("What would you review first in basket.ts?");
  await chat.getByRole("button", { name: "Ask Several Models…" }).click();
  await page.locator(".quick-input-title", { hasText: "requests left today" }).waitFor();
  await page.keyboard.press("Enter");
  await chat.locator(".column .keep").nth(2).waitFor();
  await workbench.clearNotifications();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: media("compare.png") });
}

/** A model that has not answered yet, shortly before another one is asked. */
async function takeWaitingScreenshot(workbench: Workbench, openRouter: OpenRouter): Promise<void> {
  const { chat } = workbench;
  await workbench.resizeSideBar(440);
  await workbench.startChat();
  openRouter.script("silent-after-headers", "silent-after-headers");
  await workbench.ask("Are you there?");
  await chat.locator(".waiting", { hasText: "has not answered yet" }).waitFor();
  await takeChatScreenshot(workbench, "waiting.png");
  await chat.locator(".composer").getByRole("button", { name: /^Stop/ }).click();
}

/** A day whose free requests are used up. */
async function takeFailureScreenshot(workbench: Workbench, openRouter: OpenRouter): Promise<void> {
  await workbench.startChat();
  openRouter.account.set({ usedToday: 50 });
  await workbench.ask("Are you still there?");
  await workbench.chat.locator(".error-box").waitFor();
  await takeChatScreenshot(workbench, "failing.png");
}

/** The upper part of the chat view. */
async function takeChatScreenshot({ page }: Workbench, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  const box = await page.locator(".part.sidebar").boundingBox();
  if (!box) throw new Error("the side bar is not visible");
  await page.screenshot({ path: media(name), clip: { ...box, height: 250 } });
}

/** VS Code's own chat, where the agent Free has changed a file in three rounds. */
async function takeAgentScreenshot(workbench: Workbench, openRouter: OpenRouter): Promise<void> {
  const { builtInChat, page } = workbench;
  const { workspace } = workbench.sandbox;
  const [price, basket] = ["price.ts", "basket.ts"].map((name) => path.join(workspace, "src", name));
  await workbench.openFile("src/price.ts");
  await workbench.runCommand("freeModels.useInVsCodeChat");
  await workbench.clickDialogButton("Use the free models in VS Code's chat?", "Use in Chat");
  await builtInChat.selected("Free").waitFor();
  const answers = [
    toolCalls(["grep_search", { query: "copies", isRegexp: false }]),
    toolCalls(
      ["read_file", { filePath: price, startLine: 1, endLine: 16 }],
      ["read_file", { filePath: basket, startLine: 1, endLine: 40 }],
    ),
    toolCalls([
      "replace_string_in_file",
      { filePath: price, oldString: "const factor = copies > 3", newString: "const factor = copies >= 3" },
    ]),
    textAnswer(
      "The discount now starts with the third copy: `discounted` in `src/price.ts` compared with `>`, which left it out. `basket.ts` needs no change.",
    ),
  ];
  openRouter.script(...answers.map((answer) => ({ answer })));
  await builtInChat.ask("The discount should start with the third copy.");
  await builtInChat.answered("The discount now starts");
  await builtInChat.closeBanner();
  await workbench.clearNotifications();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: media("agent.png") });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
