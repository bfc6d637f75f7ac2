import type { FailureReason, Quota, RouterSettings, ModelStatistics } from "../router/index";
import { defaultSettings } from "../router/index";
import type { KeySource } from "../config/apiKey";
import type { Transport } from "../config/settings";

/** All that a report may draw on. It is in English: it is for whoever helps. Instants in epoch milliseconds. */
export interface DiagnosticsData {
  now: number;
  extension: string;
  editor: string;
  /** `desktop`, `web`, `codespaces` … */
  host: string;
  /** `ssh-remote`, `wsl` …; undefined on the machine itself. */
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
  /** Free models that can take a plain question now; undefined where that cannot be told. */
  poolSize: number | undefined;
  /** How many free models each rule leaves out. */
  leftOut: ReadonlyMap<string, number>;
  quota: Quota | undefined;
  statistics: readonly ModelStatistics[];
  /** Why the last question failed, where it did. */
  lastFailure: FailureReason | undefined;
}

/**
 * The state of things for whoever helps: versions, settings, models and failures. By its making it holds no key and no text of a chat:
 * figures, dates, words of closed lists, and ids only where they look like a model's.
 */
export function diagnostics(facts: DiagnosticsData): string {
  const { now, settings, quota } = facts;
  const rows: [string, string][] = [
    ["Extension", facts.extension],
    ["Editor", `${facts.editor}, ${facts.host}${facts.remote === undefined ? "" : `, remote: ${facts.remote}`}`],
    ["System", `${facts.system}, ${facts.runtime}, language ${facts.language}`],
    ["Workspace", facts.trusted ? "trusted" : "not trusted"],
    ["Key", facts.keySource ?? "none"],
    ["Network", `${facts.transport}, proxy ${facts.proxySet ? "set" : "not set"}, API ${address(settings.baseUrl)}`],
    ["Strategy", strategyWords(settings)],
    ["Other settings", changedSettings(facts)],
    ["Catalogue", facts.catalogueFetchedAt === undefined ? "none" : `${age(now - facts.catalogueFetchedAt)} old`],
    ["Pool", poolWords(facts)],
    ["Quota", quota ? quotaWords(quota, now) : "unknown"],
    ["Last question", facts.lastFailure === undefined ? "no failure" : `failed: ${facts.lastFailure}`],
  ];
  const lines = ["### Free Models Router diagnostics", "", ...rows.map(([what, value]) => `- ${what}: ${value}`)];
  const asked = [...facts.statistics].sort((one, other) => other.lastUsedAt - one.lastUsedAt);
  if (asked.length > 0) lines.push("", "| Model | Answered | Last failure | Rests |", "|---|---|---|---|");
  for (const each of asked) lines.push(modelRow(each, now));
  return `${lines.join("\n")}\n`;
}

function modelRow({ model, attempts, successes, lastFailure, cooldownUntil }: ModelStatistics, now: number): string {
  const failure = lastFailure ? `${lastFailure.reason}, ${age(now - lastFailure.at)} ago` : "";
  const rest = cooldownUntil !== undefined && cooldownUntil > now ? age(cooldownUntil - now) : "";
  return `| ${modelId(model)} | ${successes} of ${attempts} | ${failure} | ${rest} |`;
}

/** A setting is typed by hand and may hold anything, a key even: only what is a model's id is shown. */
function modelId(text: string): string {
  return /^[\w.-]{1,40}\/[\w.-]{1,80}(:[a-z]{1,12})?$/.test(text) && !/sk-/i.test(text) ? text : "(not a model's id)";
}

/** An address of somebody's own may tell where they work. */
function address(baseUrl: string): string {
  if (baseUrl === defaultSettings.baseUrl) return "openrouter.ai";
  const { protocol, hostname } = new URL(baseUrl);
  return /^(127\.|localhost$|\[::1\])/.test(hostname) ? `this machine (${protocol.slice(0, -1)})` : "another service";
}

function strategyWords({ strategy, pinnedModel, fallbacks }: RouterSettings): string {
  if (strategy === "pinned") return `pinned: ${pinnedModel === undefined ? "none" : modelId(pinnedModel)}`;
  return strategy === "fallbacks" ? `fallbacks: ${fallbacks.map(modelId).join(", ") || "none"}` : strategy;
}

function changedSettings({ settings, instructionsLength }: DiagnosticsData): string {
  const plain = [
    ...(["includePreviewModels", "dataCollection", "serverFallbacks", "maxAttempts"] as const),
    ...(["firstContentMs", "betweenContentsMs", "hedgeAfterMs", "requestsPerMinute"] as const),
  ];
  const changed = plain.flatMap((name) =>
    settings[name] === defaultSettings[name] ? [] : [`${name} ${String(settings[name])}`],
  );
  if (settings.exclude.length > 0) changed.push(`${settings.exclude.length} models excluded`);
  if (instructionsLength > 0) changed.push(`instructions of ${instructionsLength} characters`);
  return changed.join(", ") || "as they came";
}

function poolWords({ poolSize, leftOut }: DiagnosticsData): string {
  if (poolSize === undefined) return "unknown";
  const out = [...leftOut].map(([rule, count]) => `${count} ${rule}`).join(", ");
  return `${poolSize} models${out && `; left out: ${out}`}`;
}

function quotaWords({ used, limit, exhausted, resetsAt, minute }: Quota, now: number): string {
  const day = `${used} of ${limit ?? "?"} today`;
  const reset = exhausted ? `, used up for ${age(resetsAt - now)}` : "";
  return `${day}${reset}, ${minute.used} of ${minute.limit} this minute`;
}

/** 90 000 → "2 min". */
function age(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
