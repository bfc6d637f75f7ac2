import { bookAdmission, type Admission } from "./admission";
import type { OutcomeMemory } from "./attribution";
import type { Book } from "./book";
import { createCatalogue, type Catalogue } from "./catalogue";
import { ChargedModels, type ChargedModel } from "./chargedModels";
import { Cooldowns, type Cooldown } from "./cooldown";
import { isRouterError, RouterError } from "./errors";
import { givenKey, requireKey, type KeySource, type KeyUse } from "./keys";
import { Ledger } from "./ledger";
import { LocalAdmission } from "./localAdmission";
import type { Log } from "./log";
import type { Member } from "./member";
import type { Model, ModelId } from "./model";
import { modelAdmissions, type Admissions } from "./modelAdmissions";
import type { KnownRefusals } from "./pool";
import { QuotaChecks } from "./quotaChecks";
import type { CompletionRequest } from "./request";
import { RefusalMemory } from "./refusalMemory";
import { policyScope, scopeOf, type Scope } from "./scope";
import { serviceFor, type PoolService } from "./services/registry";
import type { Access, Service } from "./services/service";
import type { RequestSettings, RouterSettings } from "./settings";
import { Slots } from "./slots";
import type { RouterStorage } from "./storage";
import { withTokenWindows } from "./tokenWindow";
import type { Tracker } from "./tracker";
import { examinePrompt } from "./truncation";
import { WindowMemory } from "./windowMemory";

export interface MembersOptions {
  readonly apiKey: KeySource;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly storage: RouterStorage;
  readonly log: Log;
  readonly tracker: Tracker;
  readonly onDidChange: () => void;
}

/** A service that was opened for one request. */
export interface OpenMember extends Member {
  readonly use: PoolService;
  /** `undefined` if there is none: then the named models and the service's own router can still answer. */
  readonly catalogue: Catalogue | undefined;
  readonly refusals: KnownRefusals;
  readonly cooldownOf: (model: ModelId) => Cooldown | undefined;
  /** Forgets refusals by the account's privacy settings: the user may have changed them. */
  readonly clearPolicyRefusals: () => void;
}

/** The account at a service, and what limits its requests. */
export interface OpenAccount {
  readonly service: Service;
  readonly access: Access;
  /** For requests to any of its models. */
  readonly admission: Admission;
  /** What limits the requests to these models. */
  readonly admissionsOf: (models: readonly Model[]) => Admissions;
  /** The catalogue with what the account's limits allow. */
  readonly limited: (catalogue: Catalogue) => Catalogue;
  /** Corrects the count of the day by the service's figures. Throws `RouterError`. */
  readonly updateQuota: () => Promise<void>;
  /** Does so by new figures. Throws `RouterError`. */
  readonly recheckQuota: () => Promise<void>;
  /** Brings what limits requests up to date before a completion. Never throws. */
  readonly prepare: () => Promise<void>;
}

/** Opens the services of the pool: their keys, their lists of models, and what is known of their models. */
export class Members {
  readonly #options: MembersOptions;
  readonly #catalogues;
  readonly #cooldowns;
  readonly #ledger;
  readonly #charged;
  readonly #refusals;
  readonly #quotaChecks;
  readonly #slots;
  readonly #loadingUntil = new Map<string, number>();
  readonly #windows;

  constructor(options: MembersOptions) {
    const { fetch, now, storage, log, onDidChange } = options;
    this.#options = options;
    this.#catalogues = createCatalogue({ fetch, now, storage, log, onDidChange });
    this.#cooldowns = new Cooldowns(storage, now, log);
    this.#ledger = new Ledger(storage, now, log);
    this.#charged = new ChargedModels(storage, log);
    this.#refusals = new RefusalMemory(storage, now, log, this.#charged);
    this.#slots = new Slots(storage, now, log);
    this.#windows = new WindowMemory(storage, now, log);
    this.#quotaChecks = new QuotaChecks({ fetch, now, log, onDidChange });
  }

  /** Reads what other windows have stored. */
  async sync(): Promise<void> {
    const { tracker } = this.#options;
    const shared = [this.#cooldowns, tracker, this.#refusals, this.#charged, this.#windows];
    await Promise.all(shared.map((each) => each.sync()));
  }

  /**
   * Opens a service for a request. For a completion it throws `RouterError` without a key. Also throws if nothing is known of its models.
   * With `dataCollection: deny`, also for a service that may keep or train on prompts. None of it counts as a free request.
   */
  async open(use: PoolService, settings: RequestSettings, purpose: KeyUse["purpose"]): Promise<OpenMember> {
    const service = allowedService(use, settings);
    const isKeyRequired = purpose === "completion" || !service.listsWithoutKey;
    const key = isKeyRequired ? await this.#requiredKey(service, use.baseUrl, purpose) : await this.#key(use);
    const [catalogue, account] = await Promise.all([
      this.#loadCatalogue(service, { baseUrl: use.baseUrl, key }, purpose),
      this.#openAccount(service, { baseUrl: use.baseUrl, key }, settings),
    ]);
    if (purpose === "completion") await account.prepare();
    return this.#member(use, { ...account, catalogue: catalogue && account.limited(catalogue) }, settings);
  }

  /** Opens only the account of a service. */
  async openAccount(use: PoolService, settings: RouterSettings): Promise<OpenAccount> {
    const access = { baseUrl: use.baseUrl, key: await this.#key(use) };
    return this.#openAccount(serviceFor(use), access, settings);
  }

  /** The catalogue of a service, previews included. Throws `RouterError` if there is none, or if the settings exclude the service. */
  async catalogue(use: PoolService, settings: RouterSettings): Promise<Catalogue> {
    const service = allowedService(use, settings);
    const { baseUrl } = use;
    const key = service.listsWithoutKey
      ? await this.#key(use)
      : await this.#requiredKey(service, baseUrl, "background");
    const { limited } = await this.#openAccount(service, { baseUrl, key }, settings);
    return limited(await this.#catalogues.load({ service, access: { baseUrl, key } }, "completion"));
  }

  /** The end of a model's cooldown at this address, epoch milliseconds. */
  cooldownEnd(baseUrl: string, model: ModelId): number | undefined {
    return this.#cooldowns.get(scopeOf(baseUrl), model)?.until;
  }

  async chargedModels(use: PoolService): Promise<readonly ChargedModel[]> {
    await this.#charged.sync();
    return this.#charged.list(await this.#scope(use));
  }

  async bringBack(use: PoolService, model: ModelId): Promise<void> {
    await this.#charged.bringBack(await this.#scope(use), model);
  }

  async #scope(use: PoolService): Promise<Scope> {
    return scopeOf(use.baseUrl, await this.#key(use));
  }

  #key({ id, baseUrl }: PoolService): Promise<string> {
    return givenKey(this.#options.apiKey, { service: id, baseUrl, purpose: "background" });
  }

  #requiredKey(service: Service, baseUrl: string, purpose: KeyUse["purpose"]): Promise<string> {
    return requireKey(this.#options.apiKey, service, { baseUrl, purpose });
  }

  async #openAccount(service: Service, access: Access, settings: RequestSettings): Promise<OpenAccount> {
    if (service.place === "local") return this.#openLocal(service, access);
    const book = await this.#ledger.open(access.key, access.baseUrl, service);
    const requestsPerMinute = service.limits
      ? (service.limits.requestsPerMinute ?? Infinity)
      : settings.requestsPerMinute;
    const admissionBy = (each: Book): Admission =>
      bookAdmission(each, { requestsPerMinute, reserve: settings.reserve, headerNames: service.limitHeaders });
    const admission = admissionBy(book);
    return {
      ...{ service, access, admission },
      admissionsOf: (models) =>
        service.limits?.per === "model"
          ? modelAdmissions(book, admissionBy, models)
          : { admission, admissionOf: () => admission },
      limited: (catalogue) => withTokenWindows(catalogue, service, book),
      updateQuota: () => this.#quotaChecks.update(service, access, book),
      recheckQuota: () => this.#quotaChecks.recheck(service, access, book),
      prepare: () => this.#quotaChecks.recheckDayBlock(service, access, book),
    };
  }

  #openLocal(service: Service, access: Access): OpenAccount {
    const { fetch, now } = this.#options;
    const local = new LocalAdmission({
      ...{ service, access, fetch, now, slots: this.#slots, loadingUntil: this.#loadingUntil },
    });
    const admission = local.withSlots(1);
    return {
      ...{ service, access, admission },
      admissionsOf: (models) => ({
        admission,
        admissionOf: (model) => local.withSlots(models.find(({ id }) => id === model)?.slots ?? 1),
      }),
      limited: (catalogue) => catalogue,
      updateQuota: () => Promise.resolve(),
      recheckQuota: () => Promise.resolve(),
      prepare: () => local.update(),
    };
  }

  /** Without a list, OpenRouter's own router and the models that the settings name can still answer. Other services have no such thing. */
  async #loadCatalogue(service: Service, access: Access, purpose: KeyUse["purpose"]): Promise<Catalogue | undefined> {
    try {
      const catalogue = await this.#catalogues.load({ service, access }, purpose);
      this.#refusals.forgetUnlisted(scopeOf(access.baseUrl, access.key), catalogue);
      return catalogue;
    } catch (error) {
      if (!isRouterError(error) || error.reason === "offline" || service.serverRouter === undefined) throw error;
      this.#options.log.warn(`Could not load the catalogue. Using the service's own router: ${error.message}`);
      return undefined;
    }
  }

  #member(
    use: PoolService,
    { service, access, admissionsOf, catalogue }: OpenAccount & { catalogue: Catalogue | undefined },
    settings: RouterSettings,
  ): OpenMember {
    const scope = scopeOf(access.baseUrl, access.key);
    const policy = policyScope(scope, settings);
    const told = catalogue?.models ?? [];
    const models = service.place === "local" ? this.#windows.apply(scope, told) : told;
    const rowOf = (model: ModelId): Model | undefined => models.find(({ id }) => id === model);
    return {
      ...{ use, service, access, models },
      // The same object as before for OpenRouter: what was parsed of its paid models is kept with it.
      catalogue: catalogue && models !== told ? { ...catalogue, models } : catalogue,
      refusals: this.#refusals.forScope(scope, policy),
      cooldownOf: (model) => this.#cooldowns.get(scope, model),
      clearPolicyRefusals: () => void this.#refusals.clearPolicyRefusals(policy),
      ...admissionsOf(models),
      ...(service.loadedWindow && {
        isTruncated: (model, request, promptTokens) =>
          this.#isTruncated({ service, access }, { model: rowOf(model), told, request, promptTokens }),
      }),
      memory: this.#outcomeMemory({ service, access }, told, settings),
      // Without the row's reasoning object, nothing is known, or there is no reasoning to switch off.
      isReasoningMandatory: (model) =>
        rowOf(model)?.reasoning?.mandatory !== false || this.#refusals.isReasoningMandatory(scope, model),
    };
  }

  /** Whether the server left out part of the prompt. Remembers the window that it turned out to have. */
  async #isTruncated(
    { service, access }: { service: Service; access: Access },
    answered: {
      model: Model | undefined;
      told: readonly Model[];
      request: CompletionRequest;
      promptTokens: number | undefined;
    },
  ): Promise<boolean> {
    const { fetch, now, log } = this.#options;
    const { model, request, promptTokens } = answered;
    if (!model) return false;
    const { isTruncated, window } = await examinePrompt({
      ...{ request, model, promptTokens },
      loadedWindow: async () => {
        const options = { fetch, access, now: now(), timeoutMs: 1_000 };
        return service.loadedWindow?.(options, model.id).catch((error: unknown) => {
          log.debug(`Could not read the window of a model: ${String(error)}`);
          return undefined;
        });
      },
    });
    if (window !== undefined && window !== model.contextLength)
      this.#noteWindow(access, answered.told, model.id, window);
    return isTruncated;
  }

  #noteWindow({ baseUrl, key }: Access, told: readonly Model[], model: ModelId, tokens: number): void {
    const row = told.find(({ id }) => id === model);
    if (row) void this.#windows.add(scopeOf(baseUrl, key), row, tokens);
  }

  #outcomeMemory(
    source: { service: Service; access: Access },
    told: readonly Model[],
    settings: RouterSettings,
  ): OutcomeMemory {
    const { now, tracker } = this.#options;
    const scope = scopeOf(source.access.baseUrl, source.access.key);
    const policy = policyScope(scope, settings);
    return {
      coolDown: (model, seconds, details) => void this.#cooldowns.add(scope, model, seconds, details),
      endCooldown: (model) => void this.#cooldowns.clear(scope, model),
      exclude: (model, reason, ms) => void this.#refusals.addModel(policy, model, reason, ms),
      excludeCapability: (model, capability) => void this.#refusals.addCapability(scope, model, capability),
      requireReasoning: (model) => void this.#refusals.addMandatoryReasoning(scope, model),
      excludeCharged: (model, cost) => void this.#charged.add(scope, model, cost, now()),
      ...(source.service.place === "local" && {
        noteWindow: (model: ModelId, tokens: number) => this.#noteWindow(source.access, told, model, tokens),
      }),
      count: (model, outcome) => void tracker.add(model, outcome),
      refreshCatalogue: () => void this.#catalogues.refresh(source),
    };
  }
}

/** Throws `RouterError` (data-policy) if the settings exclude services that may keep or train on prompts, and this is one. */
function allowedService(use: PoolService, { dataCollection }: RouterSettings): Service {
  const service = serviceFor(use);
  if (dataCollection === "allow" || !service.mayCollectData) return service;
  throw new RouterError("data-policy", `${service.name} may keep or train on prompts, and the settings exclude that.`);
}
