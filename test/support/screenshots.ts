import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { realisticPace, snapshotRows, startOpenRouter, type OpenRouter } from "./openRouter";
import { packageExtension } from "./packageExtension";
import { projectRoot } from "./projectRoot";
import { textAnswer, toolCalls } from "./scriptedAnswers";
import { Workbench } from "./workbench";

const key = `sk-or-v1-${"5ca1ab1e".repeat(8)}`;
const model = "google/gemma-4-31b-it:free";

const answer = `**Yes.** When two lines that follow each other have the same title, the second one stays: \`splice\` moves it to \`i\`, and then \`i++\` steps over it.

Filtering says what is meant and cannot skip anything:

\`\`\`ts
remove(title: string): void {
  this.lines = this.lines.filter(
    (line) => line.title !== title,
  );
}
\`\`\`

For that, \`lines\` must no longer be \`readonly\`. To keep it so, walk backwards instead: \`for (let i = this.lines.length - 1; i >= 0; i--)\`.
`;

/** `npm run screenshots`: takes the screenshots for README.md in a real VS Code, with scripted answers. */
async function main(): Promise<void> {
  await using openRouter = await startOpenRouter({
    keys: [key],
    pace: realisticPace,
    limits: { perMinute: 20, perDay: 50 },
    // Only one model, so that automatic selection gives the same screenshot every time.
    catalogue: snapshotRows(Date.now()).filter(({ id }) => id === model),
  });
  const folder = await mkdtemp(path.join(tmpdir(), "free-models-screenshots-"));
  const { vsix } = await packageExtension(folder);
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
  const { chat, composer, page } = workbench;
  await workbench.setTheme("Dark Modern");
  await workbench.openFile("src/basket.ts");
  await workbench.runCommand("freeModels.openChat");
  await composer.waitFor();
  await workbench.resizeSideBar(440);
  await workbench.selectLines(18, 22);
  await workbench.runFromContextMenu("freeModels.askSelection");
  await chat.locator(".composer .chip").waitFor();
  openRouter.script({ answer: { text: answer } });
  await composer.pressSequentially("Can this miss a line?");
  await composer.press("Enter");
  await chat.locator(".answer[aria-busy=false]").waitFor();
  await workbench.clearNotifications();
  // The status bar's tooltip covers the emptiest corner of the editor.
  await workbench.status.hover();
  await page.locator(".workbench-hover", { hasText: "Free requests today" }).waitFor();
  await page.screenshot({ path: path.join(projectRoot, "media", "screenshot.png") });
  await workbench.runBuiltInCommand("View: Toggle Primary Side Bar Visibility");
  await takeAgentScreenshot(workbench, openRouter);
  await rm(folder, { recursive: true, force: true });
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
  await page.screenshot({ path: path.join(projectRoot, "media", "agent.png") });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
