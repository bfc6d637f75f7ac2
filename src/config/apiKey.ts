import { DisposableStore, lazy, type Disposable } from "../lifecycle";
import { defaultSettings, serviceKinds, type Log } from "../router/index";
import { isLoopbackOrigin, originOf } from "./baseUrl";
import { KeyStore, type SecretStorage } from "./keyStore";
import type { Settings } from "./settings";

/** `withheld`: there is a key, but it belongs to another host. */
export type KeySource = "secret storage" | "environment" | "withheld";

export type FoundKey =
  | { readonly source: "secret storage" | "environment"; readonly key: string }
  /** `owner` is the origin that the key was saved for. `isDeclined`: the user has decided not to send it here. */
  | { readonly source: "withheld"; readonly owner: string; readonly isDeclined: boolean };

export interface ApiKeyOptions {
  secrets: SecretStorage;
  environment: Readonly<Record<string, string | undefined>>;
  /** The address that the user has set. */
  settings: Pick<Settings, "baseUrl" | "services" | "onDidChange">;
  log: Log;
}

const environmentVariable = "OPENROUTER_API_KEY";

/**
 * The user's API keys, from VS Code's secret storage or else from the environment variable `OPENROUTER_API_KEY`. A saved key belongs to the
 * origin that it was entered for and goes to another one only if the user allows it, except on this computer. The key from the environment
 * belongs to the address in the user's settings. Keys are read on every use and never cached, so that saving or forgetting one takes effect in
 * all windows immediately.
 */
export class ApiKey {
  readonly #store: KeyStore;
  readonly #environment: ApiKeyOptions["environment"];
  readonly #settings: ApiKeyOptions["settings"];
  readonly #log: Log;
  /** Binds the key of version 0.1.0 to the address that is set when this version starts for the first time. */
  readonly #bindUnboundKey: () => Promise<void>;

  constructor({ secrets, environment, settings, log }: ApiKeyOptions) {
    this.#store = new KeyStore(secrets);
    this.#environment = environment;
    this.#settings = settings;
    this.#log = log;
    const originAtStart = this.#currentOrigin;
    this.#bindUnboundKey = lazy(() => this.#store.bindUnboundKey(originAtStart));
  }

  /** The key that the user saved for this very address; `undefined` if there is none. Services beside OpenRouter get no other. */
  async findAt(baseUrl: string): Promise<string | undefined> {
    return (await this.#fromStore((store) => store.get(originOf(baseUrl)))) || undefined;
  }

  /** The key for this address of OpenRouter's API; `undefined` if there is none. */
  async find(baseUrl: string): Promise<FoundKey | undefined> {
    const origin = originOf(baseUrl);
    const saved = await this.#fromStore((store) => store.get(origin));
    if (saved) return { source: "secret storage", key: saved };
    const key = this.#environment[environmentVariable]?.trim();
    if (key && origin === this.#currentOrigin) return { source: "environment", key };
    const owner = await this.#otherOrigin(origin);
    if (owner === undefined) return undefined;
    if (!isLoopbackOrigin(origin)) return { source: "withheld", owner, isDeclined: saved === "" };
    const ownersKey = await this.#fromStore((store) => store.get(owner));
    return ownersKey ? { source: "secret storage", key: ownersKey } : undefined;
  }

  /** The key that requests to the address in the settings carry. */
  async read(): Promise<string | undefined> {
    const found = await this.find(this.#settings.baseUrl.url);
    return found && "key" in found ? found.key : undefined;
  }

  /** The source of the key for the address in the settings; `undefined` if there is no key. */
  async source(): Promise<KeySource | undefined> {
    return (await this.find(this.#settings.baseUrl.url))?.source;
  }

  /** Saves a key that the user entered for this address. Rejects if the secret storage does not work on this computer. */
  async save(key: string, baseUrl = this.#settings.baseUrl.url): Promise<void> {
    await this.#store.save(originOf(baseUrl), key);
  }

  /** Lets this address use the key that belongs to `owner`, from now on. */
  async allow(baseUrl: string, owner: string): Promise<void> {
    const key = await this.#store.get(owner);
    if (key) await this.#store.save(originOf(baseUrl), key);
  }

  /** Remembers that the user does not want to send a key to this address. */
  async decline(baseUrl: string): Promise<void> {
    await this.#store.decline(originOf(baseUrl));
  }

  /** Deletes the key that was saved for this address. */
  async forgetAt(baseUrl: string): Promise<void> {
    await this.#store.delete(originOf(baseUrl));
  }

  /** Deletes the saved keys of all hosts. A key from the environment is then used again. */
  async forget(): Promise<void> {
    await this.#store.clear();
  }

  /** Fires when any window changes a saved key, and when the user changes the address. */
  onDidChange(listener: () => void): Disposable {
    const subscriptions = new DisposableStore();
    subscriptions.add(this.#store.onDidChange(listener));
    let origin = this.#currentOrigin;
    subscriptions.add(
      this.#settings.onDidChange(() => {
        const before = origin;
        origin = this.#currentOrigin;
        if (origin !== before) listener();
      }),
    );
    return subscriptions;
  }

  get #currentOrigin(): string {
    return originOf(this.#settings.baseUrl.url);
  }

  /** The origins of the services beside OpenRouter: those in use, and the usual ones. */
  get #serviceOrigins(): ReadonlySet<string> {
    const uses = [...this.#settings.services.services, ...Object.values(serviceKinds)];
    return new Set(uses.flatMap(({ baseUrl }) => (baseUrl === "" ? [] : [originOf(baseUrl)])));
  }

  /** The origin whose key could be used for this one: OpenRouter, or else the first that has a key. Keys of other services stay theirs. */
  async #otherOrigin(origin: string): Promise<string | undefined> {
    const origins = (await this.#fromStore((store) => store.origins())) ?? [];
    const ofServices = this.#serviceOrigins;
    const others = origins.filter((each) => each !== origin && !ofServices.has(each));
    return others.find((each) => each === originOf(defaultSettings.baseUrl)) ?? others[0];
  }

  /** Reads from the store; `undefined` if the secret storage does not work on this computer. */
  async #fromStore<T>(read: (store: KeyStore) => Promise<T>): Promise<T | undefined> {
    try {
      await this.#bindUnboundKey();
      return await read(this.#store);
    } catch (error) {
      this.#log.warn(`Could not read the secret storage: ${String(error)}`);
      return undefined;
    }
  }
}
