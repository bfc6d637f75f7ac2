/** The part of `vscode.Memento` that is used here. */
interface Memento {
  keys(): readonly string[];
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Whether to offer once to move the chat view beside VS Code's own chat. Only new installs are asked: others have found a place for it. */
export class MoveOffer {
  readonly #memento: Memento;

  /** Created at each start, before anything else is stored: in an extension that was just installed, nothing is. */
  constructor(memento: Memento) {
    this.#memento = memento;
    if (memento.keys().length === 0) void memento.update(stateKey, true);
  }

  get isDue(): boolean {
    return this.#memento.get(stateKey) === true;
  }

  end(): void {
    void this.#memento.update(stateKey, false);
  }
}

const stateKey = "offersMoveBesideChat";
