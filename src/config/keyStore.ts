import type { Disposable } from "../lifecycle";

/** The part of `vscode.SecretStorage` that is used here. */
export interface SecretStorage {
  keys(): PromiseLike<string[]>;
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (change: { key: string }) => void): Disposable;
}

/** The secret of version 0.1.0, which had one key for whatever address was set. */
const unboundName = "apiKey";
const prefix = "apiKey:";

/**
 * API keys in VS Code's secret storage, each in a secret of its own, named by the origin that the key was entered for:
 * `apiKey:https://openrouter.ai`. An empty secret means that the user wants to send no key there. Every method rejects if the secret storage
 * does not work on this computer.
 */
export class KeyStore {
  readonly #secrets: SecretStorage;

  constructor(secrets: SecretStorage) {
    this.#secrets = secrets;
  }

  /** The key for the origin; empty if the user declined to send one, `undefined` if nothing is saved. */
  async get(origin: string): Promise<string | undefined> {
    return this.#secrets.get(prefix + origin);
  }

  async save(origin: string, key: string): Promise<void> {
    await this.#secrets.store(prefix + origin, key);
  }

  /** Remembers that the origin gets no key. */
  async decline(origin: string): Promise<void> {
    await this.#secrets.store(prefix + origin, "");
  }

  /** The origins that have a key, sorted. */
  async origins(): Promise<readonly string[]> {
    const names = (await this.#secrets.keys()).filter((name) => name.startsWith(prefix));
    const found = await Promise.all(
      names.map(async (name) => ((await this.#secrets.get(name)) ? [name.slice(prefix.length)] : [])),
    );
    return found.flat().sort();
  }

  /** Deletes the key or the decision for the origin. */
  async delete(origin: string): Promise<void> {
    await this.#secrets.delete(prefix + origin);
  }

  /** Deletes every key and every decision. */
  async clear(): Promise<void> {
    for (const name of await this.#secrets.keys()) if (isKeyName(name)) await this.#secrets.delete(name);
  }

  /** Binds the key of version 0.1.0 to the origin. A crash in between repeats it, and a newer key for the origin wins. */
  async bindUnboundKey(origin: string): Promise<void> {
    const key = await this.#secrets.get(unboundName);
    if (key === undefined) return;
    if (key && !(await this.get(origin))) await this.save(origin, key);
    await this.#secrets.delete(unboundName);
  }

  /** Fires when any window changes a key or a decision. */
  onDidChange(listener: () => void): Disposable {
    return this.#secrets.onDidChange(({ key }) => {
      if (isKeyName(key)) listener();
    });
  }
}

function isKeyName(name: string): boolean {
  return name === unboundName || name.startsWith(prefix);
}
