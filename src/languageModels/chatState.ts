import type { Permission } from "./requesters";

/** Settings of VS Code that decide whether its chat can use our models. Seen in 1.139.1. */
export const hostSettings = {
  disableAI: "chat.disableAIFeatures",
  approvedOrganizations: "chat.approvedAccountOrganizations",
  agents: "chat.agent.enabled",
  allowedExtensions: "extensions.allowed",
  copilotByDefault: "chat.defaultToCopilotHarness",
  copilotInEditors: "chat.editor.preferCopilotHarness",
  localChat: "chat.editor.localAgent.enabled",
  inlineOnAgentHost: "chat.inlineChat.agentHost.enabled",
  utilityModel: "chat.byokUtilityModelDefault",
} as const;

export interface HostSetting {
  /** The value in effect; `undefined` where this VS Code has no such setting. */
  readonly value: unknown;
  /** Whether the user, or the workspace, has set the value. Otherwise it is the default, or an administrator's. */
  readonly isOwn: boolean;
}

/** Everything that decides whether VS Code's chat shows the free models and can use them. */
export interface ChatState {
  /** Of VS Code. */
  readonly version: string;
  /** Whether VS Code has a chat that models of extensions can answer. */
  readonly hasChat: boolean;
  readonly isTrusted: boolean;
  /** Whether the extension that runs VS Code's chat is running. */
  readonly isChatExtensionEnabled: boolean;
  readonly settings: Readonly<Record<keyof typeof hostSettings, HostSetting>>;
  /** Whether the user wants the models in VS Code's chat. */
  readonly isOffered: boolean;
  /** What the user has decided about VS Code's chat. */
  readonly permission: Permission | undefined;
  /** Whether there is a key, or a service beside OpenRouter. */
  readonly hasAccess: boolean;
  /** The free models that the settings allow; `undefined` if there is no list of models yet. */
  readonly models: readonly { readonly canCallTools: boolean }[] | undefined;
  /** How many models VS Code lists, *Automatic* included. */
  readonly listed: number;
}
