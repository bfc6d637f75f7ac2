import * as vscode from "vscode";
import { commands } from "../manifest";
import { showInformation, showWarning, showWithActions, withProgress } from "../notifications";
import { abortSignal } from "../lifecycle";
import type { Log } from "../router/index";
import { agentLimit } from "./agentLimit";
import { chatBlockers, chatFindings, type ChatFix } from "./chatFindings";
import { hostSettings, type ChatState } from "./chatState";
import { chatExtension } from "./chatRequests";
import type { ModelOffer } from "./modelOffer";
import { openBuiltInChat } from "./openBuiltInChat";
import type { Requesters } from "./requesters";
import { showChatFindings } from "./showChatFindings";

export interface UseInChatDependencies {
  readonly offer: Pick<ModelOffer, "enable">;
  readonly requesters: Pick<Requesters, "setPermission">;
  readonly readState: () => Promise<ChatState>;
  /** Records that the user has read what providers may do with questions. */
  readonly markPrivacyNoticeRead: () => void;
  /** Whether the user was already asked to lower VS Code's limit of requests for one question. */
  readonly limitOffered: { get(): boolean; set(): unknown };
  readonly log: Log;
}

/**
 * *Use in VS Code's Chat*: after the user agrees, signs in if necessary, offers the models to VS Code, and opens its chat with them. Resolves to
 * false if something prevents it, which is explained, or the user cancels.
 */
export async function useInChat(dependencies: UseInChatDependencies): Promise<boolean> {
  const state = await dependencies.readState();
  const blockers = chatBlockers(state);
  if (blockers.length > 0) {
    await applyFix(await showChatFindings(blockers), dependencies);
    return false;
  }
  if (!(await isAgreed(state)) || !(await isSignedIn(state))) return false;
  await dependencies.requesters.setPermission(chatExtension, "allow");
  await offerModels(dependencies);
  const isOpen = await openWithProgress(dependencies.log);
  if (isOpen) offerAgentLimit(dependencies);
  await offerExplanation(dependencies);
  return isOpen;
}

/** *Why Don't I See the Models?*: shows what keeps the models out of VS Code's chat, and does what the user selects. */
export async function explainMissingModels(dependencies: UseInChatDependencies): Promise<void> {
  await applyFix(await showChatFindings(chatFindings(await dependencies.readState())), dependencies);
}

async function applyFix(fix: ChatFix | undefined, dependencies: UseInChatDependencies): Promise<void> {
  switch (fix?.do) {
    case undefined:
      return;
    case "run":
      await vscode.commands.executeCommand(fix.command);
      return;
    case "open-setting":
      await vscode.commands.executeCommand("workbench.action.openSettings", `@id:${fix.id}`);
      return;
    case "offer": {
      const state = await dependencies.readState();
      if ((await confirmUse(state)) && (await isSignedIn(state))) await offerModels(dependencies);
    }
  }
}

async function isAgreed(state: ChatState): Promise<boolean> {
  const isAllowed = state.isOffered && state.permission === "allow" && state.settings.disableAI.value !== true;
  return isAllowed || confirmUse(state);
}

async function confirmUse({ hasChat, settings }: ChatState): Promise<boolean> {
  const use = hasChat ? vscode.l10n.t("Use in Chat") : vscode.l10n.t("Offer");
  const detail = [
    vscode.l10n.t(
      "VS Code's chat, inline chat and other extensions will see the free models. You are asked once about each other extension.",
    ),
    vscode.l10n.t(
      "Each step of an agent takes one of your free requests of the day, so one question can take ten of them.",
    ),
    vscode.l10n.t("Free providers may store what is sent and train on it."),
    ...(settings.disableAI.value === true
      ? [vscode.l10n.t("VS Code's AI features will be turned on ({0}).", hostSettings.disableAI)]
      : []),
  ].join("\n\n");
  const question = hasChat
    ? vscode.l10n.t("Use the free models in VS Code's chat?")
    : vscode.l10n.t("Offer the free models to other extensions?");
  return (await showInformation(question, { modal: true, detail }, use)) === use;
}

async function isSignedIn({ hasAccess }: ChatState): Promise<boolean> {
  return hasAccess || (await vscode.commands.executeCommand(commands.signIn)) === true;
}

/** The user has agreed, and has read what providers may do. */
async function offerModels({ offer, markPrivacyNoticeRead }: UseInChatDependencies): Promise<void> {
  markPrivacyNoticeRead();
  await offer.enable();
}

async function openWithProgress(log: Log): Promise<boolean> {
  return withProgress(vscode.l10n.t("Opening VS Code's chat with the free models…"), async (_report, token) => {
    const cancellation = abortSignal(token);
    try {
      return await openBuiltInChat(log, cancellation.signal);
    } finally {
      cancellation.dispose();
    }
  });
}

/** Says which problem is left, such as a chat that is not run by VS Code itself. */
async function offerExplanation({ readState, log }: UseInChatDependencies): Promise<void> {
  const [first] = chatFindings(await readState()).filter(({ kind }) => kind !== "note");
  if (!first) return;
  showWithActions(
    (...labels) => showWarning(first.sentence, ...labels),
    { [vscode.l10n.t("Why Don't I See the Models?")]: () => vscode.commands.executeCommand(commands.whyNoModels) },
    log,
  );
}

/** Offers once to lower VS Code's limit, with which a single question can take all free requests of a day. */
function offerAgentLimit({ limitOffered, log }: UseInChatDependencies): void {
  const current = agentLimit.current();
  if (limitOffered.get() || current <= agentLimit.recommended) return;
  limitOffered.set();
  const sentence = vscode.l10n.t(
    "Agents in VS Code's chat may send {0} requests for one question before VS Code asks you to continue.",
    current,
  );
  showWithActions(
    (...labels) => showInformation(sentence, ...labels),
    { [vscode.l10n.t("Set to {0}", agentLimit.recommended)]: () => agentLimit.lower() },
    log,
  );
}
