import { t } from "@vscode/l10n";
import { commands } from "../manifest";
import { hostSettings, type ChatState } from "./chatState";

/** What the user can do about a finding. */
export type ChatFix =
  | { readonly do: "run"; readonly command: string }
  | { readonly do: "open-setting"; readonly id: string }
  /** Offers the models to other extensions alone. */
  | { readonly do: "offer" };

/** Something that keeps the models out of VS Code's chat, or that is worth knowing. */
export interface ChatFinding {
  /** A blocker leaves no way into the chat; a problem leaves out a part of it; a note is only for information. */
  readonly kind: "blocker" | "problem" | "note";
  readonly sentence: string;
  readonly advice: string;
  readonly fix?: ChatFix;
}

/** The oldest VS Code whose chat takes models of extensions without a Copilot plan. */
const neededVersion = "1.122";

/** What stands in the way of the free models in VS Code's chat, what to solve first at the top. */
export function chatFindings(state: ChatState): ChatFinding[] {
  if (!state.hasChat) return [noChat(state)];
  const findings = [...hostFindings(state), ...ownFindings(state), ...noteFindings(state)];
  return findings.some(({ kind }) => kind !== "note") ? findings : [allRight(state), ...findings];
}

/** What `Use in VS Code's Chat` cannot solve itself. */
export function chatBlockers(state: ChatState): ChatFinding[] {
  return chatFindings(state).filter(({ kind }) => kind === "blocker");
}

function noChat({ version, isOffered }: ChatState): ChatFinding {
  return {
    kind: "blocker",
    sentence: t("VS Code {0} has no chat that models of extensions can answer.", version),
    advice: isOffered
      ? t("VS Code {0} or newer has one. Other extensions can use the models now.", neededVersion)
      : t("VS Code {0} or newer has one. Select this to offer the models to other extensions.", neededVersion),
    ...(!isOffered && { fix: { do: "offer" } }),
  };
}

function* hostFindings(state: ChatState): Generator<ChatFinding> {
  const { settings, isTrusted, isChatExtensionEnabled } = state;
  if (!isTrusted)
    yield {
      kind: "blocker",
      sentence: t("The workspace is in Restricted Mode, in which VS Code does not start its chat."),
      advice: t("Trust the workspace to use the chat in it."),
      fix: { do: "run", command: "workbench.trust.manage" },
    };
  const { value: organizations } = settings.approvedOrganizations;
  if (Array.isArray(organizations) && organizations.length > 0)
    yield {
      kind: "blocker",
      sentence: t("Your administrator allows AI features only with an approved GitHub account."),
      advice: t("Sign in with it, or ask your administrator: nobody else can change this."),
    };
  if (settings.disableAI.value === true) yield aiDisabled(state);
  else if (!isChatExtensionEnabled && isTrusted) yield chatDisabled(state);
  if (settings.agents.value === false) yield agentsDisabled(state);
  yield* harnessFindings(state);
}

function aiDisabled({ settings }: ChatState): ChatFinding {
  return {
    ...(settings.disableAI.isOwn
      ? {
          kind: "problem",
          advice: t("Select this to change the setting {0}.", hostSettings.disableAI),
          fix: { do: "open-setting", id: hostSettings.disableAI },
        }
      : { kind: "blocker", advice: t("Your administrator has set this: nobody else can change it.") }),
    sentence: t("VS Code's AI features are turned off."),
  };
}

function chatDisabled({ settings }: ChatState): ChatFinding {
  const { value: allowed } = settings.allowedExtensions;
  const isLimited = typeof allowed === "object" && allowed !== null && !("*" in allowed && allowed["*"] === true);
  if (isLimited)
    return {
      kind: "problem",
      sentence: t("VS Code's chat is not running, and only some extensions are allowed here."),
      advice: t("Ask your administrator to allow {0} in {1}.", "github.copilot-chat", hostSettings.allowedExtensions),
      fix: { do: "run", command: commands.useInVsCodeChat },
    };
  return {
    kind: "problem",
    sentence: t("VS Code's chat is not enabled yet."),
    advice: t("Select this to enable it. No account at GitHub is needed."),
    fix: { do: "run", command: commands.useInVsCodeChat },
  };
}

function agentsDisabled({ settings }: ChatState): ChatFinding {
  return {
    kind: "problem",
    sentence: t("Agents are turned off, so the chat can only answer questions."),
    ...(settings.agents.isOwn
      ? {
          advice: t("Select this to change the setting {0}.", hostSettings.agents),
          fix: { do: "open-setting", id: hostSettings.agents },
        }
      : { advice: t("Your administrator has set this: nobody else can change it.") }),
  };
}

/** The agent host of Copilot answers with models of its own. Only the local chat asks models of extensions. */
function* harnessFindings({ settings }: ChatState): Generator<ChatFinding> {
  for (const name of ["copilotByDefault", "copilotInEditors"] as const)
    if (settings[name].value === true)
      yield {
        kind: "problem",
        sentence: t("New chats are run by Copilot, which does not use these models."),
        advice: t("Select Local below the input of the chat, or change {0} here.", hostSettings[name]),
        fix: { do: "open-setting", id: hostSettings[name] },
      };
  if (settings.localChat.value === false)
    yield {
      kind: "problem",
      sentence: t("VS Code's local chat, the only one that uses these models, is hidden."),
      advice: t("Select this to change the setting {0}.", hostSettings.localChat),
      fix: { do: "open-setting", id: hostSettings.localChat },
    };
  if (settings.inlineOnAgentHost.value === true)
    yield {
      kind: "problem",
      sentence: t("Inline chat is run by Copilot, which does not use these models."),
      advice: t("Select this to change the setting {0}.", hostSettings.inlineOnAgentHost),
      fix: { do: "open-setting", id: hostSettings.inlineOnAgentHost },
    };
}

function* ownFindings(state: ChatState): Generator<ChatFinding> {
  const { isOffered, hasAccess, permission, models, listed } = state;
  if (!isOffered)
    yield {
      kind: "problem",
      sentence: t("The free models are not offered to VS Code's chat yet."),
      advice: t("Select this to use them there."),
      fix: { do: "run", command: commands.useInVsCodeChat },
    };
  if (!hasAccess)
    yield {
      kind: "problem",
      sentence: t("There is no API key and no other service, so no model can answer."),
      advice: t("Select this to sign in with OpenRouter, for free."),
      fix: { do: "run", command: commands.signIn },
    };
  if (isOffered && permission === "never")
    yield {
      kind: "problem",
      sentence: t("You have chosen Never for VS Code's chat."),
      advice: t("Select this to allow them."),
      fix: { do: "run", command: commands.useInVsCodeChat },
    };
  if (models === undefined)
    yield {
      kind: "problem",
      sentence: t("The list of free models could not be loaded."),
      advice: t("Select this to test the connection."),
      fix: { do: "run", command: commands.testConnection },
    };
  else if (models.length === 0)
    yield {
      kind: "problem",
      sentence: t("Your settings exclude all free models."),
      advice: t("Select this to allow some of them."),
      fix: { do: "run", command: commands.selectModel },
    };
  else if (!models.some(({ canCallTools }) => canCallTools))
    yield {
      kind: "problem",
      sentence: t("No model that your settings allow can call tools, and VS Code's chat shows only those that can."),
      advice: t("Select this to allow others."),
      fix: { do: "run", command: commands.selectModel },
    };
  if (isOffered && listed === 0)
    yield {
      kind: "problem",
      sentence: t("VS Code has not asked this extension for its models."),
      advice: t("Select this to add them to VS Code's list of models."),
      fix: { do: "run", command: commands.useInVsCodeChat },
    };
}

function* noteFindings({ settings, isOffered, models = [] }: ChatState): Generator<ChatFinding> {
  const withoutTools = models.filter(({ canCallTools }) => !canCallTools).length;
  if (withoutTools > 0 && withoutTools < models.length)
    yield {
      kind: "note",
      sentence: t("{0} of {1} models cannot call tools.", withoutTools, models.length),
      advice: t("VS Code's chat does not show them. This extension's own chat does."),
      fix: { do: "run", command: commands.openChat },
    };
  if (settings.utilityModel.value === "mainAgent")
    yield {
      kind: "note",
      sentence: t("VS Code also spends free requests on small tasks, about two for each question."),
      advice: t("Select this to turn it off in {0}.", hostSettings.utilityModel),
      fix: { do: "open-setting", id: hostSettings.utilityModel },
    };
  else if (isOffered && settings.utilityModel.value !== undefined)
    yield {
      kind: "note",
      sentence: t("The banner “Set BYOK utility models” can be closed."),
      advice: t("With the main model as utility model, each question takes about two more requests."),
    };
}

function allRight({ listed }: ChatState): ChatFinding {
  return {
    kind: "note",
    sentence: t("Nothing is in the way: VS Code lists {0} free models.", listed),
    advice: t("Select this to open the chat. Models that you have hidden are in Manage Language Models."),
    fix: { do: "run", command: commands.useInVsCodeChat },
  };
}
