import type { Disposable } from "../lifecycle";
import type { Log } from "../router/index";

export type KeySource = "secret storage" | "environment";

/** The part of `vscode.SecretStorage` that is used here. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (change: { key: string }) => void): Disposable;
}

const secretName = "apiKey";
const environmentName = "OPENROUTER_API_KEY";

/**
 * The user's API key: in VS Code's SecretStorage, else from the environment variable `OPENROUTER_API_KEY`. It is read when it is
 * used and held nowhere, so that what one window keeps or forgets is true in all at once.
 */
export class ApiKey {
  constructor(
    private readonly secrets: Secrets,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly log: Log,
  ) {}

  async read(): Promise<string | undefined> {
    return (await this.#stored()) ?? this.#fromEnvironment();
  }

  /** Where the key in use comes from; `undefined` where there is none. */
  async source(): Promise<KeySource | undefined> {
    if ((await this.#stored()) !== undefined) return "secret storage";
    return this.#fromEnvironment() === undefined ? undefined : "environment";
  }

  /** Rejects where this machine has no working secret storage. */
  async keep(key: string): Promise<void> {
    await this.secrets.store(secretName, key);
  }

  /** Afterwards the environment's key is used, where there is one. */
  async forget(): Promise<void> {
    await this.secrets.delete(secretName);
  }

  /** Tells when the stored key changed, in whichever window. */
  onDidChange(listener: () => void): Disposable {
    return this.secrets.onDidChange(({ key }) => {
      if (key === secretName) listener();
    });
  }

  async #stored(): Promise<string | undefined> {
    try {
      return (await this.secrets.get(secretName)) || undefined;
    } catch (error) {
      this.log.warn(`The secret storage cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  #fromEnvironment(): string | undefined {
    return this.environment[environmentName]?.trim() || undefined;
  }
}

/** True for a whole OpenRouter key; keys of other services at other addresses may look like anything. */
export function isWholeKey(text: string): boolean {
  return /^sk-or-v1-[0-9a-f]{64}$/.test(text);
}

/** The key in what somebody pasted: without blanks, quotes, a variable's name or `Bearer` around it, and without what nobody sees. */
export function keyIn(pasted: string): string {
  return pasted
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^(export\s+)?[A-Z_]+\s*=\s*/, "")
    .replace(/^["']|["'];?$/g, "")
    .replace(/^bearer\s+/i, "")
    .trim();
}
