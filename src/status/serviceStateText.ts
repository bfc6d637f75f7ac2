import { t } from "@vscode/l10n";
import type { FailureReason, Quota, ServiceState } from "../router/index";
import { formatTime, formatTimeAhead } from "../timeFormat";
import { shortModelName } from "./shortModelName";

export interface ServiceStateTextOptions {
  /** The name of the machine on which this extension runs. */
  readonly machine: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Whether a service can answer now, and what is left of its limits. */
export function serviceStateText(
  { error, place, modelCount, quota }: ServiceState,
  { machine, now }: ServiceStateTextOptions,
): string {
  if (error) return (failures[error.reason] ?? notAvailable)();
  if (place === "local")
    return modelCount > 0 ? t("running on {0}, no limit", machine) : t("running on {0}, without a model", machine);
  return quota ? quotaText(quota, now) : t("ready");
}

const notAvailable = (): string => t("not available");
const offline = (): string => t("offline");

const failures: Partial<Record<FailureReason, () => string>> = {
  "no-key": () => t("API key missing"),
  "key-withheld": () => t("API key missing"),
  unauthorized: () => t("API key rejected"),
  "server-not-running": () => t("not running"),
  "server-loading": () => t("loading a model"),
  "data-policy": () => t("excluded by your setting for data collection"),
  "not-local": () => t("excluded by Only local"),
  timeout: () => t("no response"),
  offline,
  interrupted: offline,
};

/** Says until when the limit of the day is used up, if it is. `now`: epoch milliseconds. */
export function usedUpText({ exhausted, resetsAt }: Quota, now: number): string | undefined {
  return exhausted && resetsAt > now ? t("used up until {0}", formatTimeAhead(resetsAt, now)) : undefined;
}

function quotaText(quota: Quota, now: number): string {
  const usedUp = usedUpText(quota, now);
  if (usedUp !== undefined) return usedUp;
  const { limit, remaining, exhausted, minute, model } = quota;
  const usedThisMinute = minute.resetsAt > now ? minute.used : 0;
  const texts = [
    usedThisMinute >= minute.limit ? t("used up until {0}", formatTime(minute.resetsAt, true)) : "",
    limit === undefined || remaining === undefined || exhausted ? "" : todayText(remaining, limit, model),
  ].filter(Boolean);
  if (texts.length > 0) return texts.join(", ");
  return Number.isFinite(minute.limit)
    ? t("{0} of {1} left this minute", formatNumber(minute.limit - usedThisMinute), formatNumber(minute.limit))
    : t("ready");
}

/** `model`: whose figures they are, if each model has its own. */
function todayText(remaining: number, limit: number, model: string | undefined): string {
  const figures = [formatNumber(remaining), formatNumber(limit)] as const;
  return model === undefined
    ? t("{0} of {1} left today", ...figures)
    : t("{0} of {1} left today for {2}", ...figures, shortModelName(model));
}

function formatNumber(count: number): string {
  return count.toLocaleString();
}
