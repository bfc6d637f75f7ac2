import * as vscode from "vscode";
import { languageModelVendor } from "../manifest";
import type { Log } from "../router/index";
import { automaticId } from "./offeredModels";

/** The commands of VS Code that this needs. Seen in 1.139.1. */
const hostCommands = {
  manageModels: "workbench.action.chat.manage",
  addGroup: "lm.addLanguageModelsProviderGroup",
  openChat: "workbench.action.chat.open",
} as const;

/** The name of the group of models in VS Code's settings of language models. */
const groupName = "Free Models";

/** How long VS Code may take to list the models, milliseconds. */
const listTimeoutMs = 15_000;

/** Whether this VS Code has a chat that models of extensions can answer. */
export async function hasBuiltInChat(): Promise<boolean> {
  const known = await vscode.commands.getCommands(true);
  return [hostCommands.manageModels, hostCommands.openChat].every((id) => known.includes(id));
}

/**
 * Makes VS Code's own chat ask our models, and opens it: enables the chat, which is off in a fresh profile, adds the group of models, and
 * selects *Automatic*. `agent`: the name of the agent to open it with.
 */
export async function openBuiltInChat(agent: string, log: Log): Promise<void> {
  await enableChat();
  await addGroup(log);
  await modelsListed();
  await vscode.commands.executeCommand(hostCommands.openChat, {
    mode: agent,
    modelSelector: { vendor: languageModelVendor, id: automaticId },
  });
}

/** Opening the list of models enables the chat. Its tab is closed again. */
async function enableChat(): Promise<void> {
  const before = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs));
  await vscode.commands.executeCommand(hostCommands.manageModels);
  const opened = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((tab) => !before.has(tab));
  await vscode.window.tabGroups.close(opened);
}

async function addGroup(log: Log): Promise<void> {
  try {
    await vscode.commands.executeCommand(hostCommands.addGroup, { name: groupName, vendor: languageModelVendor });
  } catch (error) {
    // It exists already, after the first time.
    log.debug(`Could not add the group of models: ${String(error)}`);
  }
}

async function modelsListed(): Promise<void> {
  const deadline = Date.now() + listTimeoutMs;
  while (Date.now() < deadline) {
    const models = await vscode.lm.selectChatModels({ vendor: languageModelVendor, id: automaticId });
    if (models.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
