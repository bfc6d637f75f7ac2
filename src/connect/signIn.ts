import { t } from "@vscode/l10n";
import { createHash, randomBytes } from "node:crypto";
import { errorMessage } from "../failureMessages";
import type { Disposable } from "../lifecycle";
import { isRouterError } from "../router/index";
import type { SaveKeyResult } from "./saveKey";

/** What is shown while the user signs in with the browser: ways to go on, and a field for a code or a key. */
export interface SignInBox extends Disposable {
  /** The text is a code, the URL on which the browser ended, or an API key. */
  onDidEnter(listener: (text: string) => void): unknown;
  /** Opens the page again. */
  onDidRequestPage(listener: () => void): unknown;
  /** Opens a page that shows a code to paste, because the browser cannot return to this window. */
  onDidRequestCode(listener: () => void): unknown;
  onDidClose(listener: () => void): unknown;
  /** Shows the field. */
  showField(): void;
  /** Disables the box, for example while a code is exchanged. */
  setBusy(busy: boolean): void;
  /** Shows a problem; `undefined` clears it. `input` is put into the box, so that Enter retries it. */
  showProblem(problem: string | undefined, input?: string): void;
}

export interface SignInDependencies {
  openBox(): SignInBox;
  /** The URL that returns a browser to this window and this sign-in; `undefined` if there is none. */
  callbackUrl(nonce: string): Promise<string | undefined>;
  /** Opens the sign-in page of the service; false if the user declined. Without a callback URL the page shows a code to paste. */
  openPage(challenge: string, callbackUrl: string | undefined): Promise<boolean>;
  /** Exchanges a code for an API key; rejects with a `RouterError`. */
  exchangeCode(code: string, verifier: string, signal: AbortSignal): Promise<string>;
  /** Checks and saves a key and notifies the user, unless the service rejects the key. */
  saveKey(key: string, signal: AbortSignal): Promise<SaveKeyResult>;
}

/**
 * Sign-in with OAuth and PKCE, one at a time per window. A nonce ensures that only the window and the sign-in that opened the browser
 * accept its answer, and only once. The verifier stays in memory and is discarded when the sign-in ends.
 */
export class SignIn implements Disposable {
  readonly #dependenciesForAttempt: () => SignInDependencies;
  readonly #onDidChange: (isWaiting: boolean) => void;
  #attempt: SignInAttempt | undefined;

  /** Asks for the dependencies once per sign-in, so that its code and its key go to the address where it was started. */
  constructor(dependenciesForAttempt: () => SignInDependencies, onDidChange: (isWaiting: boolean) => void) {
    this.#dependenciesForAttempt = dependenciesForAttempt;
    this.#onDidChange = onDidChange;
  }

  /** Starts a sign-in, or reopens the browser for the current one. Resolves to whether a key was saved. */
  start(): Promise<boolean> {
    if (this.#attempt) {
      void this.#attempt.openBrowser();
      return this.#attempt.ended;
    }
    const attempt = new SignInAttempt(this.#dependenciesForAttempt(), () => {
      this.#attempt = undefined;
      this.#onDidChange(false);
    });
    this.#attempt = attempt;
    this.#onDidChange(true);
    void attempt.openBrowser();
    return attempt.ended;
  }

  /** Opens the page that shows a code, and the field for it. Does nothing while no sign-in is under way. */
  requestCode(): void {
    this.#attempt?.requestCode();
  }

  /** Handles the query of the callback URL. Returns false if it does not belong to the current sign-in of this window. */
  receive(query: string): boolean {
    const parameters = new URLSearchParams(query);
    return this.#attempt?.receive(parameters.get("nonce"), parameters.get("code")) ?? false;
  }

  dispose(): void {
    this.#attempt?.end(false);
  }
}

class SignInAttempt {
  readonly #dependencies: SignInDependencies;
  readonly #box: SignInBox;
  readonly #verifier = randomBytes(32).toString("base64url");
  readonly #nonce = randomBytes(16).toString("hex");
  readonly #abort = new AbortController();
  readonly #result = Promise.withResolvers<boolean>();
  readonly #onEnd: () => void;
  #busy = false;
  #usedCallback = false;
  /** A code from the browser that arrived while another one was being exchanged. */
  #nextCode: string | undefined;

  constructor(dependencies: SignInDependencies, onEnd: () => void) {
    this.#dependencies = dependencies;
    this.#onEnd = onEnd;
    this.#box = dependencies.openBox();
    this.#box.onDidClose(() => this.end(false));
    this.#box.onDidRequestPage(() => void this.openBrowser());
    this.#box.onDidRequestCode(() => this.requestCode());
    this.#box.onDidEnter((text) => void this.#enter(text.trim()));
  }

  /** Resolves to whether a key was saved. */
  get ended(): Promise<boolean> {
    return this.#result.promise;
  }

  /** Opens the page that returns to this window or, if that is not possible, the one that shows a code. */
  async openBrowser(): Promise<void> {
    await this.#openPage(await this.#dependencies.callbackUrl(this.#nonce).catch(() => undefined));
  }

  requestCode(): void {
    this.#box.showField();
    void this.#openPage(undefined);
  }

  receive(nonce: string | null, code: string | null): boolean {
    if (nonce !== this.#nonce || this.#usedCallback) return false;
    if (code) {
      this.#usedCallback = true;
      // A pasted code may be wrong, but this one is valid and works only once, so it must not be lost.
      if (this.#busy) this.#nextCode = code;
      else void this.#exchange(code);
    } else this.#box.showProblem(t("OpenRouter did not return an API key. Open the page again to retry."));
    return true;
  }

  end(signedIn: boolean): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#box.dispose();
    this.#result.resolve(signedIn);
    this.#onEnd();
  }

  async #openPage(callbackUrl: string | undefined): Promise<void> {
    const challenge = createHash("sha256").update(this.#verifier).digest("base64url");
    const opened = await this.#dependencies.openPage(challenge, callbackUrl).catch(() => false);
    if (this.#abort.signal.aborted) return;
    // The new page issues a new code, so accept another callback.
    this.#usedCallback = false;
    this.#box.showProblem(
      opened ? undefined : t("The browser was not opened. Open the page again, or enter an API key."),
    );
  }

  async #enter(text: string): Promise<void> {
    if (text === "" || this.#busy) return;
    if (/^["']?(sk-|bearer\s)/i.test(text)) await this.#saveKey(text);
    else await this.#exchange(codeFrom(text));
  }

  async #exchange(code: string): Promise<void> {
    if (this.#busy) return;
    await this.#runBusy(async (signal) => {
      const key = await this.#dependencies.exchangeCode(code, this.#verifier, signal);
      if (signal.aborted) return;
      await this.#saveAndEnd(
        key,
        t("OpenRouter rejected the API key that it just issued. Open the page again to retry."),
      );
    }, code);
  }

  async #saveKey(key: string): Promise<void> {
    const rejectedMessage = t("OpenRouter rejected this key. Copy it again or sign in instead.");
    await this.#runBusy(() => this.#saveAndEnd(key, rejectedMessage), key);
  }

  /** Saves the key and ends the sign-in. If the service rejects the key, the box stays open for another one. */
  async #saveAndEnd(key: string, rejectedMessage: string): Promise<void> {
    const result = await this.#dependencies.saveKey(key, this.#abort.signal);
    if (result === "rejected") this.#box.showProblem(rejectedMessage);
    else this.end(result === "saved");
  }

  async #runBusy(work: (signal: AbortSignal) => Promise<void>, input: string): Promise<void> {
    const { signal } = this.#abort;
    this.#busy = true;
    this.#box.showProblem(undefined);
    this.#box.setBusy(true);
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isRouterError(error) && error.reason === "unauthorized")
        this.#box.showProblem(
          t("OpenRouter rejected this code. It is invalid, already used, or expired; get a new one."),
        );
      else this.#box.showProblem(t("{0} Press Enter to try again.", errorMessage(error).sentence), input);
    } finally {
      this.#busy = false;
      if (!signal.aborted) this.#box.setBusy(false);
    }
    const next = this.#nextCode;
    this.#nextCode = undefined;
    if (next !== undefined && !signal.aborted) await this.#exchange(next);
  }
}

/** The code in the pasted text, which may be the whole URL on which the browser ended. */
function codeFrom(text: string): string {
  return URL.parse(text)?.searchParams.get("code") ?? text;
}
