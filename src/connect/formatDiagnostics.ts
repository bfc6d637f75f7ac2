import type { FailureReason, ModelStatistics, Quota, RouterSettings, ServiceState, ServiceUse } from "../router/index";
import { defaultSettings, isLoopbackUrl, isServiceKind, serviceDescription, serviceOf } from "../router/index";
import type { KeySource } from "../config/apiKey";
import type { Transport } from "../config/settings";

/** The data of a diagnostics report. Times are in epoch milliseconds. */
export interface DiagnosticsData {
  now: number;
  extension: string;
  editor: string;
  /** `desktop`, `web`, `codespaces` … */
  host: string;
  /** `ssh-remote`, `wsl` …; undefined on the local machine. */
  remote: string | undefined;
  system: string;
  runtime: string;
  language: string;
  trusted: boolean;
  keySource: KeySource | undefined;
  transport: Transport;
  proxySet: boolean;
  settings: RouterSettings;
  instructionsLength: number;
  catalogueFetchedAt: number | undefined;
  /** The number of free models that can answer a text question now; undefined if unknown. */
  poolSize: number | undefined;
  /** The number of free models that each rule excludes. */
  excludedByRule: ReadonlyMap<string, number>;
  quota: Quota | undefined;
  /** The services in use, if there are others than OpenRouter; undefined if their state is unknown. */
  services: readonly ServiceState[] | undefined;
  statistics: readonly ModelStatistics[];
  /** Why the last question failed, if it failed. */
  lastFailure: FailureReason | undefined;
}

/**
 * Formats a Markdown report for bug reports, always in English: versions, settings, services, models, and failures. It cannot contain a key
 * or chat text, because it consists of numbers, dates, fixed terms, and ids that have the format of a model id.
 */
export function formatDiagnostics(data: DiagnosticsData): string {
  const { now, settings, quota } = data;
  const rows: [string, string][] = [
    ["Extension", data.extension],
    ["Editor", `${data.editor}, ${data.host}${data.remote === undefined ? "" : `, remote: ${data.remote}`}`],
    ["System", `${data.system}, ${data.runtime}, language ${data.language}`],
    ["Workspace", data.trusted ? "trusted" : "not trusted"],
    ["Key", data.keySource ?? "none"],
    ["Network", `${data.transport}, proxy ${data.proxySet ? "set" : "not set"}, API ${apiText(settings.baseUrl)}`],
    ["Strategy", strategyText(settings)],
    ["Other settings", changedSettings(data)],
    ["Catalog", data.catalogueFetchedAt === undefined ? "none" : `${duration(now - data.catalogueFetchedAt)} old`],
    ["Pool", poolText(data)],
    ["Quota", quota ? quotaText(quota, now) : "unknown"],
    ...serviceRows(data),
    ["Last question", data.lastFailure === undefined ? "no failure" : `failed: ${data.lastFailure}`],
  ];
  const lines = ["### Free Models Router diagnostics", "", ...rows.map(([name, value]) => `- ${name}: ${value}`)];
  const byLastUse = [...data.statistics].sort((a, b) => b.lastUsedAt - a.lastUsedAt);
  if (byLastUse.length > 0) lines.push("", "| Model | Succeeded | Last failure | Cooldown |", "|---|---|---|---|");
  for (const statistics of byLastUse) lines.push(modelRow(statistics, now));
  return `${lines.join("\n")}\n`;
}

function modelRow({ model, attempts, successes, lastFailure, restingUntil }: ModelStatistics, now: number): string {
  const failure = lastFailure ? `${lastFailure.reason}, ${duration(now - lastFailure.at)} ago` : "";
  const cooldown = restingUntil !== undefined && restingUntil > now ? duration(restingUntil - now) : "";
  return `| ${modelIdText(model)} | ${successes} of ${attempts} | ${failure} | ${cooldown} |`;
}

/** Settings are typed by hand and may contain anything, even a key, so only a valid model id is shown. */
function modelIdText(text: string): string {
  if (/sk[-_]/i.test(text)) return "(not a model id)";
  if (/^[\w.-]{1,40}\/[\w.-]{1,80}(:[a-z]{1,12})?$/.test(text)) return text;
  // The name of a custom service is the user's own, and a name with a slash in front is a path.
  const isKnownService = isServiceKind(serviceOf(text)) && serviceOf(text) !== "custom";
  return isKnownService && /^\w+::[\w.-]{1,80}([/:][\w.-]{1,80}){0,3}$/.test(text) ? text : "(not a model id)";
}

/** One row for each service, those that the router has not reported included. */
function serviceRows({ services, settings, now }: DiagnosticsData): [string, string][] {
  const stateOf = (id: string): string => {
    const state = services?.find((each) => each.id === id);
    return state ? stateText(state, now) : settings.serviceOrder === "only-local" ? "not used" : "unknown";
  };
  if (settings.services.length === 0) return [];
  return [
    ["Service openrouter", `${apiText(settings.baseUrl)}, ${stateOf("openrouter")}`],
    ...settings.services.map((use): [string, string] => [
      `Service ${use.kind}`,
      `${originText(use)}, ${stateOf(use.id)}${use.automatic ? "" : ", only selected models"}`,
    ]),
  ];
}

function stateText({ error, modelCount, quota }: ServiceState, now: number): string {
  if (error) return `failed: ${error.reason}`;
  return `${modelCount} models${quota ? `, ${quotaText(quota, now)}` : ""}`;
}

/** The origin, which never has credentials. Any other than the usual one is not shown, except on this computer. */
function originText({ kind, baseUrl }: ServiceUse): string {
  const { origin } = new URL(baseUrl);
  const usual = URL.parse(serviceDescription(kind).baseUrl)?.origin;
  return origin === usual || isLoopbackUrl(baseUrl) ? origin : "another address";
}

/** A custom API address is not shown, because it may reveal where the user works. */
function apiText(baseUrl: string): string {
  if (baseUrl === defaultSettings.baseUrl) return "openrouter.ai";
  const { protocol, hostname } = new URL(baseUrl);
  return /^(127\.|localhost$|\[::1\])/.test(hostname) ? `this computer (${protocol.slice(0, -1)})` : "another service";
}

function strategyText({ strategy, pinnedModel, fallbacks }: RouterSettings): string {
  if (strategy === "pinned") return `pinned: ${pinnedModel === undefined ? "none" : modelIdText(pinnedModel)}`;
  return strategy === "fallbacks" ? `fallbacks: ${fallbacks.map(modelIdText).join(", ") || "none"}` : strategy;
}

function changedSettings({ settings, instructionsLength }: DiagnosticsData): string {
  const names = [
    ...(["includePreviewModels", "dataCollection", "serverFallbacks", "maxAttempts"] as const),
    ...(["firstContentMs", "betweenContentsMs", "hedgeAfterMs", "requestsPerMinute", "serviceOrder"] as const),
  ];
  const changed = names.flatMap((name) =>
    settings[name] === defaultSettings[name] ? [] : [`${name} ${String(settings[name])}`],
  );
  if (settings.exclude.length > 0) changed.push(`${settings.exclude.length} models excluded`);
  if (instructionsLength > 0) changed.push(`instructions of ${instructionsLength} characters`);
  return changed.join(", ") || "defaults";
}

function poolText({ poolSize, excludedByRule }: DiagnosticsData): string {
  if (poolSize === undefined) return "unknown";
  const excluded = [...excludedByRule].map(([rule, count]) => `${count} ${rule}`).join(", ");
  return `${poolSize} models${excluded && `; excluded: ${excluded}`}`;
}

function quotaText({ used, limit, exhausted, resetsAt, minute }: Quota, now: number): string {
  const day = `${used} of ${limit ?? "?"} today`;
  const reset = exhausted ? `, used up, resets in ${duration(resetsAt - now)}` : "";
  const perMinute = Number.isFinite(minute.limit) ? `${minute.limit}` : "?";
  return `${day}${reset}, ${minute.used} of ${perMinute} this minute`;
}

/** 90,000 → "2 min". */
function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
