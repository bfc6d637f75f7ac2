import { t } from "@vscode/l10n";
import { createHash, randomBytes } from "node:crypto";
import { errorMessage } from "../failureMessages";
import type { Disposable } from "../lifecycle";
import { isRouterError } from "../router/index";
import type { SaveKeyResult } from "./saveKey";

/** What the user sees while the browser is open, and can do there. */
export interface SignInScreen extends Disposable {
  /** A code, the address the browser ended at, or a key. */
  onDidEnter(listener: (text: string) => void): void;
  /** The browser was closed, or never came up. */
  onDidAskForBrowser(listener: () => void): void;
  /** The browser cannot lead back to this window. */
  onDidAskForCode(listener: () => void): void;
  onDidClose(listener: () => void): void;
  /** While a code is being exchanged nothing can be entered. */
  busy(busy: boolean): void;
  /** A problem, in a sentence; `undefined` takes it away. `retry` is put into the box: Enter tries it again. */
  say(problem: string | undefined, retry?: string): void;
}

/** What a sign-in needs of the world. */
export interface SignInDependencies {
  openScreen(): SignInScreen;
  /** The address that leads a browser back to this window and this sign-in; `undefined` where none does. */
  callbackUrl(nonce: string): Promise<string | undefined>;
  /** Opens the service's page; false where the user did not want to. Without an address it shows a code to paste. */
  openPage(challenge: string, callbackUrl: string | undefined): Promise<boolean>;
  /** Rejects as the router does. */
  exchange(code: string, verifier: string, signal: AbortSignal): Promise<string>;
  /** Checks and keeps a key, and tells the user, except that the service refuses it. */
  keep(key: string, signal: AbortSignal): Promise<SaveKeyResult>;
}

/**
 * Signing in, in this window: one at a time. The browser's answer is taken only by the window that asked and for the sign-in it was asked
 * for, once; the verifier is nowhere but in memory and is gone when it ends.
 */
export class SignIn implements Disposable {
  readonly #dependencies: SignInDependencies;
  #attempt: Attempt | undefined;

  constructor(dependencies: SignInDependencies) {
    this.#dependencies = dependencies;
  }

  /** Lets the user sign in; resolves to whether that led to a key. While one is under way it is shown again. */
  start(): Promise<boolean> {
    if (this.#attempt) {
      void this.#attempt.openBrowser();
      return this.#attempt.ended;
    }
    const attempt = new Attempt(this.#dependencies, () => (this.#attempt = undefined));
    this.#attempt = attempt;
    void attempt.openBrowser();
    return attempt.ended;
  }

  /** Takes what the browser came back with, a query; false where no sign-in of this window waits for it. */
  receive(query: string): boolean {
    const answer = new URLSearchParams(query);
    return this.#attempt?.receive(answer.get("nonce"), answer.get("code")) ?? false;
  }

  dispose(): void {
    this.#attempt?.end(false);
  }
}

class Attempt {
  readonly #dependencies: SignInDependencies;
  readonly #screen: SignInScreen;
  readonly #verifier = randomBytes(32).toString("base64url");
  readonly #nonce = randomBytes(16).toString("hex");
  readonly #over = new AbortController();
  readonly #done = Promise.withResolvers<boolean>();
  readonly #onEnd: () => void;
  #exchanging = false;
  #usedCallback = false;
  /** Came from the browser while another was being exchanged. */
  #nextCode: string | undefined;

  constructor(dependencies: SignInDependencies, onEnd: () => void) {
    this.#dependencies = dependencies;
    this.#onEnd = onEnd;
    this.#screen = dependencies.openScreen();
    this.#screen.onDidClose(() => this.end(false));
    this.#screen.onDidAskForBrowser(() => void this.openBrowser());
    this.#screen.onDidAskForCode(() => void this.#openPage(undefined));
    this.#screen.onDidEnter((text) => void this.#enter(text.trim()));
  }

  /** Resolves to whether there is a key. */
  get ended(): Promise<boolean> {
    return this.#done.promise;
  }

  /** Opens the page that leads back here, or where none can, the one that shows a code. */
  async openBrowser(): Promise<void> {
    await this.#openPage(await this.#dependencies.callbackUrl(this.#nonce).catch(() => undefined));
  }

  receive(nonce: string | null, code: string | null): boolean {
    if (nonce !== this.#nonce || this.#usedCallback) return false;
    if (code) {
      this.#usedCallback = true;
      // What was pasted before it may be wrong; this code is surely ours, and works only once.
      if (this.#exchanging) this.#nextCode = code;
      else void this.#exchange(code);
    } else this.#screen.say(t("OpenRouter did not let the key out. Open the page again to try once more."));
    return true;
  }

  end(signedIn: boolean): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#screen.dispose();
    this.#done.resolve(signedIn);
    this.#onEnd();
  }

  async #openPage(callbackUrl: string | undefined): Promise<void> {
    const challenge = createHash("sha256").update(this.#verifier).digest("base64url");
    const opened = await this.#dependencies.openPage(challenge, callbackUrl).catch(() => false);
    if (this.#over.signal.aborted) return;
    // A new page leads to a new code, so its answer is awaited anew.
    this.#usedCallback = false;
    this.#screen.say(opened ? undefined : t("The browser was not opened. Use a button above, or paste a key here."));
  }

  async #enter(text: string): Promise<void> {
    if (text === "" || this.#exchanging) return;
    if (/^["']?(sk-|bearer\s)/i.test(text)) await this.#keep(text);
    else await this.#exchange(codeIn(text));
  }

  async #exchange(code: string): Promise<void> {
    if (this.#exchanging) return;
    await this.#busily(async (signal) => {
      const key = await this.#dependencies.exchange(code, this.#verifier, signal);
      if (signal.aborted) return;
      await this.#endWith(
        key,
        t("OpenRouter refuses the key that it has just made. Open the page again to try once more."),
      );
    }, code);
  }

  async #keep(key: string): Promise<void> {
    const refused = t("OpenRouter refuses this key. Copy it once more, or sign in instead.");
    await this.#busily(() => this.#endWith(key, refused), key);
  }

  /** It is over with this key, unless the service refuses it: only then is there something else to enter. */
  async #endWith(key: string, refused: string): Promise<void> {
    const fate = await this.#dependencies.keep(key, this.#over.signal);
    if (fate === "refused") this.#screen.say(refused);
    else this.end(fate === "kept");
  }

  async #busily(work: (signal: AbortSignal) => Promise<void>, retry: string): Promise<void> {
    const { signal } = this.#over;
    this.#exchanging = true;
    this.#screen.say(undefined);
    this.#screen.busy(true);
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isRouterError(error) && error.reason === "unauthorized")
        this.#screen.say(t("OpenRouter does not take this code: it is wrong, used up or too old. Get a new one."));
      else this.#screen.say(t("{0} Press Enter to try again.", errorMessage(error).sentence), retry);
    } finally {
      this.#exchanging = false;
      if (!signal.aborted) this.#screen.busy(false);
    }
    const next = this.#nextCode;
    this.#nextCode = undefined;
    if (next !== undefined && !signal.aborted) await this.#exchange(next);
  }
}

/** The code in what was pasted, be it the whole address that the browser ended at. */
function codeIn(text: string): string {
  return URL.parse(text)?.searchParams.get("code") ?? text;
}
