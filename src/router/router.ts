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
import { isSpent } from "./book";
import { prepareRequest, type Tier } from "./candidatePools";
import { mergeCandidates, withPools } from "./candidates";
import type { ChargedModel } from "./chargedModels";
import { RouterError, isRouterError, toRouterError } from "./errors";
import type { RouterEvent } from "./events";
import { explain, noCandidateError, type Explanation } from "./explanation";
import { failover, type Preparation } from "./failover";
import { noKeyError, type KeySource, type KeyUse } from "./keys";
import type { Quota } from "./quota";
import { silentLog, type Log } from "./log";
import { Members, type OpenMember } from "./members";
import { serviceOf, type Model, type ModelId, type ServiceId } from "./model";
import { patienceMs } from "./patience";
import { freeModels } from "./pool";
import { adaptiveWeights } from "./quality";
import type { CompletionRequest } from "./request";
import { serviceFor, openRouterAt, usedServices, type PoolService } from "./services/registry";
import { defaultSettings, type RequestSettings, type RouterSettings } from "./settings";
import { settledTogether } from "./settledTogether";
import { unlessAborted } from "./sleep";
import { StartNotices } from "./startNotices";
import { memoryStorage, withTimeLimit, type RouterStorage } from "./storage";
import { createValidator } from "./structured";
import { Tracker, type Feedback, type ModelStatistics } from "./tracker";
import { rejectUnsendable } from "./unsendable";
import { isLoading, whileLoading } from "./whileLoading";

export interface RouterOptions {
  /** Called for each request; resolves to `undefined` if there is no key. A `RouterError` that it rejects with ends the completion. */
  apiKey: KeySource;
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
  /**
   * The models that can answer a request, the best first, by the catalogue's benchmarks and the experience on this computer; those in
   * cooldown last. Throws `RouterError` if there is no catalogue.
   */
  bestModels(request: CompletionRequest): Promise<readonly Model[]>;
  /**
   * What is left of the account's free requests. Asks the service at most once a minute, more often after a refusal for the day. Throws
   * `RouterError` for an invalid key.
   */
  quota(): Promise<Quota>;
  /** The same for a user who asks for it, by figures that the service is asked for now. */
  recheckQuota(): Promise<Quota>;
  /** The state of each service in use, OpenRouter first. Asks no service for an answer. */
  services(): Promise<readonly ServiceState[]>;
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

/** A service in use. */
export interface ServiceState {
  readonly id: ServiceId;
  readonly kind: PoolService["kind"];
  readonly name: string;
  readonly place: "local" | "remote";
  readonly baseUrl: string;
  /** How many free models it offers now. */
  readonly modelCount: number;
  /** Why it cannot be used. */
  readonly error?: RouterError;
  /** `undefined` for a local server, which counts nothing. */
  readonly quota?: Quota;
}

/** Once a service is ready, the others get this long to become ready too. */
const lateMs = 1_500;

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
  const tracker = new Tracker(storage, now, log);
  const members = new Members({ apiKey: options.apiKey, fetch, now, storage, log, tracker, onDidChange });
  const notices = new StartNotices();

  /** Collects everything that a completion needs. Throws `RouterError` if it cannot start. */
  async function* prepare(request: CompletionRequest, completion: CompletionOptions): Preparation {
    const { signal, restartAfterOutput = false, onAskAnother } = completion;
    try {
      rejectUnsendable(request);
      const settings = settingsFor(request);
      const validator = createValidator(request.response_format);
      const load = () => unlessAborted(Promise.all([openServices(settings, "completion"), validator]), signal);
      const loading = whileLoading(load, now, signal);
      let step = await loading.next();
      for (; !step.done; step = await loading.next()) yield { type: "wait", ...step.value };
      const [opened, validate] = step.value;
      const asked = prepareRequest(request);
      const parts = opened.map((member) => withPools(member, asked, settings, now()));
      const usable = parts.filter(({ pools }) => !pools.isEmpty);
      if (usable.length === 0) throw noCandidateError(parts.map(({ pools }) => pools));
      for (const { pools, clearPolicyRefusals } of usable) if (pools.ignoresPolicyRefusals) clearPolicyRefusals();
      const { tiers, choice, memberOf, tokens } = mergeCandidates(usable, {
        ...{ asked, settings, random },
        experienceOf: (model) => tracker.experience(model),
        toolRecordOf: (model) => tracker.toolRecord(model),
      });
      return {
        notices: notices.next(request, settings, { usable, tiers }),
        ...{ choice, memberOf, tokens },
        blockedError: () => blockedError(usable, tiers, memberOf),
        patienceMs: (model) => (request.hedge === false ? Infinity : patienceOf(memberOf(model), model, settings)),
        ...{ settings, validate, restartAfterOutput, signal, onAskAnother, fetch, now, log, onDidChange },
      };
    } catch (error) {
      throw signal?.aborted ? new RouterError("aborted", "Stopped.") : toRouterError(error);
    }
  }

  /** Opens the services of the settings. One that cannot be used, or is slow, is left out; throws `RouterError` if none can be used. */
  async function openServices(settings: RequestSettings, purpose: KeyUse["purpose"]): Promise<readonly OpenMember[]> {
    const opening = usedServices(settings).map((use) => members.open(use, settings, purpose));
    const [{ values, errors }] = await Promise.all([settledTogether(opening, lateMs), members.sync()]);
    if (values.length === 0) throw toRouterError(mostUsefulError(errors));
    return values;
  }

  async function quota(read: "updateQuota" | "recheckQuota"): Promise<Quota> {
    const settings = currentSettings();
    const account = await members.openAccount(openRouterAt(settings.baseUrl), settings);
    const { service, access, admission } = account;
    if (access.key) {
      service.headers(access.key);
      await account[read]().catch((error: unknown) => {
        if (isRouterError(error) && error.reason === "unauthorized") throw error;
        log.debug(`Could not get the quota: ${String(error)}`);
      });
    }
    return admission.quota();
  }

  async function serviceState(use: PoolService, settings: RouterSettings): Promise<ServiceState> {
    const { name, place } = serviceFor(use);
    const { id, kind, baseUrl } = use;
    const state = { id, kind, name, place, baseUrl, modelCount: 0 };
    try {
      const { service, access, models, admission } = await members.open(use, settings, "background");
      const modelCount = freeModels(models, now()).length;
      if (service.needsKey && access.key === "") return { ...state, modelCount, error: noKeyError(service) };
      return { ...state, modelCount, ...(place === "remote" && { quota: admission.quota() }) };
    } catch (error) {
      return { ...state, error: toRouterError(error) };
    }
  }

  /** A local server takes its time to load a model, and most answer one question at a time. */
  function patienceOf({ service, admissionOf }: OpenMember, model: ModelId, settings: RouterSettings): number {
    if (service.place === "local") return Infinity;
    return patienceMs(model, settings, admissionOf(model).quota(), tracker);
  }

  /** Throws `RouterError` (internal) if the caller's function fails. */
  function currentSettings(): RouterSettings {
    try {
      const given = Object.entries(options.settings?.() ?? {}).filter(([, value]) => value !== undefined);
      return { ...defaultSettings, ...Object.fromEntries(given) };
    } catch (error) {
      throw toRouterError(error);
    }
  }

  function settingsFor({ onlyLocal, pin, reserve }: CompletionRequest): RequestSettings {
    return {
      ...{ ...currentSettings(), reserve },
      ...(onlyLocal && { serviceOrder: "only-local" }),
      ...(pin && { strategy: "pinned", pinnedModel: pin }),
    };
  }

  async function explainRequest(request: CompletionRequest): Promise<Explanation> {
    const settings = settingsFor(request);
    const opened = await openServices(settings, "background");
    const asked = prepareRequest(request);
    const parts = opened.map((member) => withPools(member, asked, settings, now()));
    const isUsedUp = ({ admission }: OpenMember): boolean => isSpent(admission.limit());
    const canAnswer = parts.some((part) => !part.pools.isEmpty && !isUsedUp(part));
    return explain(
      parts.map((part) => ({ ...part, isUsedUp: canAnswer && isUsedUp(part) })),
      now(),
    );
  }

  return {
    complete: (request, completion = {}) => failover(() => prepare(request, completion)),

    async freeModels() {
      await members.sync();
      const settings = currentSettings();
      const loading = usedServices(settings).map((use) => members.catalogue(use, settings));
      const { values, errors } = await settledTogether(loading, lateMs);
      if (values.length === 0 && errors.length > 0) throw toRouterError(mostUsefulError(errors));
      return values.flatMap(({ models }) => freeModels(models, now()));
    },

    explain: explainRequest,

    async bestModels(request) {
      const { pool, excluded } = await explainRequest(request);
      const weights = adaptiveWeights(pool, "coding", (model) => tracker.experience(model));
      const best = pool.toSorted((one, other) => (weights.get(other.id) ?? 0) - (weights.get(one.id) ?? 0));
      return [...best, ...excluded.flatMap(({ model, rule }) => (rule === "resting" ? model : []))];
    },

    quota: () => quota("updateQuota"),
    recheckQuota: () => quota("recheckQuota"),

    services() {
      const settings = currentSettings();
      return Promise.all(usedServices(settings).map((use) => serviceState(use, settings)));
    },

    statistics() {
      const settings = currentSettings();
      const addresses = new Map(usedServices(settings).map(({ id, baseUrl }) => [id, baseUrl]));
      return tracker.statistics((model) =>
        members.cooldownEnd(addresses.get(serviceOf(model)) ?? settings.baseUrl, model),
      );
    },

    feedback: (model, feedback) => void tracker.addFeedback(model, feedback).then(onDidChange),

    async chargedModels() {
      const charged = usedServices(currentSettings()).map((use) => members.chargedModels(use));
      return (await Promise.all(charged)).flat();
    },

    async bringBack(model) {
      const settings = currentSettings();
      const use = usedServices(settings).find(({ id }) => id === serviceOf(model));
      await members.bringBack(use ?? openRouterAt(settings.baseUrl), model);
      onDidChange();
    },

    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}

/**
 * The error if the day is used up for every candidate. Of one for which it is not, the model has failed: that says more. So does a rest
 * that is reserved for others, since they can still use it.
 */
function blockedError(
  opened: readonly OpenMember[],
  tiers: readonly Tier[],
  memberOf: (model: ModelId) => OpenMember,
): RouterError | undefined {
  const candidates = tiers.flatMap(({ pool }) => pool.map(({ id }) => memberOf(id).admissionOf(id)));
  const admissions = new Set(candidates.length > 0 ? candidates : opened.map(({ admission }) => admission));
  const errors = [...admissions].map((each) => each.blockedError());
  if (!errors.every((error) => error !== undefined)) return undefined;
  return errors.find(({ reason }) => reason === "reserved") ?? errors[0];
}

/**
 * A server that is loading a model can be waited for. Someone who uses other services may have no account at OpenRouter, so the lack of a
 * key says least.
 */
function mostUsefulError(errors: readonly unknown[]): unknown {
  return (
    errors.find(isLoading) ??
    errors.find((error) => !isRouterError(error) || error.reason !== "no-key") ??
    errors[0] ??
    noLocalServiceError()
  );
}

/** *Only local* leaves no service if none of them is on this computer. */
function noLocalServiceError(): RouterError {
  return new RouterError("not-local", "Only local is on, and no service on this computer is in use.");
}
