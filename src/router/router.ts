/*
 * The path of a completion:
 *
 *   request         request.ts                a chat request in the OpenAI shape
 *   → capabilities  capability.ts             what the request needs: images, tools, context tokens, ...
 *   → pool          catalogue.ts, pool.ts     the free models that can answer it
 *   → attempts      failover.ts, attempt.ts   one model after another until there is an answer
 *   → events        events.ts                 deltas, failed attempts, `completion-end`
 *
 * This file prepares a completion up to the pool; failover.ts runs its attempts.
 */
import { type RouterEvent } from "./events";
import { Candidates, type Tier } from "./candidates";
import { requiredCapabilities, type CapabilitySet } from "./capability";
import { createCatalogue, type Catalogue } from "./catalogue";
import { type Model, type ModelId } from "./model";
import { Cooldowns } from "./cooldown";
import { toRouterError, isRouterError, RouterError } from "./errors";
import { explain, noCandidateError, type Explanation } from "./explanation";
import { failover, type FailoverOptions } from "./failover";
import { fetchDailyRequests } from "./keyQuota";
import { Ledger, type Quota } from "./ledger";
import { OutcomeRecorder } from "./attribution";
import { silentLog, type Log } from "./log";
import { rejectMalformedKey } from "./openrouter";
import { servicePages } from "./pages";
import { candidatePool, freeModels, type PoolFilter } from "./pool";
import { RefusalMemory } from "./refusalMemory";
import type { CompletionRequest } from "./request";
import { defaultSettings, type RouterSettings } from "./settings";
import { unlessAborted } from "./sleep";
import { memoryStorage, type RouterStorage } from "./storage";
import { createValidator, withSchemaInPrompt } from "./structured";
import { Tracker, type ModelStatistics } from "./tracker";

export interface RouterOptions {
  /** Called for each request; resolves to `undefined` if there is no key. */
  apiKey: () => Promise<string | undefined>;
  /** Called for each request; missing settings have their defaults. */
  settings?: () => Partial<RouterSettings>;
  /** Sends every request of the router. */
  fetch: typeof fetch;
  now?: () => number;
  random?: () => number;
  storage?: RouterStorage;
  log?: Log;
}

export interface CompletionOptions {
  signal?: AbortSignal;
  /** Start over with another model if an attempt fails after visible text. The caller must then discard that text. */
  restartAfterOutput?: boolean;
}

export interface Router {
  /** Yields events and ends with `completion-end`, or throws one `RouterError` (`aborted` after the caller's signal). */
  complete(request: CompletionRequest, options?: CompletionOptions): AsyncIterable<RouterEvent>;
  /** The free models of the service, previews included. Throws `RouterError` if there is no catalogue. */
  freeModels(): Promise<readonly Model[]>;
  /** What the request needs, the models that can answer it, and the rule that excludes each other model. */
  explain(request: CompletionRequest): Promise<Explanation>;
  /** What is left of the account's free requests. Asks the service at most once a minute. Throws `RouterError` for an invalid key. */
  quota(): Promise<Quota>;
  /** Statistics of each model that was tried. After a restart they are empty until `freeModels` or `complete` has read them. */
  statistics(): readonly ModelStatistics[];
  /** Notifies when cooldowns, quota, statistics or the catalogue may have changed. */
  onDidChange(listener: () => void): { dispose(): void };
}

/** The service's figures are up to a minute old, so more frequent requests give no new information. */
const quotaMaxAgeMs = 60_000;

/** Creates a router. One instance handles any number of concurrent completions; windows share its storage. */
export function createRouter(options: RouterOptions): Router {
  const { fetch, now = Date.now, random = Math.random, storage = memoryStorage(), log = silentLog } = options;
  const listeners = new Set<() => void>();
  const onDidChange = (): void => {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        log.error(`A change listener failed: ${String(error)}`);
      }
    }
  };
  const catalogues = createCatalogue({ fetch, now, storage, log, onDidChange });
  const cooldowns = new Cooldowns(storage, now, log);
  const ledger = new Ledger(storage, now, log);
  const tracker = new Tracker(storage, now, log);
  const refusals = new RefusalMemory(now);
  /** Unavailable pinned models that a notice has reported. */
  const reportedPins = new Set<ModelId>();
  let lastQuotaCheck: { account: string; at: number; promise: Promise<void> } | undefined;

  /** Collects everything that a completion needs. Throws `RouterError` if it cannot start. */
  async function prepare(
    request: CompletionRequest,
    { signal, restartAfterOutput = false }: CompletionOptions,
  ): Promise<FailoverOptions> {
    const initialSettings = currentSettings();
    if (request.messages.length === 0) throw new RouterError("bad-request", "The request has no messages.");
    const { key, catalogue, settings, validate } = await unlessAborted(load(request, initialSettings), signal).catch(
      (error: unknown) => {
        throw signal?.aborted ? new RouterError("aborted", "Stopped.") : toRouterError(error);
      },
    );
    const tiers = candidateTiers(request, catalogue, settings);
    return {
      notices: pinNotices(request, settings, tiers),
      candidates: new Candidates({ tiers, settings, cooldowns, tracker, random, now }),
      models: catalogue.models,
      recorder: new OutcomeRecorder({
        cooldowns,
        refusals,
        tracker,
        refreshCatalogue: () => void catalogues.refresh(settings),
      }),
      ...{ settings, key, validate, restartAfterOutput, signal, fetch, now, log, ledger, onDidChange },
    };
  }

  /** Loads the key, the catalogue and the shared state. None of it counts as a free request. */
  async function load(request: CompletionRequest, initialSettings: RouterSettings) {
    const key = await requireKey();
    const [{ catalogue, settings }, validate] = await Promise.all([
      loadCatalogue(initialSettings),
      createValidator(request.response_format),
      ledger.open(key),
      cooldowns.sync(),
      tracker.sync(),
    ]);
    await recheckDayBlock(key, settings);
    return { key, catalogue, settings, validate };
  }

  function currentSettings(): RouterSettings {
    const given = Object.entries(options.settings?.() ?? {}).filter(([, value]) => value !== undefined);
    return { ...defaultSettings, ...Object.fromEntries(given) };
  }

  /** The key, if there is one. Throws `RouterError` (unauthorized) for a malformed key. */
  async function readKey(): Promise<string | undefined> {
    const key = (await options.apiKey())?.trim();
    if (key) rejectMalformedKey(key);
    return key;
  }

  async function requireKey(): Promise<string> {
    const key = await readKey();
    if (!key)
      throw new RouterError("no-key", "No API key is set. Create one with a free OpenRouter account.", {
        link: servicePages.keys,
      });
    return key;
  }

  /** Without a catalogue the router cannot choose a model, but the service's own router still can. */
  async function loadCatalogue(settings: RouterSettings): Promise<{ catalogue: Catalogue; settings: RouterSettings }> {
    try {
      return { catalogue: await catalogues.load(settings), settings };
    } catch (error) {
      if (!isRouterError(error) || error.reason === "offline") throw error;
      log.warn(`Could not load the catalogue. Using the service's own router: ${error.message}`);
      return { catalogue: { models: [], paidRows: [], fetchedAt: 0 }, settings: { ...settings, strategy: "server" } };
    }
  }

  /** A daily block can end early (purchased credits, a changed limit). The service's figures show this, at no cost. */
  async function recheckDayBlock(key: string, settings: RouterSettings): Promise<void> {
    const since = ledger.dayBlockedSince();
    if (since === undefined || now() - since < quotaMaxAgeMs) return;
    await updateQuota(key, settings).catch((error: unknown) => log.debug(`Could not get the quota: ${String(error)}`));
  }

  /** All callers within a minute share one request, even a failed one, so that an unreachable service is not asked repeatedly. */
  function updateQuota(key: string, settings: RouterSettings): Promise<void> {
    const account = `${settings.baseUrl} ${key}`;
    if (lastQuotaCheck?.account !== account || now() - lastQuotaCheck.at >= quotaMaxAgeMs)
      lastQuotaCheck = { account, at: now(), promise: fetchQuota(key, settings) };
    return lastQuotaCheck.promise;
  }

  async function fetchQuota(key: string, settings: RouterSettings): Promise<void> {
    const daily = await fetchDailyRequests(fetch, settings, key, now());
    if (daily) await ledger.correct(daily);
    onDidChange();
  }

  /** The pools for the request: first in its original form, then with its schema in the prompt. Throws `RouterError` if all are empty. */
  function candidateTiers(request: CompletionRequest, catalogue: Catalogue, settings: RouterSettings): Tier[] {
    const needs = requiredCapabilities(request);
    const filter = poolFilter(request, needs, settings);
    const pool = candidatePool(catalogue.models, filter);
    const tiers: Tier[] = [{ request, pool }];
    if (needs.capabilities.includes("structured_outputs")) {
      const jsonModeFilter = {
        ...filter,
        needs: {
          ...needs,
          capabilities: needs.capabilities.map((each) => (each === "structured_outputs" ? "response_format" : each)),
        },
      };
      const others = candidatePool(catalogue.models, jsonModeFilter).filter((model) => !pool.includes(model));
      tiers.push({ request: withSchemaInPrompt(request), pool: others });
    }
    if (settings.strategy === "server" || tiers.some((tier) => tier.pool.length > 0)) return tiers;
    if (refusals.clearPolicyRefusals()) return candidateTiers(request, catalogue, settings);
    throw noCandidateError(catalogue.models, filter);
  }

  function poolFilter(request: CompletionRequest, needs: CapabilitySet, settings: RouterSettings): PoolFilter {
    const { strategy, pinnedModel, fallbacks } = settings;
    return {
      needs,
      maxTokens: request.max_tokens,
      exclude: new Set([...settings.exclude, ...(request.exclude ?? [])]),
      includePreviewModels: settings.includePreviewModels,
      namedByUser: new Set(
        strategy === "fallbacks" ? fallbacks : strategy === "pinned" && pinnedModel ? [pinnedModel] : [],
      ),
      refusals,
      now: now(),
    };
  }

  /** Reports an unavailable pinned model once; the rest of the pool answers instead. */
  function pinNotices(
    { exclude }: CompletionRequest,
    { strategy, pinnedModel }: RouterSettings,
    tiers: readonly Tier[],
  ): RouterEvent[] {
    if (strategy !== "pinned" || !pinnedModel || exclude?.includes(pinnedModel)) return [];
    if (tiers.some(({ pool }) => pool.some(({ id }) => id === pinnedModel))) {
      reportedPins.delete(pinnedModel);
      return [];
    }
    if (reportedPins.has(pinnedModel)) return [];
    reportedPins.add(pinnedModel);
    const message = `${pinnedModel} is not available for this request. Another free model answers.`;
    return [{ type: "notice", notice: "pinned-unavailable", model: pinnedModel, message }];
  }

  return {
    complete: (request, completion = {}) => failover(() => prepare(request, completion)),

    async freeModels() {
      await Promise.all([cooldowns.sync(), tracker.sync()]);
      const catalogue = await catalogues.load(currentSettings());
      return freeModels(catalogue.models, now());
    },

    async explain(request) {
      const settings = currentSettings();
      const [catalogue] = await Promise.all([catalogues.load(settings), cooldowns.sync()]);
      return explain(catalogue, poolFilter(request, requiredCapabilities(request), settings), cooldowns);
    },

    async quota() {
      const settings = currentSettings();
      const key = await readKey();
      if (key) {
        await ledger.open(key);
        await updateQuota(key, settings).catch((error: unknown) => {
          if (isRouterError(error) && error.reason === "unauthorized") throw error;
          log.debug(`Could not get the quota: ${String(error)}`);
        });
      }
      return ledger.quota(settings.requestsPerMinute);
    },

    statistics: () => tracker.statistics((model) => cooldowns.get(model)?.until),

    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}
