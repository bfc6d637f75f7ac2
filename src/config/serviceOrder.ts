import type { Disposable } from "../lifecycle";
import type { ServiceOrder } from "../router/index";

/** All orders, from the one that sends most elsewhere to the strictest. */
export const serviceOrders: readonly ServiceOrder[] = ["openrouter-first", "all-alike", "local-first", "only-local"];

/** The value as an order; `undefined` for anything else, since users edit settings by hand. */
export function parseServiceOrder(value: unknown): ServiceOrder | undefined {
  return serviceOrders.find((order) => order === value);
}

/** The strictest of the orders; the default if there is none. */
export function strictestOrder(orders: readonly (ServiceOrder | undefined)[]): ServiceOrder {
  const ranks = orders.map((order) => (order === undefined ? 0 : serviceOrders.indexOf(order)));
  return serviceOrders[Math.max(0, ...ranks)] ?? "openrouter-first";
}

/** The part of `vscode.Memento` that is used here. */
export interface OrderMemento {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = "serviceOrder";

/**
 * The order that the user chose for the open workspace. It is in VS Code's own storage, not in the workspace's settings, which belong to
 * a repository that others share.
 */
export class WorkspaceServiceOrder {
  readonly #memento: OrderMemento;
  readonly #listeners = new Set<() => void>();

  constructor(memento: OrderMemento) {
    this.#memento = memento;
  }

  /** `undefined` if the user chose none here. */
  get(): ServiceOrder | undefined {
    return parseServiceOrder(this.#memento.get(key));
  }

  /** Saves the choice; `undefined` removes it. */
  async set(order: ServiceOrder | undefined): Promise<void> {
    if (order === this.get()) return;
    await this.#memento.update(key, order);
    for (const listener of this.#listeners) listener();
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }
}
