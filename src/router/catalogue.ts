import { type Model } from "./model";
import { isRecord, jsonText, parseJson } from "./json";
import type { Log } from "./log";
import { catalogueRows, isZeroPriced, modelsUrl, parseModel } from "./openrouter";
import { fetchDocument } from "./fetchDocument";
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

/** Caches the catalogue of one base URL. The last valid copy survives restarts and outages. */
export function createCatalogue({ fetch, now, storage, log, onDidChange }: CatalogueDependencies): CatalogueCache {
  let cached: { baseUrl: string; catalogue: Catalogue } | undefined;
  let running: { baseUrl: string; promise: Promise<Catalogue> } | undefined;
  let nextDownloadAt = 0;

  /** Concurrent callers share one download. */
  function downloadOnce(settings: RouterSettings): Promise<Catalogue> {
    if (running?.baseUrl === settings.baseUrl) return running.promise;
    const { baseUrl } = settings;
    const promise = download(settings).finally(() => {
      if (running?.promise === promise) running = undefined;
    });
    running = { baseUrl, promise };
    return promise;
  }

  async function download(settings: RouterSettings): Promise<Catalogue> {
    nextDownloadAt = now() + minIntervalMs;
    const rows = await fetchDocument(fetch, { url: modelsUrl(settings), now: now(), timeoutMs }, nonEmptyRows);
    const catalogue = readCatalogue(rows, now(), log);
    cached = { baseUrl: settings.baseUrl, catalogue };
    log.info(`Catalogue: ${rows.length} models, ${catalogue.models.length} of them zero-priced.`);
    void save(settings.baseUrl, catalogue, rows).catch((error: unknown) =>
      log.warn(`Could not save the catalogue: ${String(error)}`),
    );
    onDidChange();
    return catalogue;
  }

  async function save(baseUrl: string, catalogue: Catalogue, rows: readonly unknown[]): Promise<void> {
    const text = JSON.stringify({ baseUrl, fetchedAt: catalogue.fetchedAt, rows: rows.filter(isZeroPriced) });
    await storage.update("catalogue", () => text);
  }

  async function restore(baseUrl: string): Promise<Catalogue | undefined> {
    const text = await storage.read("catalogue").catch((error: unknown) => {
      log.warn(`Could not restore the catalogue: ${String(error)}`);
      return undefined;
    });
    const stored = parseStored(text);
    return stored?.baseUrl === baseUrl ? readCatalogue(stored.rows, stored.fetchedAt, log) : undefined;
  }

  return {
    async load(settings) {
      if (cached?.baseUrl !== settings.baseUrl) {
        const restored = await restore(settings.baseUrl);
        // A concurrent call may have downloaded a newer catalogue in the meantime.
        if (restored && cached?.baseUrl !== settings.baseUrl)
          cached = { baseUrl: settings.baseUrl, catalogue: restored };
      }
      const known = cached?.baseUrl === settings.baseUrl ? cached.catalogue : undefined;
      const age = known ? now() - known.fetchedAt : Infinity;
      if (known && age >= 0 && age < staleAfterMs) return known;
      if (known && now() < nextDownloadAt) return known;
      const downloaded = downloadOnce(settings);
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
      if (now() < nextDownloadAt) return;
      await downloadOnce(settings).catch((error: unknown) =>
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

function parseStored(text: string | undefined): { baseUrl: string; fetchedAt: number; rows: unknown[] } | undefined {
  const stored = text === undefined ? undefined : parseJson(text);
  if (!isRecord(stored)) return undefined;
  const { baseUrl, fetchedAt, rows } = stored;
  return typeof baseUrl === "string" && typeof fetchedAt === "number" && Array.isArray(rows)
    ? { baseUrl, fetchedAt, rows }
    : undefined;
}
