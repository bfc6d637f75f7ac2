import { t } from "@vscode/l10n";
import {
  defaultSettings,
  RouterError,
  isServiceKind,
  serviceDescription,
  type KeyUse,
  type ServiceId,
} from "../router/index";
import type { ApiKey } from "./apiKey";
import { hostOf, isLoopbackOrigin, originOf } from "./baseUrl";

/** A key that the user saved for `owner` and that may be needed for `origin`. */
export interface KeyQuestion {
  readonly owner: string;
  readonly origin: string;
}

export interface KeyPermissionDependencies {
  apiKey: Pick<ApiKey, "find" | "findAt" | "allow" | "decline">;
  /** Asks whether to send the key to the new origin or to enter another one; `undefined` to send none. */
  ask: (question: KeyQuestion) => Promise<"send" | "enter" | undefined>;
  /** Lets the user enter a key for this address. Resolves to whether one was saved. */
  enterKey: (baseUrl: string) => Promise<boolean>;
  /** Informs the user that the key from the environment is sent to this origin. */
  notifyEnvironmentKey: (origin: string) => void;
  /** The origins that `notifyEnvironmentKey` has named on this computer. */
  notifiedOrigins: { get(): readonly string[]; set(origins: readonly string[]): unknown };
}

/**
 * The way of every key into a request. A key that was saved for another host is not sent before the user has answered where it may go. The
 * answer is remembered for that origin; *Choose Key* asks again. Only completions ask. Background requests, for which
 * no user is waiting, go without a key.
 */
export class KeyPermission {
  readonly #dependencies: KeyPermissionDependencies;
  /** The open question of each origin, shared by all completions that wait for it. */
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(dependencies: KeyPermissionDependencies) {
    this.#dependencies = dependencies;
  }

  /** The key for a request. Rejects with the `RouterError` `key-withheld` for a completion that the user has not allowed the key for. */
  async keyFor({ service, baseUrl, purpose }: KeyUse): Promise<string | undefined> {
    if (service !== "openrouter") return takesKey(service) ? this.#dependencies.apiKey.findAt(baseUrl) : undefined;
    let found = await this.#dependencies.apiKey.find(baseUrl);
    if (found?.source === "withheld" && purpose === "completion") {
      if (found.isDeclined || !(await this.askAgain(baseUrl))) throw withheldError(found.owner, originOf(baseUrl));
      found = await this.#dependencies.apiKey.find(baseUrl);
    }
    if (found?.source === "environment") this.#notifyOnce(originOf(baseUrl));
    return found && "key" in found ? found.key : undefined;
  }

  /** Asks the user, even after a "no", if the key for this address is withheld. Resolves to whether there is a key afterwards. */
  async askAgain(baseUrl: string): Promise<boolean> {
    const origin = originOf(baseUrl);
    const running = this.#asking.get(origin);
    if (running) return running;
    const asking = this.#ask(baseUrl).finally(() => this.#asking.delete(origin));
    this.#asking.set(origin, asking);
    return asking;
  }

  async #ask(baseUrl: string): Promise<boolean> {
    const { apiKey, ask, enterKey } = this.#dependencies;
    const found = await apiKey.find(baseUrl);
    if (found?.source !== "withheld") return found !== undefined;
    const answer = await ask({ owner: found.owner, origin: originOf(baseUrl) });
    if (answer === "enter") return enterKey(baseUrl);
    if (answer === "send") await apiKey.allow(baseUrl, found.owner);
    else await apiKey.decline(baseUrl);
    return answer === "send";
  }

  /** The variable is named after OpenRouter, and on this computer nothing is sent. */
  #notifyOnce(origin: string): void {
    const { notifiedOrigins, notifyEnvironmentKey } = this.#dependencies;
    if (origin === originOf(defaultSettings.baseUrl) || isLoopbackOrigin(origin)) return;
    if (notifiedOrigins.get().includes(origin)) return;
    void notifiedOrigins.set([...notifiedOrigins.get(), origin]);
    notifyEnvironmentKey(origin);
  }
}

/** Whether a service can have a key. Nothing is known of a custom one, so that it gets the key that the user saved for it, if any. */
function takesKey(service: ServiceId): boolean {
  return !isServiceKind(service) || serviceDescription(service).keyPage !== undefined;
}

function withheldError(owner: string, origin: string): RouterError {
  const message = t("The API key was saved for {0} and was not sent to {1}.", hostOf(owner), hostOf(origin));
  return new RouterError("key-withheld", message, { detail: message });
}
