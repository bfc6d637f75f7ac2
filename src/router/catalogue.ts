import { type Model } from "./model";
import { isRecord, jsonText, parseJson } from "./json";
import type { Log } from "./log";
import { catalogueRows, isZeroPriced, parseModel } from "./services/openrouter/modelRow";
import { modelsUrl } from "./services/openrouter/addresses";
import { fetchDocument } from "./fetchDocument";
import { freeModels } from "./pool";
import { serviceAddress } from "./scope";
import type { RouterSettings } from "./settings";
import type { RouterStorage } from "./storage";

/** The service's models at one point in time. Only the zero-priced rows (a few of about four hundred) are validated. */
export interface Catalogue {
  /** All zero-priced models, also those that cannot be used for other reasons. */
  models: readonly Model[];
  /** Rows with a price, not parsed: only an explanation needs them. */
  paidRows: readonly unknown[];
  /** Epoch milliseconds. */
  fetchedAt: number;
}

/** At most one download per hour: the free models change about every fourth day, and the list is one megabyte. */
const staleAfterMs = 60 * 60_000;
/** Until this age, a stale catalogue is used while a new one downloads. After it, callers wait for the download. */
const unusableAfterMs = 24 * 60 * 60_000;
/** The minimum time between two downloads, also after a failure or if another model is gone. */
const minIntervalMs = 60_000;
const timeoutMs = 15_000;

export interface CatalogueDependencies {
  fetch: typeof fetch;
  now: () => number;
  storage: RouterStorage;
  log: Log;
  onDidChange: () => void;
}

export interface CatalogueCache {
  /** The catalogue from memory, storage or the service. Throws `RouterError` if all of them fail. */
  load(settings: RouterSettings): Promise<Catalogue>;
  /** Downloads the catalogue because a model is gone, at most once a minute. Resolves when done; never throws. */
  refresh(settings: RouterSettings): Promise<void>;
}

/** What is known of the catalogue of one service. */
interface Shelf {
  catalogue?: Catalogue;
  download?: Promise<Catalogue>;
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
const maxCopies = 4;

/** Caches the catalogue of each base URL. The last valid copy survives restarts and outages. */
export function createCatalogue({ fetch, now, storage, log, onDidChange }: CatalogueDependencies): CatalogueCache {
  const shelves = new Map<string, Shelf>();

  function shelfOf({ baseUrl }: RouterSettings): Shelf {
    const address = serviceAddress(baseUrl);
    const shelf = shelves.get(address) ?? { quietUntil: 0 };
    shelves.set(address, shelf);
    return shelf;
  }

  /** Whether the last download was just now. A later end was set before the clock was set back. */
  function isQuiet({ quietUntil }: Shelf): boolean {
    const remainingMs = quietUntil - now();
    return remainingMs > 0 && remainingMs <= minIntervalMs;
  }

  /** Concurrent callers share one download. */
  function downloadOnce(settings: RouterSettings, shelf: Shelf): Promise<Catalogue> {
    shelf.download ??= download(settings, shelf).finally(() => delete shelf.download);
    return shelf.download;
  }

  async function download(settings: RouterSettings, shelf: Shelf): Promise<Catalogue> {
    shelf.quietUntil = now() + minIntervalMs;
    const rows = await fetchDocument(fetch, { url: modelsUrl(settings), now: now(), timeoutMs }, nonEmptyRows);
    const catalogue = readCatalogue(rows, now(), log);
    log.info(`Catalogue: ${rows.length} models, ${catalogue.models.length} of them zero-priced.`);
    if (shelf.catalogue && hasFreeModels(shelf.catalogue) && !hasFreeModels(catalogue))
      throw new Error("The new catalogue has no free models.");
    shelf.catalogue = catalogue;
    void save({ baseUrl: settings.baseUrl, fetchedAt: catalogue.fetchedAt, rows }).catch((error: unknown) =>
      log.warn(`Could not save the catalogue: ${String(error)}`),
    );
    onDidChange();
    return catalogue;
  }

  function hasFreeModels({ models }: Catalogue): boolean {
    return freeModels(models, now()).length > 0;
  }

  async function save({ baseUrl, fetchedAt, rows }: StoredCopy): Promise<void> {
    const copy = { baseUrl, fetchedAt, rows: rows.filter(isZeroPriced) };
    await storage.update("catalogue", (text) => {
      const others = parseCopies(text).filter((each) => !isCopyOf(each, baseUrl));
      return JSON.stringify({ ...copy, ...(others.length > 0 && { others: others.slice(0, maxCopies - 1) }) });
    });
  }

  async function restore(baseUrl: string): Promise<Catalogue | undefined> {
    const text = await storage.read("catalogue").catch((error: unknown) => {
      log.warn(`Could not restore the catalogue: ${String(error)}`);
      return undefined;
    });
    const copy = parseCopies(text).find((each) => isCopyOf(each, baseUrl));
    return copy && readCatalogue(copy.rows, copy.fetchedAt, log);
  }

  return {
    async load(settings) {
      const shelf = shelfOf(settings);
      if (!shelf.catalogue) {
        const restored = await restore(settings.baseUrl);
        // A concurrent call may have downloaded a newer catalogue in the meantime.
        if (restored) shelf.catalogue ??= restored;
      }
      const known = shelf.catalogue;
      const age = known ? now() - known.fetchedAt : Infinity;
      if (known && age >= 0 && age < staleAfterMs) return known;
      if (known && isQuiet(shelf)) return known;
      const downloaded = downloadOnce(settings, shelf);
      if (known && age < unusableAfterMs) {
        downloaded.catch((error: unknown) => log.warn(`Could not refresh the catalogue: ${String(error)}`));
        return known;
      }
      return downloaded.catch((error: unknown) => {
        if (!known) throw error;
        log.warn(`Could not refresh the catalogue. Using the last copy: ${String(error)}`);
        return known;
      });
    },

    async refresh(settings) {
      const shelf = shelfOf(settings);
      if (isQuiet(shelf)) return;
      await downloadOnce(settings, shelf).catch((error: unknown) =>
        log.warn(`Could not refresh the catalogue: ${String(error)}`),
      );
    },
  };
}

/** Reads each row by itself: an invalid row is logged and skipped. */
export function readCatalogue(rows: readonly unknown[], fetchedAt: number, log: Log): Catalogue {
  const models: Model[] = [];
  const paidRows: unknown[] = [];
  for (const row of rows) {
    if (!isZeroPriced(row)) {
      paidRows.push(row);
      continue;
    }
    const model = parseModel(row);
    if (model) models.push(model);
    else log.warn(`Skipped an invalid model of the catalogue: ${jsonText(row).slice(0, 200)}`);
  }
  return { models, paidRows, fetchedAt };
}

/** The service always has some models: an empty list is a failure and must not replace a valid catalogue. */
function nonEmptyRows(response: unknown): readonly unknown[] | undefined {
  const rows = catalogueRows(response);
  return rows?.length ? rows : undefined;
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
