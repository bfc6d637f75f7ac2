import { t } from "@vscode/l10n";
import { hostOf, originOf } from "../config/baseUrl";
import { notLocalSentence } from "../failureMessages";
import { withTimeout } from "../lifecycle";
import {
  isLoopbackUrl,
  RouterError,
  serviceDescription,
  serviceName,
  type Log,
  type RouterSettings,
  type ServiceState,
  type ServiceUse,
} from "../router/index";
import type { ConnectionFinding } from "./connectionFinding";
import { causeLines } from "./connectionProblem";
import { isLocalServer, placeOf, serviceProblem, type ServiceProblemOptions } from "./serviceProblem";

export interface ServiceTestDependencies extends ServiceProblemOptions {
  settings: Pick<RouterSettings, "baseUrl" | "services" | "serviceOrder">;
  /** Rejects only if `signal` aborts. */
  readonly testOpenRouter: (signal: AbortSignal) => Promise<ConnectionFinding>;
  /** Asks a service for its list of models. Resolves to how many can answer. */
  readonly check: (use: ServiceUse, signal: AbortSignal) => Promise<number>;
  /** What the router knows of each service: limits, and whether the settings exclude it. */
  readonly states: () => Promise<readonly ServiceState[]>;
  log: Log;
}

/** What the router knows is a supplement, so the test does not wait longer for it. */
const statesMs = 3_000;

/**
 * Tests each service in use at the same time, OpenRouter first, without using up a request. With *Only local*, those beyond this computer
 * are not contacted. Rejects only if `signal` aborts.
 */
export async function testServices(
  dependencies: ServiceTestDependencies,
  signal: AbortSignal,
): Promise<readonly ConnectionFinding[]> {
  const { baseUrl, services, serviceOrder } = dependencies.settings;
  const isOnlyLocal = serviceOrder === "only-local";
  const isAllowed = (use: ServiceUse): boolean => !isOnlyLocal || isLoopbackUrl(use.baseUrl);
  const hasAllowed = services.some(isAllowed);
  const known = hasAllowed ? withTimeout(statesMs, dependencies.states(), signal) : Promise.resolve(undefined);
  const results = services.map((use) =>
    isAllowed(use) ? testService(use, known, dependencies, signal) : notContacted(use.baseUrl, hasAllowed),
  );
  const openRouter = isOnlyLocal ? notContacted(baseUrl, hasAllowed) : testOpenRouterAmong(dependencies, signal);
  return Promise.all([openRouter, ...results]);
}

async function testService(
  use: ServiceUse,
  known: Promise<readonly ServiceState[] | undefined>,
  dependencies: Pick<ServiceTestDependencies, "check" | "log" | keyof ServiceProblemOptions>,
  signal: AbortSignal,
): Promise<ConnectionFinding> {
  const { check, log } = dependencies;
  try {
    const count = await check(use, signal);
    const limit = limitOf((await known)?.find(({ id }) => id === use.id));
    signal.throwIfAborted();
    log.info(`Connection test of ${use.id}: ${count} models${limit ? `, ${limit.reason}` : ""}.`);
    return limit ? serviceProblem(limit, use, dependencies) : successFinding(use, count, dependencies);
  } catch (error) {
    signal.throwIfAborted();
    log.warn(`Connection test of ${use.id}: ${causeLines(error).join("\n  caused by: ")}`);
    return serviceProblem(error, use, dependencies);
  }
}

/** Why a service that can be reached cannot answer. */
function limitOf(state: ServiceState | undefined): RouterError | undefined {
  if (state?.error?.reason === "data-policy") return state.error;
  if (!state?.quota?.exhausted) return undefined;
  const { name: service, quota } = state;
  return new RouterError("rate-limit-day", "Today's free requests are used up.", { service, retryAt: quota.resetsAt });
}

function successFinding(
  use: ServiceUse,
  count: number,
  { machine }: Pick<ServiceProblemOptions, "machine">,
): ConnectionFinding {
  const ok = count > 0;
  const sentences = [
    reachedSentence(use, machine),
    ok ? t("Models that can answer: {0}.", count) : t("It has no model that can answer. Add one, then test again."),
    use.automatic ? "" : t("It is used only if you select one of its models."),
  ];
  const sentence = sentences.filter(Boolean).join(" ");
  return ok
    ? { ok, sentence, label: t("Test a Model"), fix: { do: "ask-model" } }
    : { ok, sentence, label: t("Test Again"), fix: { do: "test-again" } };
}

function reachedSentence(use: ServiceUse, machine: string): string {
  if (isLocalServer(use)) return t("{0} is running on {1}.", serviceName(use), placeOf(use, { machine }));
  return serviceDescription(use.kind).keyPage === undefined
    ? t("{0} can be reached.", serviceName(use))
    : t("{0} accepts your API key.", serviceName(use));
}

/** What the user chose is no problem as long as another service can answer. */
function notContacted(baseUrl: string, ok: boolean): ConnectionFinding {
  const sentence = notLocalSentence(hostOf(originOf(baseUrl)));
  return { ok, sentence, label: t("Choose Order"), fix: { do: "choose-order" } };
}

/** Beside other services, the sentence says that it is about OpenRouter, and no account is needed. */
async function testOpenRouterAmong(
  { settings, testOpenRouter }: ServiceTestDependencies,
  signal: AbortSignal,
): Promise<ConnectionFinding> {
  const finding = await testOpenRouter(signal);
  if (settings.services.length === 0) return finding;
  const sentence =
    finding.fix.do === "sign-in"
      ? t("OpenRouter is not used, because no API key is set.")
      : t("OpenRouter: {0}", finding.sentence);
  return { ...finding, sentence };
}
