import * as vscode from "vscode";
import type { ApiKey } from "../config/apiKey";
import { showNotice } from "../commands/showNotice";
import type { Settings } from "../config/settings";
import type { CheckedRouter, SecretsCheck } from "../context/secretsCheck";
import { errorMessage } from "../failureMessages";
import { failureCommand } from "../failureCommand";
import { icon, iconText } from "../iconText";
import { showQuickPick } from "../iconLabels";
import { AgentTurns, type AgentTurn } from "../languageModels/agentTurns";
import type { ChatModels } from "../languageModels/chatProvider";
import { ChatRequestError, ChatRequests, chatExtension, unknownRequester } from "../languageModels/chatRequests";
import { HeldAgents, type HoldAnswer } from "../languageModels/heldAgents";
import { readMessages } from "../languageModels/hostParts";
import { chosenEffort, modelInformation } from "../languageModels/modelInformation";
import {
  automaticId,
  chosenModel,
  offeredModels,
  type OfferDetails,
  type OfferedModel,
} from "../languageModels/offeredModels";
import { manageAccess } from "../languageModels/manageAccess";
import { askPermission } from "../languageModels/askPermission";
import type { ModelOffer } from "../languageModels/modelOffer";
import { readChatState } from "../languageModels/readChatState";
import { explainMissingModels, useInChat, type UseInChatDependencies } from "../languageModels/useInChat";
import { answerSink } from "../languageModels/answerSink";
import { readRequesters, Requesters, requestersKey } from "../languageModels/requesters";
import { after, DisposableStore, MutableDisposable, withTimeout, type Disposable } from "../lifecycle";
import { machineName } from "../machineName";
import { showWarning, showWithActions } from "../notifications";
import { isRouterError, serviceOf, type Log, type ModelId, type RouterEvent, type ServiceState } from "../router/index";
import type { Activity } from "../status/activity";
import { utcDate } from "../timeFormat";

export interface LanguageModelsDependencies {
  readonly context: Pick<vscode.ExtensionContext, "globalState">;
  readonly settings: Settings;
  readonly apiKey: Pick<ApiKey, "source">;
  readonly router: CheckedRouter;
  readonly secrets: SecretsCheck;
  readonly activity: Activity;
  readonly modelOffer: ModelOffer;
  readonly markPrivacyNoticeRead: () => void;
  /** The name of a model as everywhere. */
  readonly modelName: (id: ModelId) => Promise<string>;
  readonly log: Log;
  /** Tells VS Code that the list of models has changed. */
  readonly announce: () => void;
}

export interface LanguageModelsFeature extends ChatModels, Disposable {
  /** Offers the models to VS Code's own chat and opens it, after the user agrees. Resolves to whether the chat is open with a model. */
  useInChat(): Promise<boolean>;
  /** Tells the user what keeps the models out of VS Code's chat. */
  explainMissingModels(): Promise<void>;
  /** Lets the user decide about the agents that wait for them. */
  continueAgent(): Promise<void>;
  /** Lets the user change what other extensions may spend. */
  manageAccess(): Promise<void>;
}

/** So many of the day's requests are kept for questions that the user asks in our own view and commands. */
const reservedRequests = 10;
/** An agent that makes no request for this time is not shown as running any more: the user has stopped it in VS Code. */
const idleAgentMs = 60_000;
/** How long the list of models may take to load before the user is asked or told something without it. */
const loadTimeoutMs = 3_000;
/** The list of models is compared at most this often. */
const compareAfterMs = 5_000;

/** The models in VS Code's own chat and for other extensions. */
export function openLanguageModels(dependencies: LanguageModelsDependencies): LanguageModelsFeature {
  const { context, settings, apiKey, router, secrets, activity, modelOffer, modelName, log, announce } = dependencies;
  const store = new DisposableStore();
  const held = new HeldAgents();
  const idle = store.add(new MutableDisposable<Disposable>());
  const now = Date.now;
  const shownNotices = new Set<string>();
  // The reserve counts only if the day's limit is known.
  void router.quota().catch(() => undefined);
  /** The day on which the user has released the reserved requests. */
  let releasedOn: string | undefined;

  const requesters = new Requesters({
    storage: {
      get: () => context.globalState.get(requestersKey),
      set: (value) => context.globalState.update(requestersKey, value),
    },
    ask: askPermission,
    ...{ now, log },
  });

  const showAgent = (turn: AgentTurn | undefined, isHeld = false): void => {
    activity.setAgent(turn && { requests: turn.requests, isHeld });
    idle.value = turn && !isHeld ? after(idleAgentMs, () => activity.setAgent(undefined)) : undefined;
  };

  const requests = new ChatRequests({
    ...{ router, secrets, requesters, modelName, now },
    turns: new AgentTurns(() => settings.agentRequests),
    hasLocalServices: () => settings.hasLocalServices,
    isLocal: (model) => settings.isLocalService(serviceOf(model)),
    reserve: () => (releasedOn === utcDate(now()) ? 0 : reservedRequests),
    askToContinue: (turn, signal) => askToContinue(turn, signal),
    showAgent,
    offerAction,
    onNotice: showNoticeOnce,
  });

  async function askToContinue(turn: AgentTurn, signal: AbortSignal): Promise<HoldAnswer> {
    showAgent(turn, true);
    const sentence = vscode.l10n.t("The agent has sent {0} requests for one question. Let it go on?", turn.requests);
    showWithActions(
      (...labels) => showWarning(sentence, ...labels),
      {
        [vscode.l10n.t("Continue")]: () => held.answer("continue", turn.key),
        [vscode.l10n.t("Stop")]: () => held.answer("stop", turn.key),
      },
      log,
    );
    try {
      return await held.wait(turn, signal);
    } finally {
      showAgent(undefined);
    }
  }

  function offerAction(error: unknown): void {
    if (error instanceof ChatRequestError) return;
    log.warn(`No answer in VS Code's chat: ${String(error)}`);
    const { sentence, label, action, others = [] } = errorMessage(error);
    const actions = {
      ...(isRouterError(error) && error.reason === "reserved" && { [vscode.l10n.t("Use Them Today")]: release }),
      ...Object.fromEntries(
        [{ label, action }, ...others].flatMap((button) => {
          const run = failureCommand(button.action);
          return run ? [[button.label, run]] : [];
        }),
      ),
    };
    if (Object.keys(actions).length > 0) showWithActions((...labels) => showWarning(sentence, ...labels), actions, log);
  }

  /** Lets agents and other extensions use the reserved requests of this day. */
  function release(): void {
    releasedOn = utcDate(now());
  }

  /** An agent sends many requests, so what it would repeat is shown once. */
  function showNoticeOnce(notice: Extract<RouterEvent, { type: "notice" }>): void {
    if (shownNotices.has(notice.message)) return;
    shownNotices.add(notice.message);
    showNotice(notice);
  }

  async function offered(): Promise<{ models: readonly OfferedModel[]; isLoaded: boolean }> {
    const [explained, states] = await Promise.all([
      router.explain({ messages: [{ role: "user", content: "" }] }).catch(() => undefined),
      router.services().catch(() => []),
    ]);
    const isLoaded = explained !== undefined && explained.pool.length + explained.excluded.length > 0;
    return { models: offeredModels(explained, offerDetails(states)), isLoaded };
  }

  async function models(): Promise<ReturnType<typeof modelInformation>[]> {
    return (await offered()).models.map(modelInformation);
  }

  const chatSetup: UseInChatDependencies = {
    ...{ offer: modelOffer, requesters, log },
    readState: async () => {
      const list = await withTimeout(loadTimeoutMs, offered());
      const single = list?.models.filter(({ id }) => id !== automaticId) ?? [];
      return readChatState({
        isOffered: modelOffer.isEnabled,
        permission: readRequesters(context.globalState.get(requestersKey), now()).find(({ id }) => id === chatExtension)
          ?.permission,
        hasAccess: settings.services.services.length > 0 || (await apiKey.source()) !== undefined,
        models: list?.isLoaded
          ? single.map(({ capabilities }) => ({ canCallTools: capabilities.toolCalling }))
          : undefined,
      });
    },
    markPrivacyNoticeRead: dependencies.markPrivacyNoticeRead,
    limitOffered: {
      get: () => context.globalState.get<boolean>("agentLimitOffered") ?? false,
      set: () => context.globalState.update("agentLimitOffered", true),
    },
  };

  let announced = "";
  const comparison = store.add(new MutableDisposable<Disposable>());
  const compare = async (): Promise<void> => {
    const list = JSON.stringify(await models());
    if (announced !== "" && list !== announced) announce();
    announced = list;
  };
  const compareSoon = (): void => {
    comparison.value ??= after(compareAfterMs, () => {
      comparison.value = undefined;
      void compare().catch((error: unknown) => log.warn(`Could not list the models: ${String(error)}`));
    });
  };
  store.add(router.onDidChange(compareSoon));
  store.add(settings.onDidChange(compareSoon));

  return {
    models,
    respond: async (model, messages, options, progress, signal) => {
      const { requestInitiator = unknownRequester, modelConfiguration, modelOptions = {}, tools = [] } = options;
      const sink = answerSink(progress);
      try {
        await requests.answer(
          {
            messages: readMessages(messages),
            tools,
            requiresTool: options.toolMode === vscode.LanguageModelChatToolMode.Required,
            requester: requestInitiator,
            model: chosenModel(model.id),
            effort: chosenEffort(modelConfiguration),
            options: modelOptions,
          },
          sink,
          signal,
        );
      } catch (error) {
        throw withoutStack(error);
      }
    },
    useInChat: () => useInChat(chatSetup),
    explainMissingModels: () => explainMissingModels(chatSetup),
    async continueAgent() {
      if (held.isEmpty) return;
      const chosen = await showQuickPick(
        [
          { label: iconText(icon("debug-continue"), vscode.l10n.t("Continue")), answer: "continue" as const },
          { label: iconText(icon("debug-stop"), vscode.l10n.t("Stop")), answer: "stop" as const },
        ],
        { title: vscode.l10n.t("Agent Paused"), placeHolder: vscode.l10n.t("Let the agent send more requests?") },
      );
      if (chosen) held.answer(chosen.answer);
    },
    manageAccess: () => manageAccess(requesters, context.globalState),
    dispose: () => store.dispose(),
  };
}

function offerDetails(states: readonly ServiceState[]): OfferDetails {
  const stateOf = (service: string): ServiceState | undefined => states.find(({ id }) => id === service);
  return {
    serviceOf: ({ id }) => {
      const { name = "OpenRouter", place = "remote" } = stateOf(serviceOf(id)) ?? {};
      return { name, place };
    },
    remaining: stateOf("openrouter")?.quota?.remaining,
    machine: machineName(vscode.env.remoteName),
  };
}

/** VS Code shows the stack trace of an error to the user, below its message. */
function withoutStack(error: unknown): Error {
  const shown = error instanceof Error ? error : new Error(String(error));
  delete shown.stack;
  return shown;
}
