import { t } from "@vscode/l10n";
import { isRouterError, RouterError, type Log, type RouterSettings } from "../router/index";
import type { AccountApi } from "./checkKey";
import {
  causeLines,
  connectionProblem,
  type ConnectionProblemOptions,
  type ConnectionFinding,
} from "./connectionProblem";
import type { Transport } from "../config/settings";

/** What a test of the connection needs of the world. */
export interface ConnectionTestDependencies {
  service: Pick<AccountApi, "countFreeModels" | "fetchDailyRequests">;
  key: string | undefined;
  settings: RouterSettings;
  /** The proxy's address, where one is set. */
  proxy: string | undefined;
  transport: Transport;
  /** The way to the network that `transport` is. */
  fetch: typeof fetch;
  /** The other way. */
  otherFetch: typeof fetch;
  now: () => number;
  log: Log;
  signal?: AbortSignal;
}

/** A clock that is off by more spoils quotas' times and, farther off, certificates. */
const tolerableSkewMs = 3 * 60_000;
/** Sent where there is no key: the service's refusal proves the way. */
const nobody = "sk-or-v1-none";

/**
 * Tries the way to the service, the key, the account's settings and today's quota; costs none of it. The chain of causes of whatever
 * fails goes into the log. Rejects only when stopped.
 */
export async function testConnection(dependencies: ConnectionTestDependencies): Promise<ConnectionFinding> {
  const { settings, key, log, now } = dependencies;
  const facts: ConnectionProblemOptions = { baseUrl: settings.baseUrl, proxy: dependencies.proxy, now: now() };
  log.info(
    `Testing the connection to ${settings.baseUrl} (${dependencies.transport}, proxy ${dependencies.proxy ?? "not set"}).`,
  );
  const first = await visit(dependencies, dependencies.fetch);
  if ("error" in first) {
    note(first.error, log);
    if (reachesService(first.error)) return connectionProblem(first.error, facts);
    // Somebody in between spoke, or nobody at all: the other way may do better.
    const second = await visit(dependencies, dependencies.otherFetch);
    if ("error" in second && !reachesService(second.error)) {
      log.info("The other way to the network fails as well:");
      note(second.error, log);
      return connectionProblem(first.error, facts);
    }
    return otherWay(dependencies.transport);
  }
  if (key === undefined) return refusal("no-key", facts);
  const skewed = skew(first.serverTime, now());
  if (skewed) return skewed;
  const { daily } = first;
  if (daily?.remaining !== undefined && daily.remaining <= 0) return refusal("rate-limit-day", facts);
  const models = await dependencies.service
    .countFreeModels(dependencies.fetch, settings, key, now(), options(dependencies))
    .catch((error: unknown) => {
      dependencies.signal?.throwIfAborted();
      note(error, log);
      return undefined;
    });
  if (models === 0) return refusal("data-policy", facts);
  return allWell(models, daily);
}

interface Visit {
  daily: { used: number; limit?: number; remaining?: number } | undefined;
  /** By the service's clock, epoch milliseconds. */
  serverTime: number | undefined;
}

async function visit(
  dependencies: ConnectionTestDependencies,
  fetch: typeof globalThis.fetch,
): Promise<Visit | { error: unknown }> {
  let serverTime: number | undefined;
  const onHeaders = (headers: Headers): void => {
    const time = Date.parse(headers.get("date") ?? "");
    serverTime = Number.isNaN(time) ? undefined : time;
  };
  const { settings, key, now } = dependencies;
  try {
    const how = { ...options(dependencies), onHeaders };
    const daily = await dependencies.service.fetchDailyRequests(fetch, settings, key ?? nobody, now(), how);
    return { daily, serverTime };
  } catch (error) {
    dependencies.signal?.throwIfAborted();
    if (key === undefined && isRouterError(error) && error.reason === "unauthorized")
      return { daily: undefined, serverTime };
    return { error };
  }
}

function options({ signal }: ConnectionTestDependencies): { signal?: AbortSignal; timeoutMs: number } {
  return { ...(signal && { signal }), timeoutMs: 12_000 };
}

/** Whether the service itself said no. */
function reachesService(error: unknown): boolean {
  if (!isRouterError(error)) return false;
  return !["offline", "interrupted", "timeout", "web-page", "malformed", "internal"].includes(error.reason);
}

function note(error: unknown, log: Log): void {
  const [first = String(error), ...rest] = causeLines(error);
  log.warn(`Connection test: ${first}${rest.map((line) => `\n  because: ${line}`).join("")}`);
}

function otherWay(transport: Transport): ConnectionFinding {
  return transport === "vscode"
    ? {
        ok: false,
        sentence: t(
          "VS Code's network stack does not get through to OpenRouter, but a direct connection does: use it.",
        ),
        label: t("Use Direct"),
        cure: { do: "use-direct" },
      }
    : {
        ok: false,
        sentence: t(
          "The direct connection does not get through to OpenRouter, but VS Code's network stack does: use it.",
        ),
        label: t("Use VS Code's"),
        cure: { do: "use-vscode" },
      };
}

function skew(serverTime: number | undefined, now: number): ConnectionFinding | undefined {
  if (serverTime === undefined || Math.abs(serverTime - now) <= tolerableSkewMs) return undefined;
  const minutes = Math.round(Math.abs(serverTime - now) / 60_000);
  return {
    ok: false,
    sentence:
      serverTime > now
        ? t("OpenRouter is reached, but this machine's clock is {0} minutes slow: set it right.", minutes)
        : t("OpenRouter is reached, but this machine's clock is {0} minutes fast: set it right.", minutes),
    label: t("Test Again"),
    cure: { do: "test-again" },
  };
}

/** What the service would refuse a question for, were one asked now. */
function refusal(
  reason: "rate-limit-day" | "data-policy" | "no-key",
  facts: ConnectionProblemOptions,
): ConnectionFinding {
  return connectionProblem(new RouterError(reason, reason), facts);
}

function allWell(models: number | undefined, daily: Visit["daily"]): ConnectionFinding {
  const sentences = [
    t("OpenRouter is reached, and your key works."),
    models === undefined ? "" : t("{0} free models are open to you.", models),
    daily?.remaining === undefined ? "" : t("{0} free requests are left today.", daily.remaining),
  ];
  return {
    ok: true,
    sentence: sentences.filter(Boolean).join(" "),
    label: t("Ask a Model Too"),
    cure: { do: "ask-model" },
  };
}
