import * as vscode from "vscode";
import { chatAgent, languageModelVendor } from "../manifest";
import type { Log } from "../router/index";
import { chatExtension } from "./chatRequests";
import { holdsWithin } from "./holdsWithin";
import { automaticId } from "./offeredModels";

/** The commands of VS Code that this needs. Seen in 1.139.1. */
const hostCommands = {
  manageModels: "workbench.action.chat.manage",
  addGroup: "lm.addLanguageModelsProviderGroup",
  openChat: "workbench.action.chat.open",
} as const;

/** VS Code's own agent, which is there before ours has been read. */
const builtInAgent = "agent";

/** The name of the group of models in VS Code's settings of language models. */
const groupName = "Free Models";

/** How long VS Code may take to start its chat, and then to list the models, milliseconds. On a fresh profile it takes about 4 s. */
const stepTimeoutMs = 15_000;

/** The pause before our agent is selected, milliseconds. */
const agentDelayMs = 1_500;

/** Since this version, VS Code's chat answers without an account if an extension brings models. */
const firstMinorVersion = 122;

/**
 * Whether this VS Code has a chat that models of extensions can answer. Older versions have the same commands, and the extension that runs
 * the chat cannot be seen while it is disabled, so the version decides if it is.
 */
export async function hasBuiltInChat(): Promise<boolean> {
  const known = await vscode.commands.getCommands(true);
  const hasCommands = Object.values(hostCommands).every((id) => known.includes(id));
  const [major = 0, minor = 0] = vscode.version.split(".").map(Number);
  return hasCommands && (isChatExtensionEnabled() || major > 1 || minor >= firstMinorVersion);
}

/** Whether the extension that runs VS Code's chat is running. It ships with VS Code and is disabled in a fresh profile. */
export function isChatExtensionEnabled(): boolean {
  return vscode.extensions.getExtension(chatExtension) !== undefined;
}

/**
 * Makes VS Code's own chat ask our models, and opens it: enables the chat, adds the group of models, and selects *Automatic* and the agent
 * *Free*. Resolves to false if VS Code does not list the models, or `signal` aborts.
 */
export async function openBuiltInChat(log: Log, signal: AbortSignal): Promise<boolean> {
  if (!isChatExtensionEnabled()) await enableChat(signal);
  await addGroup(log);
  if (!(await holdsWithin(stepTimeoutMs, isListed, vscode.lm.onDidChangeChatModels, signal))) return false;
  const modelSelector = { vendor: languageModelVendor, id: automaticId };
  await vscode.commands.executeCommand(hostCommands.openChat, { mode: builtInAgent, modelSelector });
  // Where our agent is not known, because this VS Code takes none from extensions, the chat keeps its own. VS Code ignores the name as long as
  // it has not read the agent's file, and does not tell when it has: on a busy machine that took a second after it was offered.
  // It is opened only once more, since that takes the focus.
  await new Promise((resolve) => setTimeout(resolve, agentDelayMs));
  if (!signal.aborted) await vscode.commands.executeCommand(hostCommands.openChat, { mode: chatAgent, modelSelector });
  return true;
}

/** Opening the list of models enables the chat. Its tab is closed again. */
async function enableChat(signal: AbortSignal): Promise<void> {
  const before = new Set(openTabs());
  await vscode.commands.executeCommand(hostCommands.manageModels);
  const started = await holdsWithin(stepTimeoutMs, isChatExtensionEnabled, vscode.extensions.onDidChange, signal);
  await vscode.window.tabGroups.close(openTabs().filter((tab) => !before.has(tab)));
  // A question that is sent earlier would ask for a sign-in at GitHub.
  if (started) await vscode.extensions.getExtension(chatExtension)?.activate();
}

function openTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
}

async function addGroup(log: Log): Promise<void> {
  try {
    await vscode.commands.executeCommand(hostCommands.addGroup, { name: groupName, vendor: languageModelVendor });
  } catch (error) {
    // It exists already, after the first time.
    log.debug(`Could not add the group of models: ${String(error)}`);
  }
}

async function isListed(): Promise<boolean> {
  return (await vscode.lm.selectChatModels({ vendor: languageModelVendor, id: automaticId })).length > 0;
}
