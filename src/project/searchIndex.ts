import { chunksOf, type Chunk } from "./chunks";
import { ChunkTable } from "./chunkTable";
import { queryTerms, type QueryTerm } from "./queryTerms";
import { chunkOf, countOf, mergeSegments, SegmentBuilder, type Segment } from "./segment";
import { definitionTerm, Vocabulary } from "./vocabulary";

/** What a chunk has to do with a symbol that the question names or that is selected. */
export interface ChunkSymbol {
  readonly role: "defines" | "uses";
  readonly name: string;
}

/** A part of a file that may answer a question. Zero-based lines; `end` is exclusive. */
export interface FoundChunk {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** A symbol of the question or the selection that is defined or used there. */
  readonly symbol?: ChunkSymbol;
}

/** Where a symbol is defined or used. A zero-based line. */
export interface SymbolPlace extends ChunkSymbol {
  readonly path: string;
  readonly line: number;
}

export interface SearchOptions {
  readonly question: string;
  /** Paths that are open or were edited lately, the latest first. */
  readonly recent?: readonly string[];
  /** Where symbols of the question and the selection are defined and used. */
  readonly places?: readonly SymbolPlace[];
  readonly limit: number;
}

/** How much each sign counts. Chosen with the benchmark `npm run bench -- project`. */
export const weights = {
  /** BM25 of a chunk. */
  chunk: 1,
  /** BM25 of its whole file. */
  file: 0.5,
  /** Words of the path. */
  path: 1.1,
  /** A symbol of the question or the selection that the chunk defines. */
  defines: 0.8,
  /** One that it only uses. */
  uses: 0.4,
  /** An open or lately edited file. */
  recent: 0.2,
  /** Of tests and documents, unless the question speaks of them. */
  aside: 0.55,
};

/** Times that a name counts where it is defined. */
const definitionCount = 3;
const [k1, chunkB, fileB] = [1.2, 0.4, 0.5];
const maxSegments = 12;
/** Longer lines are data. */
const maxLineLength = 2_000;

interface IndexedFile {
  readonly path: string;
  readonly pathTerms: ReadonlySet<number>;
  readonly isTest: boolean;
  readonly isDocument: boolean;
  readonly firstChunk: number;
  readonly chunkCount: number;
  /** How many terms it has. */
  length: number;
  isRemoved: boolean;
}

const testPath =
  /(?:^|[/._-])(?:tests?|specs?|__tests__|testing|fixtures?|mocks?|bench(?:marks?)?|e2e)(?:[/._-]|$)|_test\.|Tests?\.\w+$/;
const documentPath =
  /\.(?:md|mdx|rst|txt|adoc|html?|csv|json|ya?ml|toml|lock|xml|svg|css|scss|po)$|(?:^|\/)(?:docs?|examples?|samples?|locales?|l10n|i18n|vendor|third_party|dist|build|generated\w*)\//i;

/** Finds the parts of a project that a question is about, by words, names and paths. */
export class SearchIndex {
  readonly #vocabulary = new Vocabulary();
  readonly #files: IndexedFile[] = [];
  readonly #byPath = new Map<string, number>();
  readonly #chunks = new ChunkTable();
  readonly #segments: Segment[] = [];
  #builder: SegmentBuilder | undefined;
  #totalLength = 0;

  get size(): { files: number; chunks: number; terms: number } {
    return { files: this.#byPath.size, chunks: this.#chunks.size, terms: this.#vocabulary.size };
  }

  /** Adds a file, or its new text. */
  add(path: string, text: string): void {
    this.remove(path);
    const lines = text.split("\n");
    const file = this.#files.length;
    const parts = chunksOf(lines);
    const entry: IndexedFile = {
      ...{ path, length: 0, isRemoved: false, firstChunk: this.#chunks.size, chunkCount: parts.length },
      pathTerms: new Set(path.split(/[^\w$]+/).flatMap((part) => this.#vocabulary.add(part))),
      isTest: testPath.test(path),
      isDocument: documentPath.test(path),
    };
    this.#files.push(entry);
    this.#byPath.set(path, file);
    for (const chunk of parts) entry.length += this.#addChunk(chunk, lines, file);
    this.#totalLength += entry.length;
  }

  remove(path: string): void {
    const file = this.#byPath.get(path);
    const entry = file === undefined ? undefined : this.#files[file];
    if (!entry) return;
    entry.isRemoved = true;
    this.#totalLength -= entry.length;
    this.#byPath.delete(path);
  }

  /** How much of the index belongs to removed files, 0 to 1. */
  get removedShare(): number {
    return this.#files.length === 0 ? 0 : 1 - this.#byPath.size / this.#files.length;
  }

  /** Makes added files ready to be searched, and gives back memory that only adding needs. */
  commit(): void {
    if (!this.#builder) return;
    this.#segments.push(this.#builder.build(this.#vocabulary.size));
    // Each saved file adds a small segment.
    if (this.#segments.length > maxSegments) this.#segments.push(mergeSegments(this.#segments.splice(1)));
    this.#builder = undefined;
    this.#vocabulary.trim();
  }

  search({ question, recent = [], places = [], limit }: SearchOptions): FoundChunk[] {
    this.commit();
    const terms = queryTerms(question);
    const scores = new Scores(this.#chunks.size, this.#files.length);
    for (const term of terms) this.#addScores(term, scores);
    this.#addPathScores(terms, scores);
    const symbols = this.#definitions(terms);
    for (const place of places) this.#addPlace(place, symbols);
    const recency = new Map(recent.map((path, index) => [this.#byPath.get(path), weights.recent / (1 + index / 3)]));
    const penalty = asideOf(question);
    const found: { chunk: number; score: number }[] = [];
    for (let chunk = 0; chunk < this.#chunks.size; chunk++) {
      const own = scores.chunk[chunk] ?? 0;
      const symbol = symbols.get(chunk);
      // What the language's own services name counts, even if no word of the question is in it.
      if (own === 0 && !symbol) continue;
      const number = this.#chunks.fileOf(chunk);
      const file = this.#files[number];
      if (!file || file.isRemoved) continue;
      const score =
        (weights.chunk * own) / scores.possible.chunk +
        (weights.file * (scores.file[number] ?? 0)) / scores.possible.file +
        (weights.path * (scores.path[number] ?? 0)) / scores.possible.path +
        (symbol ? weights[symbol.role] : 0) +
        (recency.get(number) ?? 0);
      found.push({ chunk, score: score * penalty(file) });
    }
    return found
      .sort((one, other) => other.score - one.score)
      .slice(0, limit)
      .map(({ chunk, score }) => {
        const symbol = symbols.get(chunk);
        return {
          path: this.#files[this.#chunks.fileOf(chunk)]?.path ?? "",
          ...{ start: this.#chunks.startOf(chunk), end: this.#chunks.endOf(chunk), score },
          ...(symbol && { symbol }),
        };
      });
  }

  #addChunk({ start, end, names }: Chunk, lines: readonly string[], file: number): number {
    const builder = (this.#builder ??= new SegmentBuilder());
    const vocabulary = this.#vocabulary;
    const text = lines
      .slice(start, end)
      .filter((line) => line.length <= maxLineLength)
      .join("\n");
    vocabulary.addAll(text, (term) => builder.count(term, 1));
    for (const name of names) {
      for (const term of vocabulary.add(name)) builder.count(term, definitionCount - 1);
      builder.count(vocabulary.addDefinition(name), 1);
    }
    const length = builder.endChunk(this.#chunks.size);
    this.#chunks.add(file, start, end, length);
    return length;
  }

  #addScores({ term, weight }: QueryTerm, scores: Scores): void {
    const number = this.#vocabulary.find(term);
    if (number === undefined) return;
    const lists = this.#segments.map((segment) => segment.postings(number));
    const counts = new Map<number, number>();
    const averageChunk = this.#chunks.averageLength;
    let frequency = 0;
    for (const list of lists) {
      frequency += list.length;
      for (const posting of list) {
        const file = this.#chunks.fileOf(chunkOf(posting));
        counts.set(file, (counts.get(file) ?? 0) + countOf(posting));
      }
    }
    const chunkGain = weight * idf(frequency, this.#chunks.size);
    scores.possible.chunk += chunkGain;
    for (const list of lists) {
      for (const posting of list) {
        const chunk = chunkOf(posting);
        const length = this.#chunks.lengthOf(chunk) / averageChunk;
        scores.chunk[chunk] = (scores.chunk[chunk] ?? 0) + chunkGain * saturation(countOf(posting), length, chunkB);
      }
    }
    const fileGain = weight * idf(counts.size, this.#files.length);
    const averageFile = this.#totalLength / Math.max(1, this.#byPath.size);
    scores.possible.file += fileGain;
    for (const [file, count] of counts) {
      const length = (this.#files[file]?.length ?? 0) / averageFile;
      scores.file[file] = (scores.file[file] ?? 0) + fileGain * saturation(count, length, fileB);
    }
  }

  #addPathScores(terms: readonly QueryTerm[], scores: Scores): void {
    for (const { term, weight } of terms) {
      const number = this.#vocabulary.find(term);
      if (number === undefined) continue;
      const matches: number[] = [];
      for (const [file, { pathTerms }] of this.#files.entries()) if (pathTerms.has(number)) matches.push(file);
      const gain = weight * idf(matches.length, this.#files.length);
      scores.possible.path += gain;
      for (const file of matches) scores.path[file] = (scores.path[file] ?? 0) + gain;
    }
  }

  #addPlace({ path, line, role, name }: SymbolPlace, symbols: Map<number, ChunkSymbol>): void {
    const file = this.#byPath.get(path);
    if (file === undefined) return;
    const { first, count } = this.#chunkRange(file);
    for (let chunk = first; chunk < first + count; chunk++) {
      if (line < this.#chunks.startOf(chunk) || line >= this.#chunks.endOf(chunk)) continue;
      if (role === "defines" || !symbols.has(chunk)) symbols.set(chunk, { role, name });
    }
  }

  #chunkRange(file: number): { first: number; count: number } {
    const { firstChunk = 0, chunkCount = 0 } = this.#files[file] ?? {};
    return { first: firstChunk, count: chunkCount };
  }

  /** The chunks that define a name in the question. */
  #definitions(terms: readonly QueryTerm[]): Map<number, ChunkSymbol> {
    const found = new Map<number, ChunkSymbol>();
    for (const { text, isName } of terms) {
      const number = isName ? this.#vocabulary.find(definitionTerm(text)) : undefined;
      if (number === undefined) continue;
      for (const segment of this.#segments)
        for (const posting of segment.postings(number)) found.set(chunkOf(posting), { role: "defines", name: text });
    }
    return found;
  }
}

/** The sums of BM25 by chunk and file, and what the question can reach at most. */
class Scores {
  readonly chunk: Float32Array;
  readonly file: Float32Array;
  readonly path: Float32Array;
  readonly possible = { chunk: Number.MIN_VALUE, file: Number.MIN_VALUE, path: Number.MIN_VALUE };

  constructor(chunks: number, files: number) {
    this.chunk = new Float32Array(chunks);
    this.file = new Float32Array(files);
    this.path = new Float32Array(files);
  }
}

/** Tests and documents come behind, unless the question speaks of them. */
function asideOf(question: string): (file: IndexedFile) => number {
  const speaksOfTests = /\btest|\bspec\b|\bmock|\bbench/i.test(question);
  const speaksOfDocuments = /\breadme|\bdoc(?:s|ument)|\bchangelog|\bconfig|\bjson\b|\byaml\b|\bcss\b|\bstyle/i.test(
    question,
  );
  return ({ isTest, isDocument }) =>
    (isTest && !speaksOfTests) || (isDocument && !speaksOfDocuments) ? weights.aside : 1;
}

function idf(frequency: number, total: number): number {
  return Math.log(1 + (total - frequency + 0.5) / (frequency + 0.5));
}

function saturation(count: number, relativeLength: number, b: number): number {
  return (count * (k1 + 1)) / (count + k1 * (1 - b + b * relativeLength));
}
