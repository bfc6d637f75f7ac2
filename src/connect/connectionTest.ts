import { t } from "@vscode/l10n";
import { isRouterError, RouterError, type Log, type RouterSettings } from "../router/index";
import type { AccountApi } from "./verifyKey";
import type { ConnectionFinding } from "./connectionFinding";
import { causeLines, connectionProblem } from "./connectionProblem";
import type { ConnectionProblemOptions } from "./networkProblem";
import type { Transport } from "../config/settings";

export interface ConnectionTestDependencies {
  account: Pick<AccountApi, "countFreeModels" | "fetchDailyRequests">;
  key: string | undefined;
  /** There is no key for this address, but one for another host. */
  isKeyWithheld?: boolean;
  settings: RouterSettings;
  /** The proxy's address, if one is set. */
  proxy: string | undefined;
  transport: Transport;
  /** Uses `transport`. */
  fetch: typeof fetch;
  /** Uses the other transport. */
  otherFetch: typeof fetch;
  /** Epoch milliseconds. */
  now: () => number;
  /** Lets the router's own count learn that the service allows more requests today. */
  updateQuota?: () => Promise<unknown>;
  log: Log;
  signal?: AbortSignal;
}

/** A larger difference makes reset times wrong and, if it is much larger, certificates invalid. */
const maxClockSkewMs = 3 * 60_000;
/** Sent if there is no key: a rejection by the service proves that the connection works. */
const placeholderKey = "sk-or-v1-none";

/**
 * Tests the connection to OpenRouter, the key, the account's privacy settings, and today's quota, without using up a request. Logs the
 * chain of causes of each failure. Rejects only if `signal` aborts.
 */
export async function testConnection(dependencies: ConnectionTestDependencies): Promise<ConnectionFinding> {
  const { settings, key, log, now } = dependencies;
  const problemOptions: ConnectionProblemOptions = { baseUrl: settings.baseUrl, proxy: dependencies.proxy, now: now() };
  log.info(
    `Testing the connection to ${settings.baseUrl} (${dependencies.transport}, proxy ${dependencies.proxy ?? "not set"}).`,
  );
  const first = await checkAccount(dependencies, dependencies.fetch);
  if ("error" in first) {
    logCauses(first.error, log);
    if (isFromService(first.error)) return connectionProblem(first.error, problemOptions);
    // The error came from the network or from something in between, so the other transport may work.
    const second = await checkAccount(dependencies, dependencies.otherFetch);
    if ("error" in second && !isFromService(second.error)) {
      log.info("The other transport failed too:");
      logCauses(second.error, log);
      return connectionProblem(first.error, problemOptions);
    }
    return otherTransportFinding(dependencies.transport);
  }
  if (key === undefined) return knownProblem(dependencies.isKeyWithheld ? "key-withheld" : "no-key", problemOptions);
  const clockProblem = clockFinding(first.serverTime, now());
  if (clockProblem) return clockProblem;
  const { daily } = first;
  // Credits may have been bought since the router met the limit.
  await dependencies.updateQuota?.().catch((error: unknown) => logCauses(error, log));
  if (daily?.remaining !== undefined && daily.remaining <= 0) return knownProblem("rate-limit-day", problemOptions);
  const models = await dependencies.account
    .countFreeModels(dependencies.fetch, settings, key, now(), requestOptions(dependencies))
    .catch((error: unknown) => {
      dependencies.signal?.throwIfAborted();
      logCauses(error, log);
      return undefined;
    });
  if (models === 0) return knownProblem("data-policy", problemOptions);
  return successFinding(models, daily);
}

interface AccountCheck {
  daily: { used: number; limit?: number; remaining?: number } | undefined;
  /** The `Date` header of the response, epoch milliseconds. */
  serverTime: number | undefined;
}

async function checkAccount(
  dependencies: ConnectionTestDependencies,
  fetch: typeof globalThis.fetch,
): Promise<AccountCheck | { error: unknown }> {
  let serverTime: number | undefined;
  const onHeaders = (headers: Headers): void => {
    const time = Date.parse(headers.get("date") ?? "");
    serverTime = Number.isNaN(time) ? undefined : time;
  };
  const { settings, key, now } = dependencies;
  try {
    const options = { ...requestOptions(dependencies), onHeaders };
    const daily = await dependencies.account.fetchDailyRequests(fetch, settings, key ?? placeholderKey, now(), options);
    return { daily, serverTime };
  } catch (error) {
    dependencies.signal?.throwIfAborted();
    if (key === undefined && isRouterError(error) && error.reason === "unauthorized")
      return { daily: undefined, serverTime };
    return { error };
  }
}

function requestOptions({ signal }: ConnectionTestDependencies): { signal?: AbortSignal; timeoutMs: number } {
  return { ...(signal && { signal }), timeoutMs: 12_000 };
}

/** Whether the service itself reported the error. */
function isFromService(error: unknown): boolean {
  if (!isRouterError(error)) return false;
  return !["offline", "interrupted", "timeout", "web-page", "malformed", "internal"].includes(error.reason);
}

function logCauses(error: unknown, log: Log): void {
  const [first = String(error), ...rest] = causeLines(error);
  log.warn(`Connection test: ${first}${rest.map((line) => `\n  caused by: ${line}`).join("")}`);
}

function otherTransportFinding(transport: Transport): ConnectionFinding {
  return transport === "vscode"
    ? {
        ok: false,
        sentence: t(
          "VS Code's network cannot reach OpenRouter, but a direct connection can. Use the direct connection.",
        ),
        label: t("Use Direct Connection"),
        fix: { do: "use-direct" },
      }
    : {
        ok: false,
        sentence: t("The direct connection cannot reach OpenRouter, but VS Code's network can. Use VS Code's network."),
        label: t("Use VS Code's Network"),
        fix: { do: "use-vscode" },
      };
}

function clockFinding(serverTime: number | undefined, now: number): ConnectionFinding | undefined {
  if (serverTime === undefined || Math.abs(serverTime - now) <= maxClockSkewMs) return undefined;
  const minutes = Math.round(Math.abs(serverTime - now) / 60_000);
  return {
    ok: false,
    sentence:
      serverTime > now
        ? t("Connected, but this computer's clock is {0} minutes slow. Correct the time.", minutes)
        : t("Connected, but this computer's clock is {0} minutes fast. Correct the time.", minutes),
    label: t("Test Again"),
    fix: { do: "test-again" },
  };
}

/** A problem that would make the next question fail, although this request succeeded. */
function knownProblem(
  reason: "rate-limit-day" | "data-policy" | "no-key" | "key-withheld",
  options: ConnectionProblemOptions,
): ConnectionFinding {
  return connectionProblem(new RouterError(reason, reason), options);
}

function successFinding(models: number | undefined, daily: AccountCheck["daily"]): ConnectionFinding {
  const sentences = [
    t("Connected, and your API key works."),
    models === undefined ? "" : t("{0} free models are available to you.", models),
    daily?.remaining === undefined ? "" : t("{0} free requests are left today.", daily.remaining),
  ];
  return {
    ok: true,
    sentence: sentences.filter(Boolean).join(" "),
    label: t("Test a Model"),
    fix: { do: "ask-model" },
  };
}
