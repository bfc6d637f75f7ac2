import { Emitter, MutableDisposable, type Disposable } from "../../lifecycle";
import {
  isServiceKind,
  modelSlug,
  serviceDescription,
  serviceOf,
  type ModelId,
  type Router,
  type ServiceId,
} from "../../router/index";

/** Short names of the free models, once the catalogue has been read. */
export class ModelNames implements Disposable {
  readonly #names = new Map<ModelId, string>();
  readonly #router: Pick<Router, "freeModels" | "onDidChange">;
  readonly #listening = new MutableDisposable<Disposable>();
  readonly #changed = new Emitter<void>();

  constructor(router: Pick<Router, "freeModels" | "onDidChange">) {
    this.#router = router;
  }

  /** Fires when new names are known. */
  readonly onDidChange = this.#changed.event;

  /** Reads the names now and after every change of the router. */
  load(): void {
    this.#listening.value ??= this.#router.onDidChange(() => void this.#read());
    void this.#read();
  }

  /** The name without author and `(free)`, such as "Gemma 3 27B", or "gemma4 · Ollama". Falls back to the model id without author. */
  nameOf(id: ModelId): string {
    return this.#names.get(id) ?? modelSlug(id);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    // If the catalogue cannot be read, the next question reports it.
    const models = await this.#router.freeModels().catch(() => []);
    const before = this.#names.size;
    for (const { id, name } of models) {
      const short = shortName(name, serviceOf(id));
      if (short !== "") this.#names.set(id, short);
    }
    if (this.#names.size !== before) this.#changed.fire();
  }
}

/** OpenRouter puts the author in front: "Google: Gemma 3 27B (free)". Names of other services do without, and can be the same. */
function shortName(name: string, service: ServiceId): string {
  if (service === "openrouter") return name.replace(/^[^:]*:\s*/, "").replace(/\s*\(free\)$/i, "");
  const serviceName = isServiceKind(service) ? serviceDescription(service).name : service;
  return `${name.slice(name.lastIndexOf("/") + 1).replace(/:latest$/, "")} · ${serviceName}`;
}
