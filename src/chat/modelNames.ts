import { MutableDisposable, type Disposable } from "../lifecycle";
import type { ModelId, Router } from "../router/index";

/** The names people know the free models by, as far as the catalogue has been read. */
export class ModelNames implements Disposable {
  readonly #names = new Map<ModelId, string>();
  readonly #listening = new MutableDisposable<Disposable>();
  readonly #router: Pick<Router, "freeModels" | "onDidChange">;

  constructor(router: Pick<Router, "freeModels" | "onDidChange">) {
    this.#router = router;
    this.#listening.value = router.onDidChange(() => void this.#read());
  }

  /** The model's name without its author and `(free)`: "Gemma 3 27B"; for one that is not known, the same of its id. */
  nameOf(id: ModelId): string {
    return this.#names.get(id) ?? id.replace(/^.*\//, "").replace(/:free$/, "");
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async #read(): Promise<void> {
    // Where the catalogue cannot be read the router says so to whoever asks a question; names can wait.
    const models = await this.#router.freeModels().catch(() => []);
    for (const { id, name } of models)
      if (name) this.#names.set(id, name.replace(/^[^:]*:\s*/, "").replace(/\s*\(free\)$/i, ""));
  }
}
