/** The chunks of all files, in typed arrays. */
export class ChunkTable {
  #files = new Uint32Array(1 << 12);
  #starts = new Uint32Array(1 << 12);
  #ends = new Uint32Array(1 << 12);
  #lengths = new Uint16Array(1 << 12);
  #size = 0;
  #totalLength = 0;

  get size(): number {
    return this.#size;
  }

  /** The average of `lengthOf`. */
  get averageLength(): number {
    return this.#totalLength / Math.max(1, this.#size);
  }

  /** Adds a chunk; returns its number. `length`: how many terms it has. */
  add(file: number, start: number, end: number, length: number): number {
    if (this.#size === this.#files.length) this.#grow();
    const chunk = this.#size++;
    this.#files[chunk] = file;
    this.#starts[chunk] = start;
    this.#ends[chunk] = end;
    this.#lengths[chunk] = length;
    this.#totalLength += length;
    return chunk;
  }

  fileOf(chunk: number): number {
    return this.#files[chunk] ?? 0;
  }

  startOf(chunk: number): number {
    return this.#starts[chunk] ?? 0;
  }

  endOf(chunk: number): number {
    return this.#ends[chunk] ?? 0;
  }

  lengthOf(chunk: number): number {
    return this.#lengths[chunk] ?? 0;
  }

  #grow(): void {
    const size = this.#files.length * 2;
    this.#files = grown(this.#files, new Uint32Array(size));
    this.#starts = grown(this.#starts, new Uint32Array(size));
    this.#ends = grown(this.#ends, new Uint32Array(size));
    this.#lengths = grown(this.#lengths, new Uint16Array(size));
  }
}

function grown<T extends Uint32Array | Uint16Array>(values: T, larger: T): T {
  larger.set(values);
  return larger;
}
