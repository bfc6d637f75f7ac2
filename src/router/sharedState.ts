import { parseJson } from "./json";
import type { Log } from "./log";
import type { RouterStorage } from "./storage";

type Change<T> = (value: T) => T;

/** Changes on their way to the storage. */
interface Update<T> {
  readonly changes: readonly Change<T>[];
  /** The storage has applied them, but may still fail to save the result. */
  isApplied: boolean;
}

/** Older unsaved changes stay in memory, but are not saved any more. */
const maxUnsavedChanges = 200;

/**
 * A value that windows share and that survives a restart. It is read from memory and changed by pure functions. A change
 * applies at once in this window and is then applied again to the stored value, so that no window overwrites another's
 * changes. If it cannot be saved, it stays in memory and is saved together with the next change.
 */
export class SharedState<T> {
  readonly #storage: RouterStorage;
  readonly #name: string;
  readonly #parse: (json: unknown) => T;
  readonly #log: Log;
  #value: T;
  /** The last value that was read from the storage or saved. */
  #stored: T;
  /** Changes that could not be saved. */
  #unsaved: Change<T>[] = [];
  readonly #running = new Set<Update<T>>();
  /** Counts the changes, to notice those made during a read. */
  #changeCount = 0;
  /** The last text that was read or written, with its value: while no other window writes, nothing is parsed again. */
  #lastParsed: { text: string; value: T } | undefined;

  /** `parse` reads stored JSON. For `undefined` or invalid data it must return the initial value. */
  constructor(storage: RouterStorage, name: string, parse: (json: unknown) => T, log: Log) {
    this.#storage = storage;
    this.#name = name;
    this.#parse = parse;
    this.#log = log;
    this.#value = this.#stored = parse(undefined);
  }

  get value(): T {
    return this.#value;
  }

  /** Reads what other windows have stored, and applies the unsaved changes. If that fails, keeps the value in memory. */
  async sync(): Promise<T> {
    const changeCount = this.#changeCount;
    try {
      const text = await this.#storage.read(this.#name);
      const isCurrent = this.#running.size === 0 && changeCount === this.#changeCount;
      if (text !== undefined && isCurrent) {
        this.#stored = this.#parseText(text);
        this.#value = applyAll(this.#unsaved, this.#stored);
      }
    } catch (error) {
      this.#log.warn(`Could not read ${this.#name}: ${String(error)}`);
    }
    return this.#value;
  }

  /**
   * Changes the value in memory and in the storage; resolves to the new value, also if it cannot be saved. May call `apply`
   * several times, and after a failure once more with a later change.
   */
  async change(apply: Change<T>): Promise<T> {
    this.#changeCount++;
    const update: Update<T> = { changes: [...this.#unsaved, apply], isApplied: false };
    this.#unsaved = [];
    this.#running.add(update);
    this.#value = apply(this.#value);
    let stored = this.#stored;
    try {
      await this.#storage.update(this.#name, (text) => {
        // A storage that was given up may call back later. The changes are saved with the next one by then.
        if (!this.#running.has(update)) throw new Error("The change is no longer awaited.");
        stored = applyAll(update.changes, text === undefined ? this.#stored : this.#parseText(text));
        update.isApplied = true;
        this.#value = this.#withPending(stored, (each) => !each.isApplied);
        this.#lastParsed = { text: JSON.stringify(stored), value: stored };
        return this.#lastParsed.text;
      });
      this.#running.delete(update);
      this.#stored = stored;
    } catch (error) {
      this.#log.warn(`Could not save ${this.#name}: ${String(error)}`);
      this.#running.delete(update);
      this.#keepUnsaved(update.changes);
      this.#value = this.#withPending(this.#stored, () => true);
    }
    return this.#value;
  }

  #keepUnsaved(changes: readonly Change<T>[]): void {
    this.#unsaved.push(...changes);
    const oldest = this.#unsaved.splice(0, Math.max(0, this.#unsaved.length - maxUnsavedChanges));
    this.#stored = applyAll(oldest, this.#stored);
  }

  /** The value after the unsaved changes and those of the running updates that `includes` accepts. */
  #withPending(value: T, includes: (update: Update<T>) => boolean): T {
    const running = [...this.#running].filter(includes).flatMap(({ changes }) => changes);
    return applyAll([...this.#unsaved, ...running], value);
  }

  #parseText(text: string): T {
    if (this.#lastParsed?.text !== text) this.#lastParsed = { text, value: this.#parse(parseJson(text)) };
    return this.#lastParsed.value;
  }
}

function applyAll<T>(changes: readonly Change<T>[], value: T): T {
  return changes.reduce((changed, apply) => apply(changed), value);
}
