import { Emitter, type Disposable } from "../lifecycle";

export interface ModelOfferDependencies {
  readonly memento: { get(key: string): unknown; update(key: string, value: unknown): PromiseLike<void> };
  /** Sets the context key that shows the agent *Free*. */
  readonly setContext: (isEnabled: boolean) => unknown;
}

/** Whether the models are offered to VS Code's own chat. Only the user turns it on, since every extension then sees models that train on prompts. */
export class ModelOffer implements Disposable {
  readonly #dependencies: ModelOfferDependencies;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(dependencies: ModelOfferDependencies) {
    this.#dependencies = dependencies;
    if (this.isEnabled) dependencies.setContext(true);
  }

  get isEnabled(): boolean {
    return this.#dependencies.memento.get(stateKey) === true;
  }

  async enable(): Promise<void> {
    if (this.isEnabled) return;
    await this.#dependencies.memento.update(stateKey, true);
    this.#dependencies.setContext(true);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

const stateKey = "offersLanguageModels";
