import { t } from "@vscode/l10n";
import { RouterError, type Router, type RouterEvent } from "../router/index";
import type { ApiKey } from "./apiKey";

export interface PrivacyNoticeDependencies {
  apiKey: Pick<ApiKey, "source">;
  /** Whether it was said on this machine. */
  memory: { get(): boolean; set(): unknown };
  /** Says it, and resolves to whether the question may go on. */
  say: () => Promise<boolean>;
}

/**
 * Nobody's first question leaves before they were told what providers may do with it. Every way to a stored key says so, and so does the page of
 * an empty chat; a key from the environment comes without a word, and commands ask at once.
 */
export class PrivacyNotice {
  #asking: Promise<boolean> | undefined;

  constructor(private readonly dependencies: PrivacyNoticeDependencies) {}

  /** It stood before the user's eyes. */
  wasRead(): void {
    if (!this.dependencies.memory.get()) void this.dependencies.memory.set();
  }

  /** The same router, which sends nothing before the word was said. */
  guard(router: Router): Router {
    return {
      ...router,
      // Once it was said, no delta passes through a generator of ours.
      complete: (request, options) =>
        this.dependencies.memory.get()
          ? router.complete(request, options)
          : this.#after(() => router.complete(request, options)),
    };
  }

  async *#after(send: () => AsyncIterable<RouterEvent>): AsyncGenerator<RouterEvent, void, undefined> {
    if (!(await this.#said())) throw new RouterError("aborted", t("Nothing was sent."));
    yield* send();
  }

  async #said(): Promise<boolean> {
    const { apiKey, memory, say } = this.dependencies;
    const source = await apiKey.source();
    // Nothing is sent without a key; the way to one says it.
    if (source === undefined) return true;
    if (source === "environment" && !memory.get()) {
      this.#asking ??= say().finally(() => (this.#asking = undefined));
      if (!(await this.#asking)) return false;
    }
    this.wasRead();
    return true;
  }
}
