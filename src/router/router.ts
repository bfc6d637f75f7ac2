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
  /** Read anew for each request; `undefined` where there is none. */
  apiKey: () => Promise<string | undefined>;
  /** Read anew for each request; what is missing has its default. */
  settings?: () => Partial<RouterSettings>;
  /** The only way out. */
  fetch: typeof fetch;
  now?: () => number;
  random?: () => number;
  storage?: RouterStorage;
  log?: Log;
}

export interface CompletionOptions {
  signal?: AbortSignal;
  /** The caller can void what it showed: a failure after visible text starts over with another model. */
  restartAfterOutput?: boolean;
}

export interface Router {
  /** Ends with `completion-end` or throws one `RouterError` (`aborted` after the caller's own stop); never both, never neither. */
  complete(request: CompletionRequest, options?: CompletionOptions): AsyncIterable<RouterEvent>;
  /** The free models on offer, previews included; throws `RouterError` where no catalogue can be had. */
  freeModels(): Promise<readonly Model[]>;
  /** For a request: what it needs, who can take it, and the rule that rules out each other model of the catalogue. */
  explain(request: CompletionRequest): Promise<Explanation>;
  /** What is left today; asks the service at most once a minute. Throws `RouterError` where the key is refused. */
  quota(): Promise<Quota>;
  /** What was seen of each model that was asked; after a restart, once `freeModels` or a completion has read it. */
  statistics(): readonly ModelStatistics[];
  /** After anything a status display shows may have changed: rests, quota, statistics, catalogue. */
  onDidChange(listener: () => void): { dispose(): void };
}

/** The service's own figures are a minute old at worst; asking more often tells nothing new. */
const quotaAgeMs = 60_000;

/** The router: one for all windows of a storage, any number of completions at once. */
export function createRouter(options: RouterOptions): Router {
  const { fetch, now = Date.now, random = Math.random, storage = memoryStorage(), log = silentLog } = options;
  const listeners = new Set<() => void>();
  const onDidChange = (): void => {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        log.error(`A listener failed: ${String(error)}`);
      }
    }
  };
  const catalogues = createCatalogue({ fetch, now, storage, log, onDidChange });
  const cooldowns = new Cooldowns(storage, now, log);
  const ledger = new Ledger(storage, now, log);
  const tracker = new Tracker(storage, now, log);
  const refusals = new RefusalMemory(now);
  const pinsToldOf = new Set<ModelId>();
  let asked: { account: string; at: number; told: Promise<void> } | undefined;

  /** Everything a completion works with; throws `RouterError` where it cannot even begin. */
  async function begin(
    request: CompletionRequest,
    { signal, restartAfterOutput = false }: CompletionOptions,
  ): Promise<FailoverOptions> {
    const given = currentSettings();
    if (request.messages.length === 0) throw new RouterError("bad-request", "The request has no message.");
    const { key, catalogue, settings, validate } = await unlessAborted(prepare(request, given), signal).catch(
      (error: unknown) => {
        throw signal?.aborted ? new RouterError("aborted", "Stopped.") : toRouterError(error);
      },
    );
    const tiers = tiersOf(request, catalogue, settings);
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

  /** What a completion needs to know before it can choose; nothing of it costs a request. */
  async function prepare(request: CompletionRequest, given: RouterSettings) {
    const key = await requireKey();
    const [{ catalogue, settings }, validate] = await Promise.all([
      catalogueFor(given),
      createValidator(request.response_format),
      ledger.open(key),
      cooldowns.sync(),
      tracker.sync(),
    ]);
    await lookAtLatch(key, settings);
    return { key, catalogue, settings, validate };
  }

  function currentSettings(): RouterSettings {
    const given = Object.entries(options.settings?.() ?? {}).filter(([, value]) => value !== undefined);
    return { ...defaultSettings, ...Object.fromEntries(given) };
  }

  /** Throws as `refuseMisspelt` does. */
  async function presentKey(): Promise<string | undefined> {
    const key = (await options.apiKey())?.trim();
    if (key) rejectMalformedKey(key);
    return key;
  }

  async function requireKey(): Promise<string> {
    const key = await presentKey();
    if (!key)
      throw new RouterError("no-key", "There is no API key yet. An OpenRouter account has one for nothing.", {
        link: servicePages.keys,
      });
    return key;
  }

  /** Without a catalogue nothing can be chosen here, but the service itself can still choose. */
  async function catalogueFor(settings: RouterSettings): Promise<{ catalogue: Catalogue; settings: RouterSettings }> {
    try {
      return { catalogue: await catalogues.load(settings), settings };
    } catch (error) {
      if (!isRouterError(error) || error.reason === "offline") throw error;
      log.warn(`No catalogue, so the service chooses: ${error.message}`);
      return { catalogue: { models: [], paidRows: [], fetchedAt: 0 }, settings: { ...settings, strategy: "server" } };
    }
  }

  /** A daily latch may have ended early (credits bought, another account's day): the service's figures tell, for nothing. */
  async function lookAtLatch(key: string, settings: RouterSettings): Promise<void> {
    const since = ledger.dayBlockedSince();
    if (since === undefined || now() - since < quotaAgeMs) return;
    await correctQuota(key, settings).catch((error: unknown) => log.debug(`Quota not told: ${String(error)}`));
  }

  /** All who look within a minute share one request, also one that failed: a network that is away is not asked again and again. */
  function correctQuota(key: string, settings: RouterSettings): Promise<void> {
    const account = `${settings.baseUrl} ${key}`;
    if (asked?.account !== account || now() - asked.at >= quotaAgeMs)
      asked = { account, at: now(), told: askQuota(key, settings) };
    return asked.told;
  }

  async function askQuota(key: string, settings: RouterSettings): Promise<void> {
    const daily = await fetchDailyRequests(fetch, settings, key, now());
    if (daily) await ledger.correct(daily);
    onDidChange();
  }

  /** Who can take the request, in its best form first. Throws `RouterError` where nobody can. */
  function tiersOf(request: CompletionRequest, catalogue: Catalogue, settings: RouterSettings): Tier[] {
    const needs = requiredCapabilities(request);
    const filter = filterOf(request, needs, settings);
    const pool = candidatePool(catalogue.models, filter);
    const tiers: Tier[] = [{ request, pool }];
    if (needs.capabilities.includes("structured_outputs")) {
      const jsonMode = {
        ...filter,
        needs: {
          ...needs,
          capabilities: needs.capabilities.map((each) => (each === "structured_outputs" ? "response_format" : each)),
        },
      };
      const lesser = candidatePool(catalogue.models, jsonMode).filter((model) => !pool.includes(model));
      tiers.push({ request: withSchemaInPrompt(request), pool: lesser });
    }
    if (settings.strategy === "server" || tiers.some((tier) => tier.pool.length > 0)) return tiers;
    if (refusals.clearPolicyRefusals()) return tiersOf(request, catalogue, settings);
    throw noCandidateError(catalogue.models, filter);
  }

  function filterOf(request: CompletionRequest, needs: CapabilitySet, settings: RouterSettings): PoolFilter {
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

  /** A pinned model that cannot be asked is told once; the pool answers instead. */
  function pinNotices(
    { exclude }: CompletionRequest,
    { strategy, pinnedModel }: RouterSettings,
    tiers: readonly Tier[],
  ): RouterEvent[] {
    if (strategy !== "pinned" || !pinnedModel || exclude?.includes(pinnedModel)) return [];
    if (tiers.some(({ pool }) => pool.some(({ id }) => id === pinnedModel))) {
      pinsToldOf.delete(pinnedModel);
      return [];
    }
    if (pinsToldOf.has(pinnedModel)) return [];
    pinsToldOf.add(pinnedModel);
    const message = `${pinnedModel} cannot take this request now, so another free model answers.`;
    return [{ type: "notice", notice: "pinned-unavailable", model: pinnedModel, message }];
  }

  return {
    complete: (request, completion = {}) => failover(() => begin(request, completion)),

    async freeModels() {
      await Promise.all([cooldowns.sync(), tracker.sync()]);
      const catalogue = await catalogues.load(currentSettings());
      return freeModels(catalogue.models, now());
    },

    async explain(request) {
      const settings = currentSettings();
      const [catalogue] = await Promise.all([catalogues.load(settings), cooldowns.sync()]);
      return explain(catalogue, filterOf(request, requiredCapabilities(request), settings), cooldowns);
    },

    async quota() {
      const settings = currentSettings();
      const key = await presentKey();
      if (key) {
        await ledger.open(key);
        await correctQuota(key, settings).catch((error: unknown) => {
          if (isRouterError(error) && error.reason === "unauthorized") throw error;
          log.debug(`Quota not told: ${String(error)}`);
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
