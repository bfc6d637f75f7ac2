import { t } from "@vscode/l10n";
import { RouterError, type Router, type RouterEvent } from "../router/index";
import type { ApiKey } from "./apiKey";

export interface PrivacyNoticeDependencies {
  apiKey: Pick<ApiKey, "source">;
  /** Whether the notice was shown on this computer. */
  acknowledged: { get(): boolean; set(): unknown };
  /** Shows the notice and resolves to whether the question may be sent. */
  ask: () => Promise<boolean>;
}

/**
 * Ensures that users learn what providers may do with their questions before the first one is sent. Sign-in, key entry and the empty chat
 * show the notice. With a key from the environment, an editor command may send the first question before any of these was visible; this requires a
 * separate dialog.
 */
export class PrivacyNotice {
  readonly #dependencies: PrivacyNoticeDependencies;
  #asking: Promise<boolean> | undefined;

  constructor(dependencies: PrivacyNoticeDependencies) {
    this.#dependencies = dependencies;
  }

  /** Records that the notice was visible to the user. */
  markRead(): void {
    if (!this.#dependencies.acknowledged.get()) void this.#dependencies.acknowledged.set();
  }

  /** Wraps a router so that it sends nothing before the notice was shown. */
  guard(router: Router): Router {
    return {
      ...router,
      // Afterwards calls the router directly, to avoid an additional generator per delta.
      complete: (request, options) =>
        this.#dependencies.acknowledged.get()
          ? router.complete(request, options)
          : this.#completeAfterNotice(() => router.complete(request, options)),
    };
  }

  async *#completeAfterNotice(
    complete: () => AsyncIterable<RouterEvent>,
  ): AsyncGenerator<RouterEvent, void, undefined> {
    if (!(await this.#maySend())) throw new RouterError("aborted", t("Nothing was sent."));
    yield* complete();
  }

  async #maySend(): Promise<boolean> {
    const { apiKey, acknowledged, ask } = this.#dependencies;
    const source = await apiKey.source();
    // Without a key nothing is sent, and setting one up shows the notice.
    if (source === undefined) return true;
    if (source === "environment" && !acknowledged.get()) {
      this.#asking ??= ask().finally(() => (this.#asking = undefined));
      if (!(await this.#asking)) return false;
    }
    this.markRead();
    return true;
  }
}
