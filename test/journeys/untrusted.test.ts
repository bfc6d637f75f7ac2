import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { setUpJourney } from "./journey";

describe("A workspace that is not trusted", () => {
  const journey = setUpJourney({
    configure: (options) => ({
      ...options,
      asksForTrust: true,
      settings: { ...options.settings, "security.workspace.trust.startupPrompt": "never" },
    }),
  });

  test("says why its changes cannot be reviewed", async () => {
    const { workbench } = journey;
    await workbench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
    await workbench.runCommand("freeModels.reviewChanges");
    await workbench.showNotifications();
    const message = "Changes cannot be reviewed in Restricted Mode, where Git is off.";
    await workbench.page.locator(".notifications-center", { hasText: message }).waitFor();
  });

  test("cannot change what is sent, until it is trusted", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
    await writeWorkspace(workbench.sandbox.workspace, {
      "AGENTS.md": "Instructions from AGENTS.md",
      ".vscode/settings.json": JSON.stringify({
        "workbench.colorTheme": "Default Light Modern",
        "freeModels.instructions": "Instructions from the workspace",
        "freeModels.strategy": "server",
        "freeModels.baseUrl": "http://127.0.0.1:9/attacker",
      }),
    });
    // The theme shows that VS Code has read the settings.
    await page.locator(".monaco-workbench.vs").waitFor();

    const restricted = await sentFor("What is restricted?");
    assert.doesNotMatch(restricted, /Instructions from/);
    assert.doesNotMatch(restricted, /openrouter\/free/);

    await workbench.runBuiltInCommand("Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ state: "detached" });
    const trusted = await sentFor("What is trusted?");
    assert.match(trusted, /Instructions from AGENTS\.md/);
    assert.match(trusted, /Instructions from the workspace/);
    assert.match(trusted, /openrouter\/free/);

    /** Asks about a selection in a new chat, and resolves to the request that is sent. */
    async function sentFor(question: string): Promise<string> {
      const asked = openRouter.chatRequests.length;
      await workbench.openFile("src/price.ts");
      await workbench.selectLines(1, 1);
      await workbench.runCommand("freeModels.askSelection");
      // The command focuses the chat last; a key that is pressed meanwhile can get lost.
      await workbench.chat.locator(".composer .chip", { hasText: "price.ts" }).waitFor();
      await workbench.chat.locator(".composer textarea:focus").waitFor();
      await page.waitForFunction(() => document.activeElement?.matches("iframe.webview"));
      await workbench.ask(question);
      await workbench.answerTo(question).locator(".answer-footer").waitFor();
      const request = JSON.stringify(openRouter.chatRequests[asked]?.body);
      assert.match(request, /price\.ts/);
      return request;
    }
  });
});

/** Writes files into the workspace. Their paths are relative to it. */
async function writeWorkspace(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}
