import { Emitter, MutableDisposable, type Disposable } from "../../lifecycle";
import { modelSlug, type ModelId, type Router } from "../../router/index";

/** The names people know the free models by, as far as the catalogue has been read. */
export class ModelNames implements Disposable {
  readonly #names = new Map<ModelId, string>();
  readonly #router: Pick<Router, "freeModels" | "onDidChange">;
  readonly #listening = new MutableDisposable<Disposable>();
  readonly #changed = new Emitter<void>();

  constructor(router: Pick<Router, "freeModels" | "onDidChange">) {
    this.#router = router;
  }

  /** Tells when there are names that were not known before. */
  readonly onDidChange = this.#changed.event;

  /** Reads the names, and from now on again whenever the router has news. */
  load(): void {
    this.#listening.value ??= this.#router.onDidChange(() => void this.#read());
    void this.#read();
  }

  /** The model's name without its author and `(free)`: "Gemma 3 27B"; for one that is not known, the same of its id. */
  nameOf(id: ModelId): string {
    return this.#names.get(id) ?? modelSlug(id);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    // Where the catalogue cannot be read the router says so to whoever asks a question; names can wait.
    const models = await this.#router.freeModels().catch(() => []);
    const before = this.#names.size;
    for (const { id, name } of models) {
      const short = name.replace(/^[^:]*:\s*/, "").replace(/\s*\(free\)$/i, "");
      if (short !== "") this.#names.set(id, short);
    }
    if (this.#names.size !== before) this.#changed.fire();
  }
}
