import { type Model } from "./model";
import { isRecord, jsonText, parseJson } from "./json";
import type { Log } from "./log";
import { catalogueRows, isZeroPriced, modelsUrl, parseModel } from "./openrouter";
import { fetchDocument } from "./fetchDocument";
import type { RouterSettings } from "./settings";
import type { RouterStorage } from "./storage";

/** The service's models at one time. Of the four hundred only the zero-priced rows are validated; the others wait as they came. */
export interface Catalogue {
  /** Zero-priced rows, whatever else speaks against them. */
  models: readonly Model[];
  /** Rows that cost something, unparsed: only an explanation asks for them. */
  paidRows: readonly unknown[];
  /** Epoch milliseconds. */
  fetchedAt: number;
}

/** Hourly at most: one day in four the free models change, and the list is a megabyte. */
const staleAfterMs = 60 * 60_000;
/** Until then a stale list is used at once while a new one is fetched; after it the new one is waited for. */
const unusableAfterMs = 24 * 60 * 60_000;
/** After a failure nobody asks again for so long, and likewise between two rumours that a model is gone. */
const quietMs = 60_000;
const timeoutMs = 15_000;

export interface CatalogueDependencies {
  fetch: typeof fetch;
  now: () => number;
  storage: RouterStorage;
  log: Log;
  onDidChange: () => void;
}

export interface CatalogueCache {
  /** The catalogue, from memory, storage or the service. Throws `RouterError` where none can be had. */
  load(settings: RouterSettings): Promise<Catalogue>;
  /** The service says that a model is gone: fetch anew now, but at most once a minute. Resolves when done, never throws. */
  refresh(settings: RouterSettings): Promise<void>;
}

/** Keeps the catalogue of one base URL: the last good copy survives restarts and outages. */
export function createCatalogue({ fetch, now, storage, log, onDidChange }: CatalogueDependencies): CatalogueCache {
  let held: { baseUrl: string; catalogue: Catalogue } | undefined;
  let running: { baseUrl: string; promise: Promise<Catalogue> } | undefined;
  let quietUntil = 0;

  function fetchOnce(settings: RouterSettings): Promise<Catalogue> {
    if (running?.baseUrl === settings.baseUrl) return running.promise;
    const { baseUrl } = settings;
    const promise = download(settings).finally(() => {
      if (running?.promise === promise) running = undefined;
    });
    running = { baseUrl, promise };
    return promise;
  }

  async function download(settings: RouterSettings): Promise<Catalogue> {
    quietUntil = now() + quietMs;
    const rows = await fetchDocument(fetch, { url: modelsUrl(settings), now: now(), timeoutMs }, offeredRows);
    const catalogue = readCatalogue(rows, now(), log);
    held = { baseUrl: settings.baseUrl, catalogue };
    log.info(`Catalogue: ${rows.length} models, ${catalogue.models.length} of them zero-priced.`);
    void keep(settings.baseUrl, catalogue, rows).catch((error: unknown) =>
      log.warn(`Catalogue not stored: ${String(error)}`),
    );
    onDidChange();
    return catalogue;
  }

  async function keep(baseUrl: string, catalogue: Catalogue, rows: readonly unknown[]): Promise<void> {
    const text = JSON.stringify({ baseUrl, fetchedAt: catalogue.fetchedAt, rows: rows.filter(isZeroPriced) });
    await storage.update("catalogue", () => text);
  }

  async function restore(baseUrl: string): Promise<Catalogue | undefined> {
    const text = await storage.read("catalogue").catch((error: unknown) => {
      log.warn(`Catalogue not restored: ${String(error)}`);
      return undefined;
    });
    const stored = parseStored(text);
    return stored?.baseUrl === baseUrl ? readCatalogue(stored.rows, stored.fetchedAt, log) : undefined;
  }

  return {
    async load(settings) {
      if (held?.baseUrl !== settings.baseUrl) {
        const restored = await restore(settings.baseUrl);
        // Who asked at the same time may have the list itself by now.
        if (restored && held?.baseUrl !== settings.baseUrl) held = { baseUrl: settings.baseUrl, catalogue: restored };
      }
      const known = held?.baseUrl === settings.baseUrl ? held.catalogue : undefined;
      const age = known ? now() - known.fetchedAt : Infinity;
      if (known && age >= 0 && age < staleAfterMs) return known;
      if (known && now() < quietUntil) return known;
      const fetched = fetchOnce(settings);
      if (known && age < unusableAfterMs) {
        fetched.catch((error: unknown) => log.warn(`Catalogue not refreshed: ${String(error)}`));
        return known;
      }
      return fetched.catch((error: unknown) => {
        if (!known) throw error;
        log.warn(`Catalogue not refreshed, the last good copy serves: ${String(error)}`);
        return known;
      });
    },

    async refresh(settings) {
      if (now() < quietUntil) return;
      await fetchOnce(settings).catch((error: unknown) => log.warn(`Catalogue not refreshed: ${String(error)}`));
    },
  };
}

/** Reads the rows one by one: a row that is not as promised costs itself only. */
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
    else log.warn(`A model of the catalogue could not be read: ${jsonText(row).slice(0, 200)}`);
  }
  return { models, paidRows, fetchedAt };
}

/** There is always some model on offer: an empty list is a failure, and must not replace a good one. */
function offeredRows(answer: unknown): readonly unknown[] | undefined {
  const rows = catalogueRows(answer);
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
