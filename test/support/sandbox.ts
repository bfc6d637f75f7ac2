import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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
  /** Restores the initial settings and workspace: changed files get their original content, added ones are removed. */
  restore(): Promise<void>;
}

const sampleWorkspace = path.join(projectRoot, "test", "data", "workspace");

export type UserSettings = Readonly<Record<string, unknown>>;

/**
 * Makes VS Code predictable: no welcome page, tips or features that use the network. Without settings that VS Code asks to
 * reload the window for, such as `workbench.enableExperiments`: while VS Code rewrites the file, for example to rename a theme,
 * it may read it half written, and the dialog would block the window. And without old values, which VS Code rewrites too.
 */
const predictableSettings: UserSettings = {
  "workbench.startupEditor": "none",
  // In a browser, VS Code saves after a second by default, and the tests would find each other's changes on the disk.
  "files.autoSave": "off",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.settings.enableNaturalLanguageSearch": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "telemetry.telemetryLevel": "off",
  "chat.commandCenter.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "window.commandCenter": false,
  "editor.cursorBlinking": "solid",
};

/** Keys for what journeys do after each test, as Playwright and VS Code write them: faster than the command palette. */
export const commandKeys = {
  "notifications.clearAll": "Control+Alt+Shift+F11",
  "workbench.action.closeAllEditors": "Control+Alt+Shift+F12",
} as const;

/** Creates a sandbox; `settings` are added to the default user settings. */
export async function createSandbox(settings: UserSettings = {}): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), "free-models-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.on("exit", remove);
  const userData = path.join(folder, "user");
  const settingsFile = path.join(userData, "User", "settings.json");
  const workspace = path.join(folder, "workspace");
  await mkdir(path.dirname(settingsFile), { recursive: true });
  const settingsText = JSON.stringify({ ...predictableSettings, ...settings }, undefined, 2);
  await writeFile(settingsFile, settingsText);
  const keybindings = Object.entries(commandKeys).map(([command, key]) => ({
    command,
    key: key.replace("Control", "Ctrl"),
  }));
  await writeFile(path.join(userData, "User", "keybindings.json"), JSON.stringify(keybindings));
  await cp(sampleWorkspace, workspace, { recursive: true });
  return {
    folder,
    userData,
    extensions: path.join(folder, "extensions"),
    workspace,
    settingsFile,
    restore: async () => {
      // Unchanged files are not written, so that VS Code sees no change.
      if ((await readFile(settingsFile, "utf8")) !== settingsText) await replaceFile(settingsFile, settingsText);
      await restoreWorkspace(workspace);
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", remove);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Writes a file in one step, so that VS Code never reads a part of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

async function restoreWorkspace(workspace: string): Promise<void> {
  const originals = await listFiles(sampleWorkspace);
  for (const file of await listFiles(workspace))
    if (!originals.includes(file)) await rm(path.join(workspace, file), { force: true });
  for (const file of originals) {
    const [original, current] = await Promise.all([
      readFile(path.join(sampleWorkspace, file)),
      readFile(path.join(workspace, file)).catch(() => undefined),
    ]);
    if (!current?.equals(original)) await cp(path.join(sampleWorkspace, file), path.join(workspace, file));
  }
}

/** The paths of all files in a folder, relative to it. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
