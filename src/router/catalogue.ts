import { toRouterError, type RouterError } from "./errors";
import { type Model } from "./model";
import { isRecord, jsonText, parseJson } from "./json";
import type { KeyUse } from "./keys";
import type { Log } from "./log";
import { freeModels } from "./pool";
import { serviceAddress } from "./scope";
import type { Access, Service } from "./services/service";
import type { RouterStorage } from "./storage";

/** The service's models at one point in time. Only the free rows (a few of about four hundred) are validated. */
export interface Catalogue {
  /** All free models, also those that cannot be used for other reasons. */
  models: readonly Model[];
  /** Rows with a price, not parsed: only an explanation needs them. */
  paidRows: readonly unknown[];
  /** Epoch milliseconds. */
  fetchedAt: number;
}

/**
 * Until this age, a stale catalogue is used while a new one downloads. After it, callers wait for the download. A local server is asked
 * at once: it takes milliseconds, and only the present list says what is installed, loaded, or running at all.
 */
const unusableAfterMs = { remote: 24 * 60 * 60_000, local: 0 };
/** The minimum time between two downloads, also after a failure or if another model is gone. */
const minIntervalMs = { remote: 60_000, local: 5_000 };
const timeoutMs = { remote: 15_000, local: 3_000 };

export interface CatalogueDependencies {
  fetch: typeof fetch;
  now: () => number;
  storage: RouterStorage;
  log: Log;
  onDidChange: () => void;
}

export interface CatalogueCache {
  /**
   * The catalogue from memory, storage or the service. Throws `RouterError` if all of them fail. For the purpose `background`, which recurs
   * while the user types, a failure counts for the minimum time between downloads.
   */
  load(source: CatalogueSource, purpose: KeyUse["purpose"]): Promise<Catalogue>;
  /** Downloads the catalogue because a model is gone, at most once a minute. Resolves when done; never throws. */
  refresh(source: CatalogueSource): Promise<void>;
}

/** The service whose catalogue it is, and where it is asked. */
export interface CatalogueSource {
  readonly service: Service;
  readonly access: Access;
}

/** What is known of the catalogue of one service. */
interface Shelf {
  catalogue?: Catalogue;
  download?: Promise<Catalogue>;
  /** The error of the last download, if it failed. */
  failure?: RouterError;
  /** No download starts before. */
  quietUntil: number;
}

/** A catalogue as it is stored, without paid models. */
interface StoredCopy {
  baseUrl: string;
  fetchedAt: number;
  rows: readonly unknown[];
}

/** How many catalogues are stored: one for each of the last base URLs. */
const maxCopies = 6;

/** Caches the catalogue of each base URL. The last valid copy survives restarts and outages. */
export function createCatalogue({ fetch, now, storage, log, onDidChange }: CatalogueDependencies): CatalogueCache {
  const shelves = new Map<string, Shelf>();

  function shelfOf({ access }: CatalogueSource): Shelf {
    const address = serviceAddress(access.baseUrl);
    const shelf = shelves.get(address) ?? { quietUntil: 0 };
    shelves.set(address, shelf);
    return shelf;
  }

  /** Whether the last download was just now. A later end was set before the clock was set back. */
  function isQuiet({ quietUntil }: Shelf, { service }: CatalogueSource): boolean {
    const remainingMs = quietUntil - now();
    return remainingMs > 0 && remainingMs <= minIntervalMs[service.place];
  }

  /** Concurrent callers share one download. */
  function downloadOnce(source: CatalogueSource, shelf: Shelf): Promise<Catalogue> {
    shelf.download ??= download(source, shelf)
      .catch((error: unknown) => {
        shelf.failure = toRouterError(error);
        throw error;
      })
      .finally(() => delete shelf.download);
    return shelf.download;
  }

  async function download({ service, access }: CatalogueSource, shelf: Shelf): Promise<Catalogue> {
    shelf.quietUntil = now() + minIntervalMs[service.place];
    const rows = await service.listRows({ fetch, access, now: now(), timeoutMs: timeoutMs[service.place] });
    const catalogue = readCatalogue(service, rows, now(), log);
    log.info(`Catalogue of ${service.name}: ${rows.length} models, ${catalogue.models.length} of them free.`);
    const isRemote = service.place === "remote";
    if (isRemote && shelf.catalogue && hasFreeModels(shelf.catalogue) && !hasFreeModels(catalogue))
      throw new Error("The new catalogue has no free models.");
    shelf.catalogue = catalogue;
    delete shelf.failure;
    if (isRemote)
      void save(service, { baseUrl: access.baseUrl, fetchedAt: catalogue.fetchedAt, rows }).catch((error: unknown) =>
        log.warn(`Could not save the catalogue: ${String(error)}`),
      );
    onDidChange();
    return catalogue;
  }

  function hasFreeModels({ models }: Catalogue): boolean {
    return freeModels(models, now()).length > 0;
  }

  async function save(service: Service, { baseUrl, fetchedAt, rows }: StoredCopy): Promise<void> {
    const copy = { baseUrl, fetchedAt, rows: rows.filter((row) => service.isFree(row)) };
    await storage.update("catalogue", (text) => {
      const others = parseCopies(text).filter((each) => !isCopyOf(each, baseUrl));
      return JSON.stringify({ ...copy, ...(others.length > 0 && { others: others.slice(0, maxCopies - 1) }) });
    });
  }

  async function restore({ service, access }: CatalogueSource): Promise<Catalogue | undefined> {
    if (service.place === "local") return undefined;
    const text = await storage.read("catalogue").catch((error: unknown) => {
      log.warn(`Could not restore the catalogue: ${String(error)}`);
      return undefined;
    });
    const copy = parseCopies(text).find((each) => isCopyOf(each, access.baseUrl));
    return copy && readCatalogue(service, copy.rows, copy.fetchedAt, log);
  }

  return {
    async load(source, purpose) {
      const { place, listMaxAgeMs } = source.service;
      const shelf = shelfOf(source);
      if (!shelf.catalogue) {
        const restored = await restore(source);
        // A concurrent call may have downloaded a newer catalogue in the meantime.
        if (restored) shelf.catalogue ??= restored;
      }
      const known = shelf.catalogue;
      const age = known ? now() - known.fetchedAt : Infinity;
      if (known && age >= 0 && age < listMaxAgeMs) return known;
      if (known && place === "remote" && isQuiet(shelf, source)) return known;
      if (purpose === "background" && shelf.failure !== undefined && isQuiet(shelf, source)) throw shelf.failure;
      const downloaded = downloadOnce(source, shelf);
      if (known && age < unusableAfterMs[place]) {
        downloaded.catch((error: unknown) => log.warn(`Could not refresh the catalogue: ${String(error)}`));
        return known;
      }
      return downloaded.catch((error: unknown) => {
        if (!known || place === "local") throw error;
        log.warn(`Could not refresh the catalogue. Using the last copy: ${String(error)}`);
        return known;
      });
    },

    async refresh(source) {
      const shelf = shelfOf(source);
      if (isQuiet(shelf, source)) return;
      await downloadOnce(source, shelf).catch((error: unknown) =>
        log.warn(`Could not refresh the catalogue: ${String(error)}`),
      );
    },
  };
}

/** Reads each row by itself: an invalid row is logged and skipped. */
export function readCatalogue(
  service: Pick<Service, "isFree" | "parseModel">,
  rows: readonly unknown[],
  fetchedAt: number,
  log: Log,
): Catalogue {
  const models: Model[] = [];
  const paidRows: unknown[] = [];
  for (const row of rows) {
    if (!service.isFree(row)) {
      paidRows.push(row);
      continue;
    }
    const model = service.parseModel(row);
    if (model) models.push(model);
    else log.warn(`Skipped an invalid model of the catalogue: ${jsonText(row).slice(0, 200)}`);
  }
  return { models, paidRows, fetchedAt };
}

/** The stored copies, the last saved one first. Version 0.1.0 stored only one. */
function parseCopies(text: string | undefined): StoredCopy[] {
  const stored = text === undefined ? undefined : parseJson(text);
  if (!isRecord(stored)) return [];
  const others: readonly unknown[] = Array.isArray(stored["others"]) ? stored["others"] : [];
  return [stored, ...others].flatMap((copy) => parseCopy(copy) ?? []);
}

function parseCopy(copy: unknown): StoredCopy | undefined {
  if (!isRecord(copy)) return undefined;
  const { baseUrl, fetchedAt, rows } = copy;
  return typeof baseUrl === "string" && typeof fetchedAt === "number" && Array.isArray(rows)
    ? { baseUrl, fetchedAt, rows }
    : undefined;
}

function isCopyOf(copy: StoredCopy, baseUrl: string): boolean {
  return serviceAddress(copy.baseUrl) === serviceAddress(baseUrl);
}
