import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectRoot } from "./projectRoot";

/** The folders of a fresh VS Code, removed afterwards: user data, extensions, and a copy of the sample workspace. */
export interface Sandbox extends AsyncDisposable {
  folder: string;
  userData: string;
  extensions: string;
  workspace: string;
  /** The user's settings.json; VS Code and the extension also write to it. */
  settingsFile: string;
}

export type UserSettings = Readonly<Record<string, unknown>>;

/** Makes VS Code predictable: no welcome page, tips or features that use the network. */
const predictableSettings: UserSettings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.settings.enableNaturalLanguageSearch": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "telemetry.telemetryLevel": "off",
  "chat.commandCenter.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "window.commandCenter": false,
  "editor.cursorBlinking": "solid",
};

/** Creates a sandbox; `settings` are added to the default user settings. */
export async function createSandbox(settings: UserSettings = {}): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), "free-models-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.on("exit", remove);
  const userData = path.join(folder, "user");
  const settingsFile = path.join(userData, "User", "settings.json");
  const workspace = path.join(folder, "workspace");
  await mkdir(path.dirname(settingsFile), { recursive: true });
  await writeFile(settingsFile, JSON.stringify({ ...predictableSettings, ...settings }, undefined, 2));
  await cp(path.join(projectRoot, "test", "data", "workspace"), workspace, { recursive: true });
  return {
    folder,
    userData,
    extensions: path.join(folder, "extensions"),
    workspace,
    settingsFile,
    async [Symbol.asyncDispose]() {
      process.off("exit", remove);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
