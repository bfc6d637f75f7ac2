import * as vscode from "vscode";

/** VS Code's setting of how many requests an agent may send for one question before it asks whether to go on. */
const setting = "chat.agent.maxRequests";

export const agentLimit = {
  /** A quarter of the 50 free requests that a new account has each day. */
  recommended: 12,
  /** 0 where this VS Code has no such setting. */
  current: (): number => vscode.workspace.getConfiguration().get<number>(setting) ?? 0,
  async lower(): Promise<void> {
    const configuration = vscode.workspace.getConfiguration();
    await configuration.update(setting, agentLimit.recommended, vscode.ConfigurationTarget.Global);
  },
};
