import { Emitter, type Disposable } from "../lifecycle";
import type { ServiceState } from "../router/index";

/** The latest known state of the services in use. It is read on request. */
export class ServiceWatch implements Disposable {
  readonly #fetchStates: () => Promise<readonly ServiceState[]> | undefined;
  readonly #changed = new Emitter<void>();
  #states: readonly ServiceState[] | undefined;
  #reads = 0;

  /** `fetchStates` returns undefined while there is no router, or if OpenRouter is the only service. */
  constructor(fetchStates: () => Promise<readonly ServiceState[]> | undefined) {
    this.#fetchStates = fetchStates;
  }

  readonly onDidChange = this.#changed.event;

  /** Undefined until known. */
  get states(): readonly ServiceState[] | undefined {
    return this.#states;
  }

  /** Reads the states. Only the last of several reads counts, because an earlier one may be of other services. */
  async read(): Promise<void> {
    const read = ++this.#reads;
    const states = await this.#fetchStates()?.catch(() => this.#states);
    if (read !== this.#reads) return;
    this.#states = states;
    this.#changed.fire();
  }

  dispose(): void {
    this.#reads++;
    this.#changed.dispose();
  }
}
