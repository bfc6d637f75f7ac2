import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { realisticPace, snapshotRows, startOpenRouter } from "./openRouter";
import { packageExtension } from "./packageExtension";
import { projectRoot } from "./projectRoot";
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

/** `npm run screenshots`: takes the screenshot for README.md in a real VS Code, with a scripted answer. */
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
  await rm(folder, { recursive: true, force: true });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
