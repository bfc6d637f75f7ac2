import type { Disposable } from "../lifecycle";
import type { Log } from "../router/index";

export type KeySource = "secret storage" | "environment";

/** The part of `vscode.SecretStorage` that is used here. */
export interface SecretStorage {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (change: { key: string }) => void): Disposable;
}

const secretName = "apiKey";
const environmentVariable = "OPENROUTER_API_KEY";

/**
 * The user's API key, from VS Code's secret storage or else from the environment variable `OPENROUTER_API_KEY`. It is read on every use and
 * never cached, so that saving or forgetting it takes effect in all windows immediately.
 */
export class ApiKey {
  readonly #secrets: SecretStorage;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #log: Log;

  constructor(secrets: SecretStorage, environment: Readonly<Record<string, string | undefined>>, log: Log) {
    this.#secrets = secrets;
    this.#environment = environment;
    this.#log = log;
  }

  async read(): Promise<string | undefined> {
    return (await this.#fromSecretStorage()) ?? this.#fromEnvironment();
  }

  /** The source of the key in use; `undefined` if there is no key. */
  async source(): Promise<KeySource | undefined> {
    if ((await this.#fromSecretStorage()) !== undefined) return "secret storage";
    return this.#fromEnvironment() === undefined ? undefined : "environment";
  }

  /** Rejects if the secret storage does not work on this computer. */
  async save(key: string): Promise<void> {
    await this.#secrets.store(secretName, key);
  }

  /** Deletes the saved key. A key from the environment is then used again. */
  async forget(): Promise<void> {
    await this.#secrets.delete(secretName);
  }

  /** Fires when any window changes the saved key. */
  onDidChange(listener: () => void): Disposable {
    return this.#secrets.onDidChange(({ key }) => {
      if (key === secretName) listener();
    });
  }

  async #fromSecretStorage(): Promise<string | undefined> {
    try {
      return (await this.#secrets.get(secretName)) || undefined;
    } catch (error) {
      this.#log.warn(`Could not read the secret storage: ${String(error)}`);
      return undefined;
    }
  }

  #fromEnvironment(): string | undefined {
    return this.#environment[environmentVariable]?.trim() || undefined;
  }
}
