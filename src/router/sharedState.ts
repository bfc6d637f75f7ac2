import { parseJson } from "./json";
import type { Log } from "./log";
import type { RouterStorage } from "./storage";

/**
 * A value that several windows share and a restart does not lose: read from memory, changed by pure functions. A change
 * shows at once here, and is then made again on what the storage holds, so that no window undoes another's.
 */
export class SharedState<T> {
  private present: T;
  /** Changes on their way to the storage, which the stored text does not have yet. */
  private changes = 0;
  /** The text read or written last, with its meaning: as long as no other window writes, nothing is parsed again. */
  private last: { text: string; value: T } | undefined;

  constructor(
    private readonly storage: RouterStorage,
    private readonly name: string,
    /** Reads stored JSON; `undefined` for nothing or nonsense must give the initial value. */
    private readonly parse: (json: unknown) => T,
    private readonly log: Log,
  ) {
    this.present = parse(undefined);
  }

  get value(): T {
    return this.present;
  }

  /** Takes over what other windows have written. A storage that fails leaves what is known here. */
  async sync(): Promise<T> {
    try {
      const text = await this.storage.read(this.name);
      if (text !== undefined && this.changes === 0) this.present = this.meaningOf(text);
    } catch (error) {
      this.log.warn(`${this.name} not read: ${String(error)}`);
    }
    return this.present;
  }

  /** Changes the value, here and in the storage; resolves to the stored outcome. A storage that fails costs only memory. */
  async change(next: (value: T) => T): Promise<T> {
    const before = this.present;
    this.present = next(before);
    this.changes++;
    try {
      await this.storage.update(this.name, (text) => {
        this.present = next(text === undefined ? before : this.meaningOf(text));
        this.last = { text: JSON.stringify(this.present), value: this.present };
        return this.last.text;
      });
    } catch (error) {
      this.log.warn(`${this.name} not stored: ${String(error)}`);
    } finally {
      this.changes--;
    }
    return this.present;
  }

  private meaningOf(text: string): T {
    if (this.last?.text !== text) this.last = { text, value: this.parse(parseJson(text)) };
    return this.last.value;
  }
}
