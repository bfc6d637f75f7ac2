import { parseJson } from "./json";
import type { Log } from "./log";
import type { RouterStorage } from "./storage";

/**
 * A value that windows share and that survives a restart. It is read from memory and changed by pure functions. A change
 * applies at once in this window and is then applied again to the stored value, so that no window overwrites another's
 * changes.
 */
export class SharedState<T> {
  readonly #storage: RouterStorage;
  readonly #name: string;
  readonly #parse: (json: unknown) => T;
  readonly #log: Log;
  #value: T;
  /** Changes that are not stored yet. */
  #pendingChanges = 0;
  /** The last text that was read or written, with its value: while no other window writes, nothing is parsed again. */
  #lastParsed: { text: string; value: T } | undefined;

  /** `parse` reads stored JSON. For `undefined` or invalid data it must return the initial value. */
  constructor(storage: RouterStorage, name: string, parse: (json: unknown) => T, log: Log) {
    this.#storage = storage;
    this.#name = name;
    this.#parse = parse;
    this.#log = log;
    this.#value = parse(undefined);
  }

  get value(): T {
    return this.#value;
  }

  /** Reads what other windows have stored. If that fails, keeps the value in memory. */
  async sync(): Promise<T> {
    try {
      const text = await this.#storage.read(this.#name);
      if (text !== undefined && this.#pendingChanges === 0) this.#value = this.#parseText(text);
    } catch (error) {
      this.#log.warn(`Could not read ${this.#name}: ${String(error)}`);
    }
    return this.#value;
  }

  /** Changes the value in memory and in the storage; resolves to the stored value. If storing fails, keeps the change in memory. */
  async change(apply: (value: T) => T): Promise<T> {
    const before = this.#value;
    this.#value = apply(before);
    this.#pendingChanges++;
    try {
      await this.#storage.update(this.#name, (text) => {
        this.#value = apply(text === undefined ? before : this.#parseText(text));
        this.#lastParsed = { text: JSON.stringify(this.#value), value: this.#value };
        return this.#lastParsed.text;
      });
    } catch (error) {
      this.#log.warn(`Could not save ${this.#name}: ${String(error)}`);
    } finally {
      this.#pendingChanges--;
    }
    return this.#value;
  }

  #parseText(text: string): T {
    if (this.#lastParsed?.text !== text) this.#lastParsed = { text, value: this.#parse(parseJson(text)) };
    return this.#lastParsed.value;
  }
}
