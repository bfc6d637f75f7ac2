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
import type { OutcomeMemory } from "./attribution";
import { candidatePools, type CandidatePools } from "./candidatePools";
import { createCatalogue, type Catalogue } from "./catalogue";
import { ChargedModels, type ChargedModel } from "./chargedModels";
import { Cooldowns } from "./cooldown";
import { isRouterError, RouterError, toRouterError } from "./errors";
import type { RouterEvent } from "./events";
import { explain, noCandidateError, type Explanation } from "./explanation";
import { failover, type FailoverOptions } from "./failover";
import { fetchDailyRequests } from "./services/openrouter/keyQuota";
import { Ledger, type Book, type Quota } from "./ledger";
import { silentLog, type Log } from "./log";
import type { Model, ModelId } from "./model";
import { rejectMalformedKey } from "./services/openrouter/headers";
import { drawOrder } from "./order";
import { servicePages } from "./pages";
import { patienceMs } from "./patience";
import { freeModels } from "./pool";
import { RefusalMemory } from "./refusalMemory";
import type { CompletionRequest } from "./request";
import { policyScope, scopeOf, type Scope } from "./scope";
import { defaultSettings, type RouterSettings } from "./settings";
import { unlessAborted } from "./sleep";
import { memoryStorage, withTimeLimit, type RouterStorage } from "./storage";
import { createValidator } from "./structured";
import { Tracker, type Feedback, type ModelStatistics } from "./tracker";
import { rejectUnsendable } from "./unsendable";

export interface RouterOptions {
  /** Called for each request; resolves to `undefined` if there is no key. A `RouterError` that it rejects with ends the completion. */
  apiKey: (use: KeyUse) => Promise<string | undefined>;
  /** Called for each request; missing settings have their defaults. */
  settings?: () => Partial<RouterSettings>;
  /** Sends every request of the router. */
  fetch: typeof fetch;
  now?: () => number;
  random?: () => number;
  storage?: RouterStorage;
  log?: Log;
}

/** The request that needs a key. */
export interface KeyUse {
  /** Where the key will be sent. */
  baseUrl: string;
  /** `background`: no user is waiting for the request, so it must not ask anything. */
  purpose: "completion" | "background";
}

export interface CompletionOptions {
  signal?: AbortSignal;
  /** Start over with another model if an attempt fails after visible text. The caller must then discard that text. */
  restartAfterOutput?: boolean;
  /** Subscribes the router to the user's wish to ask another model at once, while the present one is silent. */
  onAskAnother?: (listener: () => void) => { dispose(): void };
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
  /** Records what the user did with an answer of the model, for the strategy `adaptive`. */
  feedback(model: ModelId, feedback: Feedback): void;
  /** Models that charged the account although they were listed as free. They are not used until the user brings them back. */
  chargedModels(): Promise<readonly ChargedModel[]>;
  /** Uses a charged model again. */
  bringBack(model: ModelId): Promise<void>;
  /** Notifies when cooldowns, quota, statistics or the catalogue may have changed. */
  onDidChange(listener: () => void): { dispose(): void };
}

/** The service's figures are up to a minute old, so more frequent requests give no new information. */
const quotaMaxAgeMs = 60_000;

/** Creates a router. One instance handles any number of concurrent completions; windows share its storage. */
export function createRouter(options: RouterOptions): Router {
  const { fetch, now = Date.now, random = Math.random, log = silentLog } = options;
  const storage = options.storage ? withTimeLimit(options.storage) : memoryStorage();
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
  const charged = new ChargedModels(storage, log);
  const refusals = new RefusalMemory(storage, now, log, charged);
  /** Unavailable pinned models that a notice has reported. */
  const reportedPins = new Set<ModelId>();
  let lastQuotaCheck: { account: string; at: number; promise: Promise<void> } | undefined;

  /** Collects everything that a completion needs. Throws `RouterError` if it cannot start. */
  async function prepare(request: CompletionRequest, completion: CompletionOptions): Promise<FailoverOptions> {
    const { signal, restartAfterOutput = false, onAskAnother } = completion;
    try {
      rejectUnsendable(request);
      const settings = currentSettings();
      const { key, book, catalogue, validate } = await unlessAborted(load(request, settings), signal);
      const scope = scopeOf(settings.baseUrl, key);
      const pools = candidatePools({
        ...{
          request,
          settings,
          catalogue,
          refusals: refusals.forScope(scope, policyScope(scope, settings)),
          now: now(),
        },
      });
      if (pools.isEmpty) throw noCandidateError(pools.models, pools.filter);
      if (pools.ignoresPolicyRefusals) refusals.clearPolicyRefusals(policyScope(scope, settings));
      return {
        notices: pinNotices(request, settings, pools),
        choice: {
          tiers: pools.tiers,
          order: drawOrder({
            models: pools.tiers.flatMap(({ pool }) => pool),
            needsTools: Boolean(request.tools?.length),
            experienceOf: (model) => tracker.experience(model),
            ...{ settings, random },
          }),
          serverRouterFirst: pools.serverRouterFirst,
          serverFallbacks: settings.serverFallbacks,
          cooldownOf: (model) => cooldowns.get(scope, model),
        },
        models: pools.models,
        memory: outcomeMemory(scope, settings),
        patienceMs: (model) => patienceMs(model, settings, book.quota(settings.requestsPerMinute), tracker),
        // Without the row's reasoning object, nothing is known, or there is no reasoning to switch off.
        isReasoningMandatory: (model) =>
          pools.models.find(({ id }) => id === model)?.reasoning?.mandatory !== false ||
          refusals.isReasoningMandatory(scope, model),
        ...{ settings, key, book, validate, restartAfterOutput, signal, onAskAnother, fetch, now, log, onDidChange },
      };
    } catch (error) {
      throw signal?.aborted ? new RouterError("aborted", "Stopped.") : toRouterError(error);
    }
  }

  /** Loads the key, the catalogue and the shared state. None of it counts as a free request. */
  async function load(request: CompletionRequest, settings: RouterSettings) {
    const key = await requireKey(settings);
    const [catalogue, validate, book] = await Promise.all([
      loadCatalogue(settings, key),
      createValidator(request.response_format),
      ledger.open(key, settings.baseUrl),
      syncMemory(),
    ]);
    await recheckDayBlock(key, book, settings);
    return { key, book, catalogue, validate };
  }

  async function syncMemory(): Promise<void> {
    await Promise.all([cooldowns.sync(), tracker.sync(), refusals.sync(), charged.sync()]);
  }

  function outcomeMemory(scope: Scope, settings: RouterSettings): OutcomeMemory {
    return {
      coolDown: (model, seconds, details) => void cooldowns.add(scope, model, seconds, details),
      endCooldown: (model) => void cooldowns.clear(scope, model),
      exclude: (model, reason, ms) => void refusals.addModel(policyScope(scope, settings), model, reason, ms),
      excludeCapability: (model, capability) => void refusals.addCapability(scope, model, capability),
      requireReasoning: (model) => void refusals.addMandatoryReasoning(scope, model),
      excludeCharged: (model, cost) => void charged.add(scope, model, cost, now()),
      count: (model, outcome) => void tracker.add(model, outcome),
      refreshCatalogue: () => void catalogues.refresh(settings),
    };
  }

  /** Throws `RouterError` (internal) if the caller's function fails, like `givenKey`. */
  function currentSettings(): RouterSettings {
    try {
      const given = Object.entries(options.settings?.() ?? {}).filter(([, value]) => value !== undefined);
      return { ...defaultSettings, ...Object.fromEntries(given) };
    } catch (error) {
      throw toRouterError(error);
    }
  }

  async function givenKey({ baseUrl }: RouterSettings, purpose: KeyUse["purpose"] = "background") {
    try {
      return (await options.apiKey({ baseUrl, purpose }))?.trim();
    } catch (error) {
      throw toRouterError(error);
    }
  }

  /** The key, if there is one. Throws `RouterError` (unauthorized) for a malformed key. */
  async function readKey(settings: RouterSettings, purpose?: KeyUse["purpose"]): Promise<string | undefined> {
    const key = await givenKey(settings, purpose);
    if (key) rejectMalformedKey(key);
    return key;
  }

  async function requireKey(settings: RouterSettings): Promise<string> {
    const key = await readKey(settings, "completion");
    if (!key)
      throw new RouterError("no-key", "No API key is set. Create one with a free OpenRouter account.", {
        link: servicePages.keys,
      });
    return key;
  }

  /** The catalogue; `undefined` if there is none. Then the named models and the service's own router can still answer. */
  async function loadCatalogue(settings: RouterSettings, key?: string): Promise<Catalogue | undefined> {
    try {
      const catalogue = await catalogues.load(settings);
      refusals.forgetUnlisted(scopeOf(settings.baseUrl, key), catalogue);
      return catalogue;
    } catch (error) {
      if (!isRouterError(error) || error.reason === "offline") throw error;
      log.warn(`Could not load the catalogue. Using the service's own router: ${error.message}`);
      return undefined;
    }
  }

  /** A daily block can end early (purchased credits, a changed limit). The service's figures show this, at no cost. */
  async function recheckDayBlock(key: string, book: Book, settings: RouterSettings): Promise<void> {
    const since = book.dayBlockedSince();
    if (since === undefined || Math.abs(now() - since) < quotaMaxAgeMs) return;
    await updateQuota(key, book, settings).catch((error: unknown) =>
      log.debug(`Could not get the quota: ${String(error)}`),
    );
  }

  /** All callers within a minute share one request, even a failed one, so that an unreachable service is not asked repeatedly. */
  function updateQuota(key: string, book: Book, settings: RouterSettings): Promise<void> {
    const account = `${settings.baseUrl} ${key}`;
    const age = lastQuotaCheck?.account === account ? now() - lastQuotaCheck.at : Infinity;
    if (!lastQuotaCheck || age < 0 || age >= quotaMaxAgeMs)
      lastQuotaCheck = { account, at: now(), promise: fetchQuota(key, book, settings) };
    return lastQuotaCheck.promise;
  }

  async function fetchQuota(key: string, book: Book, settings: RouterSettings): Promise<void> {
    const requestedAt = now();
    const daily = await fetchDailyRequests(fetch, settings, key, requestedAt);
    if (daily) await book.correct(daily, requestedAt);
    onDidChange();
  }

  /** Reports an unavailable pinned model once; the rest of the pool answers instead. */
  function pinNotices(
    { exclude }: CompletionRequest,
    { strategy, pinnedModel }: RouterSettings,
    { tiers }: CandidatePools,
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
      await syncMemory();
      const catalogue = await catalogues.load(currentSettings());
      return freeModels(catalogue.models, now());
    },

    async explain(request) {
      const settings = currentSettings();
      const [catalogue, key] = await Promise.all([loadCatalogue(settings), givenKey(settings), syncMemory()]);
      const scope = scopeOf(settings.baseUrl, key);
      const known = refusals.forScope(scope, policyScope(scope, settings));
      return explain({ request, settings, catalogue, refusals: known, now: now() }, (model) =>
        cooldowns.get(scope, model),
      );
    },

    async quota() {
      const settings = currentSettings();
      const key = await readKey(settings);
      const book = await ledger.open(key ?? "", settings.baseUrl);
      if (key)
        await updateQuota(key, book, settings).catch((error: unknown) => {
          if (isRouterError(error) && error.reason === "unauthorized") throw error;
          log.debug(`Could not get the quota: ${String(error)}`);
        });
      return book.quota(settings.requestsPerMinute);
    },

    statistics() {
      const scope = scopeOf(currentSettings().baseUrl);
      return tracker.statistics((model) => cooldowns.get(scope, model)?.until);
    },

    feedback: (model, feedback) => void tracker.addFeedback(model, feedback).then(onDidChange),

    async chargedModels() {
      await charged.sync();
      const settings = currentSettings();
      return charged.list(scopeOf(settings.baseUrl, await readKey(settings)));
    },

    async bringBack(model) {
      const settings = currentSettings();
      await charged.bringBack(scopeOf(settings.baseUrl, await readKey(settings)), model);
      onDidChange();
    },

    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}
