import type { Log } from "../router/index";
import { utcDate } from "../timeFormat";

/** What the user has decided about an extension that asks models: everything, so many requests a day, or nothing. */
export type Permission = "allow" | "limited" | "never";

/** What an extension has spent. */
export interface Requester {
  /** The id of the extension, such as `github.copilot-chat`; `core` for VS Code itself. */
  readonly id: string;
  readonly permission?: Permission | undefined;
  readonly requestsToday: number;
  readonly requests: number;
}

/** The requests a day of the permission `limited`. */
export const dailyLimit = 20;

interface StoredRequester extends Requester {
  /** The UTC day of `requestsToday`, `YYYY-MM-DD`. */
  readonly day: string;
}

/** The key of the stored requesters in the extension's state. */
export const requestersKey = "requesters";

export interface RequestersDependencies {
  readonly storage: { get(): unknown; set(value: unknown): PromiseLike<void> };
  /** Asks the user; `undefined` if they close the question. */
  readonly ask: (id: string) => Promise<Permission | undefined>;
  readonly now: () => number;
  readonly log: Pick<Log, "warn">;
}

/** The stored requesters, with the requests of this day; those with most requests first. */
export function readRequesters(stored: unknown, now: number): StoredRequester[] {
  const day = utcDate(now);
  return (Array.isArray(stored) ? stored : [])
    .filter(isStoredRequester)
    .map((each) => (each.day === day ? each : { ...each, day, requestsToday: 0 }))
    .sort((one, other) => other.requests - one.requests);
}

const permissions: readonly unknown[] = ["allow", "limited", "never", undefined];

/** By hand: a schema library would be in a bundle a second time, for this one record. */
function isStoredRequester(value: unknown): value is StoredRequester {
  if (typeof value !== "object" || value === null) return false;
  const { id, day, permission, requestsToday, requests } = value as Readonly<Record<string, unknown>>;
  const areNumbers = typeof requestsToday === "number" && typeof requests === "number";
  return typeof id === "string" && typeof day === "string" && areNumbers && permissions.includes(permission);
}

/** Why an extension gets no answer. */
export type Refusal = "never" | "dismissed" | "daily-limit";

/**
 * The extensions that ask models. VS Code itself asks the user nothing before it passes their requests on, so each is asked about once; what
 * the user closes is refused until the window closes.
 */
export class Requesters {
  readonly #dependencies: RequestersDependencies;
  readonly #asking = new Map<string, Promise<Permission | undefined>>();
  readonly #dismissed = new Set<string>();

  constructor(dependencies: RequestersDependencies) {
    this.#dependencies = dependencies;
  }

  /** Why the extension may not send a request, after asking the user if needed; `undefined` if it may. */
  async refusal(id: string): Promise<Refusal | undefined> {
    if (this.#dismissed.has(id)) return "dismissed";
    const permission = this.#find(id).permission ?? (await this.#askOnce(id));
    switch (permission) {
      case undefined:
        return "dismissed";
      case "never":
        return "never";
      case "allow":
        return undefined;
      case "limited":
        return this.#find(id).requestsToday < dailyLimit ? undefined : "daily-limit";
    }
  }

  async setPermission(id: string, permission: Permission): Promise<void> {
    this.#dismissed.delete(id);
    await this.#change(id, (requester) => ({ ...requester, permission }));
  }

  /** Adds the requests that a completion of the extension has sent. */
  async count(id: string, requests: number): Promise<void> {
    await this.#change(id, (requester) => ({
      ...requester,
      requestsToday: requester.requestsToday + requests,
      requests: requester.requests + requests,
    }));
  }

  /** One question at a time for each extension. */
  async #askOnce(id: string): Promise<Permission | undefined> {
    const asking = this.#asking.get(id) ?? this.#dependencies.ask(id).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    const permission = await asking;
    if (permission !== undefined) await this.setPermission(id, permission);
    else if (!this.#dismissed.has(id)) {
      this.#dismissed.add(id);
      // So that the user finds it where access is managed.
      await this.#change(id, (requester) => requester);
    }
    return permission;
  }

  #find(id: string): StoredRequester {
    const { storage, now } = this.#dependencies;
    const known = readRequesters(storage.get(), now()).find((each) => each.id === id);
    return known ?? { id, day: utcDate(now()), requestsToday: 0, requests: 0 };
  }

  async #change(id: string, change: (requester: StoredRequester) => StoredRequester): Promise<void> {
    const { storage, now } = this.#dependencies;
    const others = readRequesters(storage.get(), now()).filter((each) => each.id !== id);
    try {
      await storage.set([...others, change(this.#find(id))]);
    } catch (error) {
      this.#dependencies.log.warn(`Could not save the requests of ${id}: ${String(error)}`);
    }
  }
}
