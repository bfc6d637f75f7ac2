import { Emitter, MutableDisposable, type Disposable } from "./lifecycle";
import {
  isServiceKind,
  modelSlug,
  serviceDescription,
  serviceOf,
  type Model,
  type ModelId,
  type Router,
} from "./router/index";

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

  /** Reads the names now and after every change of the router. Does nothing after the first call. */
  load(): void {
    if (this.#listening.value) return;
    this.#listening.value = this.#router.onDidChange(() => void this.#read());
    void this.#read();
  }

  /** The name, such as "Gemma 3 27B", or "gemma4 · Ollama"; `undefined` until it is known. */
  find(id: ModelId): string | undefined {
    return this.#names.get(id);
  }

  /** The name, or else the model id without author. */
  nameOf(id: ModelId): string {
    return this.#names.get(id) ?? modelSlug(id);
  }

  /** The name, read from the catalogue if it is not known yet. */
  async read(id: ModelId): Promise<string> {
    if (!this.#names.has(id)) await this.#read();
    return this.nameOf(id);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    // If the catalogue cannot be read, the next question reports it.
    const models = await this.#router.freeModels().catch(() => []);
    const before = this.#names.size;
    for (const model of models) this.#names.set(model.id, fullModelName(model));
    if (this.#names.size !== before) this.#changed.fire();
  }
}

type NamedModel = Pick<Model, "id" | "name">;

/** The name of a model among those of its service: without author, `(free)` and `:latest`. OpenRouter puts the author in front. */
export function modelName({ id, name }: NamedModel): string {
  const short =
    serviceOf(id) === "openrouter"
      ? name.replace(/^[^:]*:\s+/, "").replace(/\s*\(free\)$/i, "")
      : name.slice(name.lastIndexOf("/") + 1).replace(/:latest$/, "");
  return short === "" ? modelSlug(id) : short;
}

/** The name of a model among those of all services: "Gemma 3 27B", or "gemma4 · Ollama", since other services can offer the same models. */
export function fullModelName(model: NamedModel): string {
  const service = serviceOf(model.id);
  if (service === "openrouter") return modelName(model);
  return `${modelName(model)} · ${isServiceKind(service) ? serviceDescription(service).name : service}`;
}
