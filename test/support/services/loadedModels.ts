import { wait } from "../simulator/pace";

/** The models in the memory of a local server. Loading one takes time and evicts the one that was loaded first. */
export class LoadedModels {
  /** The ids of all loads, oldest first. */
  readonly loads: string[] = [];
  #ids: string[];

  constructor(
    ids: readonly string[],
    /** How long a load takes, in milliseconds. */
    public loadMs: number,
    readonly capacity: number,
  ) {
    this.#ids = [...ids];
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  /** Loads the model if necessary. A load that the client does not wait for is given up. */
  async load(id: string, signal: AbortSignal): Promise<void> {
    if (this.has(id)) return;
    this.loads.push(id);
    if (this.loadMs > 0) await wait(this.loadMs, signal);
    if (!signal.aborted) this.#ids = [...this.#ids, id].slice(-this.capacity);
  }

  unloadAll(): void {
    this.#ids = [];
  }
}
