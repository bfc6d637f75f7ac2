/** A letter, `_` or `$` can start an identifier; digits can follow. */
const [other, letter, digit] = [0, 1, 2];
const kinds = new Uint8Array(128).fill(other);
for (let code = 0; code < kinds.length; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(character)) kinds[code] = letter;
  else if (/\d/.test(character)) kinds[code] = digit;
}

/** `hash` is that of `hashOf`, computed on the way. */
export type VisitIdentifier = (start: number, end: number, hash: number) => void;

/**
 * Visits the identifiers in a text, its runs of other letters than ASCII, and its numbers of two digits or more: what
 * `/[A-Za-z_$][\w$]*|[^\x00-\x7f]+|\d{2,}/g` matches. A project has millions, for which a regular expression makes as many strings and arrays.
 */
export function visitIdentifiers(text: string, visit: VisitIdentifier): void {
  const { length } = text;
  for (let start = 0; start < length;) {
    const first = text.charCodeAt(start);
    const kind = first < 128 ? (kinds[first] ?? other) : -1;
    let end = start + 1;
    if (kind === other) {
      start = end;
      continue;
    }
    let hash = nextHash(seed, first);
    for (; end < length; end++) {
      const code = text.charCodeAt(end);
      const next = code < 128 ? (kinds[code] ?? other) : -1;
      if (kind === letter ? next <= other : next !== kind) break;
      hash = nextHash(hash, code);
    }
    if (kind !== digit || end - start >= 2) visit(start, end, hash);
    start = end;
  }
}

/** Values by identifier, which are found without making a string of each occurrence. */
export class IdentifierTable<Value> {
  #slots = new Int32Array(1 << 12);
  readonly #identifiers: string[] = [];
  readonly #hashes: number[] = [];
  readonly #values: Value[] = [];

  /** The value of the identifier at this place of a text; `create` makes it the first time. */
  at(text: string, start: number, end: number, hash: number, create: (identifier: string) => Value): Value {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0) {
        // A part of a longer string would keep all of that string in memory.
        const identifier = Buffer.from(text.slice(start, end)).toString();
        const value = create(identifier);
        this.#add(identifier, hash, value);
        return value;
      }
      if (this.#hashes[index] === hash && isAt(this.#identifiers[index] ?? "", text, start, end))
        return this.#values[index] as Value;
    }
  }

  #add(identifier: string, hash: number, value: Value): void {
    this.#identifiers.push(identifier);
    this.#hashes.push(hash);
    this.#values.push(value);
    const isCrowded = this.#values.length * 2 > this.#slots.length;
    if (isCrowded) this.#slots = new Int32Array(this.#slots.length * 4);
    for (let index = isCrowded ? 0 : this.#values.length - 1; index < this.#values.length; index++) this.#occupy(index);
  }

  #occupy(index: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[index] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = index + 1;
  }
}

/** FNV-1a. */
const [seed, prime] = [0x811c9dc5, 0x01000193];

function nextHash(hash: number, code: number): number {
  return Math.imul(hash ^ code, prime);
}

function isAt(identifier: string, text: string, start: number, end: number): boolean {
  if (identifier.length !== end - start) return false;
  for (let index = 0; index < identifier.length; index++)
    if (identifier.charCodeAt(index) !== text.charCodeAt(start + index)) return false;
  return true;
}
