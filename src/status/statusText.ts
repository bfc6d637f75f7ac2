import { t } from "@vscode/l10n";
import { formatTime } from "../timeFormat";
import type { KeySource } from "../config/apiKey";
import type { CompletionOutcome, Running } from "./activity";
import { shortModelName } from "./shortModelName";
import type { ModelStatistics, Quota, RouterSettings, Strategy } from "../router/index";

/** All that the status bar item tells, at one instant (`now`, epoch milliseconds). */
export interface StatusTextOptions {
  now: number;
  /** Where the key in use comes from; undefined where there is none. */
  key: KeySource | undefined;
  running: Running | undefined;
  outcome: CompletionOutcome | undefined;
  /** Undefined until it is known. */
  quota: Quota | undefined;
  /** How the next model is chosen. */
  next: ModelChoiceSettings;
  /** Models with their rests, as far as this machine has asked them. */
  statistics: readonly ModelStatistics[];
}

/** The item's text, with VS Code's icons in it, and whether it stands on a warning's ground. */
export function statusText(facts: StatusTextOptions): { text: string; warning: boolean } {
  const { now, key, running, outcome, quota } = facts;
  if (running) return { text: runningText(running, now), warning: false };
  if (!key) return { text: `$(account) ${t("Free Models: sign in")}`, warning: false };
  if (quota?.exhausted)
    return { text: `$(history) ${t("Free again at {0}", formatTime(quota.resetsAt))}`, warning: true };
  const name = outcome && "completion" in outcome ? shortModelName(outcome.completion.model) : t("Free Models");
  const icon = outcome && "error" in outcome ? "$(warning)" : "$(sparkle)";
  return { text: `${icon} ${name}${leftText(quota)}`, warning: false };
}

function runningText({ since, model, answering, waitsUntil }: Running, now: number): string {
  if (waitsUntil !== undefined && waitsUntil > now) {
    return `$(watch) ${t("goes on in {0} s", Math.ceil((waitsUntil - now) / 1000))}`;
  }
  const name = model === undefined ? t("Free Models") : shortModelName(model);
  return answering
    ? `$(loading~spin) ${name}`
    : `$(loading~spin) ${name} ${t("{0} s", Math.max(0, Math.floor((now - since) / 1000)))}`;
}

/** Only when few are left does it matter. */
function leftText(quota: Quota | undefined): string {
  const few = 5;
  if (quota?.remaining === undefined || quota.remaining > few) return "";
  return ` · ${t("{0} left", quota.remaining)}`;
}

/** The tooltip's rows: what, and how much; in plain text, to be escaped by whoever draws the table. */
export function statusRows(facts: StatusTextOptions): [string, string][] {
  return [
    ...outcomeRows(facts.outcome),
    ...quotaRows(facts.quota, facts.now),
    ...restingRows(facts.statistics, facts.now),
    [t("Next question"), modelChoiceLabel(facts.next)],
    ...keyRows(facts.key),
  ];
}

/** A tooltip breaks no lines. */
function firstSentence(message: string): string {
  return message.replace(/(?<=\.)\s.*$/s, "");
}

function outcomeRows(outcome: CompletionOutcome | undefined): [string, string][] {
  if (!outcome) return [];
  if ("error" in outcome) return [[t("Last question"), firstSentence(outcome.sentence)]];
  const { model, provider, timeToFirstTextMs, durationMs, usage, attempts } = outcome.completion;
  const rows: [string, string | undefined][] = [
    [t("Last answer"), model],
    [t("Provider"), provider],
    [t("First words after"), timeToFirstTextMs === undefined ? undefined : seconds(timeToFirstTextMs)],
    [t("Whole answer after"), seconds(durationMs)],
    [t("Tokens"), usage && t("{0} read, {1} written", count(usage.promptTokens), count(usage.completionTokens))],
    [t("Attempts"), count(attempts)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function quotaRows(quota: Quota | undefined, now: number): [string, string][] {
  if (!quota) return [];
  const { used, limit, remaining, resetsAt } = quota;
  const left =
    limit === undefined || remaining === undefined
      ? t("{0} used", count(used))
      : t("{0} of {1} left", count(Math.max(0, remaining)), count(limit));
  return [
    [t("Free requests today"), left],
    [t("All back at"), `${formatTime(resetsAt)} (${t("in {0}", duration(resetsAt - now))})`],
  ];
}

function restingRows(statistics: readonly ModelStatistics[], now: number): [string, string][] {
  const ends = statistics.map(({ restingUntil }) => restingUntil ?? 0).filter((until) => until > now);
  if (ends.length === 0) return [];
  return [[t("Resting models"), t("{0}, the first until {1}", ends.length, formatTime(Math.min(...ends)))]];
}

function keyRows(key: KeySource | undefined): [string, string][] {
  if (!key) return [];
  return [[t("Key from"), key === "environment" ? "OPENROUTER_API_KEY" : t("secret storage")]];
}

type ModelChoiceSettings = Pick<RouterSettings, "strategy" | "pinnedModel">;

/** Who answers next, in a word or two: the way of choosing, or the one model. */
export function modelChoiceLabel({ strategy, pinnedModel }: ModelChoiceSettings): string {
  return strategy === "pinned" && pinnedModel !== undefined ? shortModelName(pinnedModel) : strategyLabel(strategy);
}

/** A way of choosing, in the words of the settings and the picker. */
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

export function seconds(ms: number): string {
  const digits = ms < 10_000 ? 1 : 0;
  const value = (ms / 1000).toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return t("{0} s", value);
}

function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 60 ? t("{0} min", minutes) : t("{0} h", Math.round(minutes / 60));
}

function count(number: number): string {
  return number.toLocaleString();
}
