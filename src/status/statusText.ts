import { t } from "@vscode/l10n";
import { formatTime, formatTimeAhead } from "../timeFormat";
import type { KeySource } from "../config/apiKey";
import type { AgentProgress, CompletionOutcome, RunningCompletion } from "./activity";
import { icon, iconText, type IconText } from "../iconText";
import { serviceStateText } from "./serviceStateText";
import { shortModelName } from "./shortModelName";
import {
  serviceOf,
  type ModelId,
  type ModelStatistics,
  type Quota,
  type RouterSettings,
  type ServiceState,
  type Strategy,
} from "../router/index";

type ModelNaming = (model: ModelId) => string | undefined;

/** Everything that the status bar item shows. */
export interface StatusTextOptions {
  /** Epoch milliseconds. */
  now: number;
  /** The source of the API key; undefined if there is none. */
  key: KeySource | undefined;
  running: RunningCompletion | undefined;
  /** The name of a model; `undefined` until it is known. */
  nameOf: ModelNaming;
  outcome: CompletionOutcome | undefined;
  /** The agent in VS Code's chat whose turn is running. */
  agent: AgentProgress | undefined;
  /** Undefined until known. */
  quota: Quota | undefined;
  /** The services in use, if there are others than OpenRouter. Undefined until known. */
  services: readonly ServiceState[] | undefined;
  /** The name of the machine on which this extension runs. */
  machine: string;
  /** How the next model is selected. */
  modelSettings: ModelChoiceSettings;
  /** Models used on this computer, with their cooldowns. */
  statistics: readonly ModelStatistics[];
}

/** Whether there is a key, or another service than OpenRouter. */
export function canAsk({ key, modelSettings }: Pick<StatusTextOptions, "key" | "modelSettings">): boolean {
  return key !== undefined || modelSettings.services.length > 0;
}

/** The text of the status bar item, and whether it has the warning background. */
export function statusText(options: StatusTextOptions): { text: IconText; warning: boolean } {
  const { running, outcome, quota, agent } = options;
  if (agent) return agentText(agent, quota);
  if (running) return { text: runningText(running, options), warning: false };
  const { services, serviceOrder } = options.modelSettings;
  if (!canAsk(options)) return { text: iconText(icon("account"), t("Free Models: Sign In")), warning: false };
  const isOnlyLocal = serviceOrder === "only-local";
  if (quota?.exhausted && services.length === 0)
    return { text: iconText(icon("history"), t("Limit resets at {0}", formatTime(quota.resetsAt))), warning: true };
  const model = outcome && "completion" in outcome ? outcome.completion.model : undefined;
  const name = model === undefined ? t("Free Models") : shortModelName(model, options.nameOf(model));
  const state = icon(outcome && "error" in outcome ? "warning" : "sparkle");
  if (isOnlyLocal) return { text: iconText(state, name, "·", t("only local")), warning: false };
  const isOpenRouters = model === undefined || serviceOf(model) === "openrouter";
  return { text: iconText(state, isOpenRouters ? `${name}${remainingText(quota)}` : name), warning: false };
}

/** An agent asks again after each round of tool calls, so its requests are counted in sight. */
function agentText(
  { requests, isHeld }: AgentProgress,
  quota: Quota | undefined,
): { text: IconText; warning: boolean } {
  if (isHeld) return { text: iconText(icon("debug-pause"), t("Agent paused: continue?")), warning: true };
  const left = quota?.remaining === undefined ? "" : ` · ${t("{0} left today", Math.max(0, quota.remaining))}`;
  return { text: iconText(icon("loading~spin"), `${t("Agent · request {0}", requests + 1)}${left}`), warning: false };
}

function runningText(
  { since, model, answering, waitsUntil }: RunningCompletion,
  { now, nameOf }: Pick<StatusTextOptions, "now" | "nameOf">,
): IconText {
  if (waitsUntil !== undefined && waitsUntil > now) {
    return iconText(icon("watch"), t("Sending in {0} s", Math.ceil((waitsUntil - now) / 1000)));
  }
  const name = model === undefined ? t("Free Models") : shortModelName(model, nameOf(model));
  const seconds = answering ? "" : t("{0} s", Math.max(0, Math.floor((now - since) / 1000)));
  return iconText(icon("loading~spin"), name, seconds);
}

/** Shows the number of remaining requests only if few are left. */
function remainingText(quota: Quota | undefined): string {
  const few = 5;
  if (quota?.remaining === undefined || quota.remaining > few) return "";
  return ` · ${t("{0} left", quota.remaining)}`;
}

/** The rows of the tooltip as label and value, in plain text; the caller escapes them. */
export function statusRows(options: StatusTextOptions): [string, string][] {
  return [
    ...outcomeRows(options.outcome, options.nameOf),
    ...(options.modelSettings.services.length === 0 ? quotaRows(options.quota, options.now) : serviceRows(options)),
    ...cooldownRows(options.statistics, options.now),
    [t("Model selection"), modelChoiceLabel(options.modelSettings, options.nameOf)],
    ...keyRows(options.key),
  ];
}

/** Keeps the row short, because a tooltip does not wrap lines. */
function firstSentence(message: string): string {
  return message.replace(/(?<=\.)\s.*$/s, "");
}

function outcomeRows(outcome: CompletionOutcome | undefined, nameOf: ModelNaming): [string, string][] {
  if (!outcome) return [];
  if ("error" in outcome) return [[t("Last error"), firstSentence(outcome.sentence)]];
  const { model, provider, timeToFirstTextMs, durationMs, usage, attempts } = outcome.completion;
  const rows: [string, string | undefined][] = [
    [t("Last model"), nameOf(model) ?? model],
    [t("Provider"), provider],
    [t("Time to first token"), timeToFirstTextMs === undefined ? undefined : formatSeconds(timeToFirstTextMs)],
    [t("Total time"), formatSeconds(durationMs)],
    [t("Tokens"), usage && t("{0} in, {1} out", formatCount(usage.promptTokens), formatCount(usage.completionTokens))],
    [t("Attempts"), formatCount(attempts)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function quotaRows(quota: Quota | undefined, now: number): [string, string][] {
  if (!quota) return [];
  const { used, limit, remaining, resetsAt } = quota;
  const requests =
    limit === undefined || remaining === undefined
      ? t("{0} used", formatCount(used))
      : t("{0} of {1} left", formatCount(Math.max(0, remaining)), formatCount(limit));
  return [
    [t("Free requests today"), requests],
    [t("Resets at"), formatTimeAhead(resetsAt, now)],
  ];
}

/** One row for each service: sums across them would mean nothing. */
function serviceRows({ services = [], ...options }: StatusTextOptions): [string, string][] {
  return services.map((state) => [state.name, serviceStateText(state, options)]);
}

function cooldownRows(statistics: readonly ModelStatistics[], now: number): [string, string][] {
  const ends = statistics.map(({ restingUntil }) => restingUntil ?? 0).filter((until) => until > now);
  if (ends.length === 0) return [];
  return [
    [t("Models cooling down"), t("{0}, the first until {1}", ends.length, formatTimeAhead(Math.min(...ends), now))],
  ];
}

function keyRows(key: KeySource | undefined): [string, string][] {
  if (!key) return [];
  return [[t("API key"), keySourceLabels[key]()]];
}

const keySourceLabels: Readonly<Record<KeySource, () => string>> = {
  "secret storage": () => t("secret storage"),
  environment: () => "OPENROUTER_API_KEY",
  withheld: () => t("saved for another host"),
};

type ModelChoiceSettings = Pick<RouterSettings, "strategy" | "pinnedModel" | "services" | "serviceOrder">;

/** A short label for how the next model is selected: the strategy or the pinned model. */
export function modelChoiceLabel(
  { strategy, pinnedModel }: Pick<ModelChoiceSettings, "strategy" | "pinnedModel">,
  nameOf: ModelNaming,
): string {
  return strategy === "pinned" && pinnedModel !== undefined
    ? shortModelName(pinnedModel, nameOf(pinnedModel))
    : strategyLabel(strategy);
}

/** The label of a strategy, as in the settings and the model picker. */
export function strategyLabel(strategy: Strategy): string {
  switch (strategy) {
    case "random":
      return t("Automatic (random)");
    case "adaptive":
      return t("Automatic (adaptive)");
    case "server":
      return t("Server's choice");
    case "pinned":
      return t("One model");
    case "fallbacks":
      return t("Ordered list");
  }
}

export function formatPercent(ratio: number): string {
  return ratio.toLocaleString(undefined, { style: "percent" });
}

export function formatSeconds(ms: number): string {
  const digits = ms < 10_000 ? 1 : 0;
  const value = (ms / 1000).toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return t("{0} s", value);
}

function formatCount(count: number): string {
  return count.toLocaleString();
}
