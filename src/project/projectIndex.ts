import { readFile } from "node:fs/promises";
import { estimateTokens } from "../router/index";
import { chooseChunks, type ChosenCode } from "./chooseChunks";
import { SearchIndex } from "./searchIndex";
import { queryTerms, type QueryTerm } from "./queryTerms";
import { termsOf } from "./vocabulary";
import type { FoundCode, IndexedSource, ProjectQuery } from "./workerMessages";

/** Larger files are data or generated. In UTF-16 units. */
const maxFileLength = 500_000;
/** Files that are read at the same time. */
const concurrency = 16;
/** So many chunks are looked at to fill the budget. */
const consideredChunks = 300;
/** If more of the index belongs to removed files, it is made anew. */
const maxRemovedShare = 0.3;

/** The index of a project with its files, for the worker. */
export class ProjectIndex {
  #index = new SearchIndex();
  readonly #sources = new Map<string, IndexedSource>();
  /** How many additions have not ended. */
  #additions = 0;

  /** Reads and indexes files. Those that cannot be read, are binary or too large are left out. */
  async add(sources: readonly IndexedSource[]): Promise<void> {
    for (const source of sources) this.#sources.set(source.path, source);
    if (this.#index.removedShare > maxRemovedShare) {
      this.#index = new SearchIndex();
      return this.#read([...this.#sources.values()]);
    }
    return this.#read(sources);
  }

  remove(paths: readonly string[]): void {
    for (const path of paths) {
      this.#sources.delete(path);
      this.#index.remove(path);
    }
  }

  /** The code that the question is about, within the budget. Reads the files again, so that the text is that of now. */
  async search({ question, recent, places, budget }: ProjectQuery): Promise<FoundCode[]> {
    const found = this.#index.search({ question, recent, places, limit: consideredChunks });
    const linesOf = memoize(async (path: string) => ((await this.#textOf(path)) ?? "").split("\n"));
    const textOf = async ({ path, start, end }: Pick<ChosenCode, "path" | "start" | "end">): Promise<string> =>
      (await linesOf(path)).slice(start, end).join("\n");
    const chosen = await chooseChunks(found, budget, async (chunk) => estimateTokens(await textOf(chunk)));
    const terms = queryTerms(question);
    return Promise.all(
      chosen.map(async (part) => {
        const text = await textOf(part);
        return { ...part, text, words: wordsIn(text, terms) };
      }),
    );
  }

  async #read(sources: readonly IndexedSource[]): Promise<void> {
    this.#additions++;
    const waiting = [...sources];
    const work = async (): Promise<void> => {
      for (let source = waiting.pop(); source; source = waiting.pop()) {
        const text = await this.#textOf(source.path);
        // It may have been removed meanwhile.
        if (text !== undefined && this.#sources.has(source.path)) this.#index.add(source.path, text);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    // Not after each of several parts of a project: what is known of its identifiers would be found again for the next one.
    if (--this.#additions === 0) this.#index.commit();
  }

  async #textOf(path: string): Promise<string | undefined> {
    const source = this.#sources.get(path);
    if (!source) return undefined;
    const text = "text" in source ? source.text : await readFile(source.file, "utf8").catch(() => undefined);
    if (text === undefined || text.length > maxFileLength || text.slice(0, 1_000).includes("\0")) return undefined;
    return text;
  }
}

/** How many words of the question are named as the reason. */
const maxWords = 3;

function wordsIn(text: string, terms: readonly QueryTerm[]): string[] {
  const found = new Set((text.match(/[A-Za-z_$][\w$]*|[^\x00-\x7f]+/g) ?? []).flatMap(termsOf));
  const words = terms.filter(({ term }) => found.has(term)).sort((one, other) => other.weight - one.weight);
  return words.slice(0, maxWords).map(({ text: word }) => word);
}

/** Calls the function once for each key. */
function memoize<Value>(compute: (key: string) => Value): (key: string) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = compute(key);
    values.set(key, value);
    return value;
  };
}
