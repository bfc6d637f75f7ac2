/** The inverted lists of a number of chunks, in typed arrays: objects would take ten times the memory. */
export class Segment {
  readonly #terms: Uint32Array;
  /** Where the list of each term starts. */
  readonly #starts: Uint32Array;
  /** The lists: the number of a chunk and, in the lowest eight bits, how often the term occurs in it. */
  readonly #postings: Uint32Array;

  constructor(terms: Uint32Array, starts: Uint32Array, postings: Uint32Array) {
    this.#terms = terms;
    this.#starts = starts;
    this.#postings = postings;
  }

  /** The terms of this segment, ascending. */
  get terms(): Uint32Array {
    return this.#terms;
  }

  /** The postings of a term, ascending by chunk; see `chunkOf` and `countOf`. */
  postings(term: number): Uint32Array {
    const index = binarySearch(this.#terms, term);
    return index < 0
      ? this.#postings.subarray(0, 0)
      : this.#postings.subarray(this.#starts[index], this.#starts[index + 1]);
  }
}

const countBits = 8;
const maxCount = 2 ** countBits - 1;

export function chunkOf(posting: number): number {
  return posting >>> countBits;
}

export function countOf(posting: number): number {
  return posting & maxCount;
}

/** Collects the terms of chunks, and inverts them. */
export class SegmentBuilder {
  /** Pairs of a term and a posting, chunk by chunk. */
  #pairs = new Uint32Array(1 << 16);
  #length = 0;
  #counts = new Uint16Array(1 << 16);
  #touched: number[] = [];

  /** Counts a term in the present chunk. */
  count(term: number, times: number): void {
    if (term >= this.#counts.length) {
      const larger = new Uint16Array(Math.max(this.#counts.length * 2, term + 1));
      larger.set(this.#counts);
      this.#counts = larger;
    }
    const before = this.#counts[term] ?? 0;
    if (before === 0) this.#touched.push(term);
    this.#counts[term] = Math.min(before + times, maxCount);
  }

  /** Ends the present chunk, which has this number. Returns how many terms it has, repeated ones included. */
  endChunk(chunk: number): number {
    let length = 0;
    if (this.#length + 2 * this.#touched.length > this.#pairs.length) {
      const larger = new Uint32Array(Math.max(this.#pairs.length * 2, this.#length + 2 * this.#touched.length));
      larger.set(this.#pairs);
      this.#pairs = larger;
    }
    for (const term of this.#touched) {
      const count = this.#counts[term] ?? 0;
      this.#counts[term] = 0;
      length += count;
      this.#pairs[this.#length++] = term;
      this.#pairs[this.#length++] = ((chunk << countBits) | count) >>> 0;
    }
    this.#touched.length = 0;
    return length;
  }

  /** Sorts by term, by counting. */
  build(vocabularySize: number): Segment {
    const pairs = this.#pairs;
    const starts = new Uint32Array(vocabularySize + 1);
    for (let index = 0; index < this.#length; index += 2) {
      const next = (pairs[index] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let term = 0; term < vocabularySize; term++) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0);
    const postings = new Uint32Array(this.#length / 2);
    const next = starts.slice();
    for (let index = 0; index < this.#length; index += 2) {
      const term = pairs[index] ?? 0;
      const place = next[term] ?? 0;
      postings[place] = pairs[index + 1] ?? 0;
      next[term] = place + 1;
    }
    const used: number[] = [];
    for (let term = 0; term < vocabularySize; term++) if (starts[term] !== starts[term + 1]) used.push(term);
    const usedStarts = new Uint32Array(used.length + 1);
    used.forEach((term, index) => (usedStarts[index] = starts[term] ?? 0));
    usedStarts[used.length] = postings.length;
    return new Segment(Uint32Array.from(used), usedStarts, postings);
  }
}

/** One segment with the postings of several. The chunks of each come after those of the one before. */
export function mergeSegments(segments: readonly Segment[]): Segment {
  const terms = new Uint32Array(new Set(segments.flatMap((segment) => [...segment.terms]))).sort();
  const starts = new Uint32Array(terms.length + 1);
  const lists = [...terms].map((term) => segments.map((segment) => segment.postings(term)));
  lists.forEach((parts, index) => {
    starts[index + 1] = (starts[index] ?? 0) + parts.reduce((length, part) => length + part.length, 0);
  });
  const postings = new Uint32Array(starts[terms.length] ?? 0);
  lists.forEach((parts, index) => {
    let place = starts[index] ?? 0;
    for (const part of parts) {
      postings.set(part, place);
      place += part.length;
    }
  });
  return new Segment(terms, starts, postings);
}

/** The index of the value in ascending numbers, or a negative number. */
function binarySearch(sorted: Uint32Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle] ?? 0;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
