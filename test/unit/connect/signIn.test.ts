import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { SignIn, type SignInBox, type SignInDependencies } from "../../../src/connect/signIn";
import { Emitter } from "../../../src/lifecycle";
import { account, defaultSettings, RouterError } from "../../../src/router/index";
import { startOpenRouter, type OpenRouter } from "../../support/openRouter";

/** The input box, operated by the test. */
class FakeBox implements SignInBox {
  readonly enter = new Emitter<string>();
  readonly requestPage = new Emitter<void>();
  readonly requestCode = new Emitter<void>();
  readonly close = new Emitter<void>();
  readonly onDidEnter = (listener: (text: string) => void): void => void this.enter.event(listener);
  readonly onDidRequestPage = (listener: () => void): void => void this.requestPage.event(listener);
  readonly onDidRequestCode = (listener: () => void): void => void this.requestCode.event(listener);
  readonly onDidClose = (listener: () => void): void => void this.close.event(listener);
  problem: string | undefined;
  input: string | undefined;
  closed = false;
  readonly #problemShown = new Emitter<void>();

  showsField = false;

  setBusy(): void {}
  showField(): void {
    this.showsField = true;
  }
  showProblem(problem: string | undefined, input?: string): void {
    this.problem = problem;
    if (input !== undefined) this.input = input;
    this.#problemShown.fire();
  }
  dispose(): void {
    this.closed = true;
  }
  /** Resolves with the problem in the box, once there is one. */
  async nextProblem(): Promise<string> {
    while (this.problem === undefined)
      await new Promise<void>((resolve) => {
        const listener = this.#problemShown.event(() => {
          listener.dispose();
          resolve();
        });
      });
    return this.problem;
  }
}

/** An exact key, because one in six runs generates a random key that contains "bad". */
const rejectedKey = "sk-or-v1-bad";

/** A VS Code window with a browser and a simulated OpenRouter. */
class FakeWindow {
  readonly savedKeys: string[] = [];
  readonly boxes: FakeBox[] = [];
  /** Each change of whether a sign-in waits for the browser. */
  readonly waits: boolean[] = [];
  readonly #pageOpened = new Emitter<string>();
  browserOpens = true;
  rejectsKeys = false;
  hasSecretStorage = true;
  /** Undefined if no callback URL returns to this window. */
  callback: string | undefined = "vscode://free-models.free-models-router/signed-in";
  /** Delays the exchange of a code. */
  exchangeGate: Promise<unknown> = Promise.resolve();
  readonly signIn: SignIn;

  constructor(readonly service: OpenRouter) {
    const settings = { ...defaultSettings, baseUrl: service.baseUrl };
    const dependencies: SignInDependencies = {
      openBox: () => {
        const box = new FakeBox();
        this.boxes.push(box);
        return box;
      },
      callbackUrl: (nonce) => Promise.resolve(this.callback && `${this.callback}?nonce=${nonce}`),
      openPage: (challenge, callbackUrl) => {
        this.#pageOpened.fire(account.signInPage(settings, { challenge, callbackUrl, label: "Test" }));
        return Promise.resolve(this.browserOpens);
      },
      exchangeCode: async (code, verifier, signal) => {
        await this.exchangeGate;
        return account.exchangeCode(fetch, settings, { code, verifier, signal, now: Date.now() });
      },
      saveKey: (key) => {
        if (this.rejectsKeys || key === rejectedKey) return Promise.resolve("rejected");
        if (!this.hasSecretStorage) return Promise.resolve("not-saved");
        this.savedKeys.push(key);
        return Promise.resolve("saved");
      },
    };
    this.signIn = new SignIn(
      () => dependencies,
      (isWaiting) => this.waits.push(isWaiting),
    );
  }

  get box(): FakeBox {
    return this.boxes.at(-1)!;
  }

  /** Runs `act` and resolves with the page that it opens in the browser. */
  async openedPage(act: () => unknown): Promise<string> {
    const opened = new Promise<string>((resolve) => {
      const listener = this.#pageOpened.event((page) => {
        listener.dispose();
        resolve(page);
      });
    });
    act();
    return opened;
  }
}

/** Authorizes the extension on the page. Returns the URL to which the browser is redirected, or the code on the page. */
async function authorize(page: string): Promise<string> {
  const response = await fetch(page);
  assert.equal(response.status, 200, await response.text());
  const granted = await fetch(page.replace("/auth?", "/auth/grant?"), { redirect: "manual" });
  return granted.headers.get("location") ?? /<code id="code">(.*?)</.exec(await granted.text())?.[1] ?? "";
}

const queryOf = (url: string): string => new URL(url).search.slice(1);

async function withWindow(run: (window: FakeWindow, service: OpenRouter) => Promise<void>): Promise<void> {
  await using service = await startOpenRouter({ keys: [] });
  await run(new FakeWindow(service), service);
}

describe("SignIn", () => {
  test("exchanges the code from the browser for a key", () =>
    withWindow(async (window, service) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      const pageUrl = new URL(page);
      assert.equal(pageUrl.origin + pageUrl.pathname, `${service.url}/auth`);
      assert.equal(pageUrl.searchParams.get("code_challenge_method"), "S256");
      assert.equal(window.signIn.receive(queryOf(await authorize(page))), true);
      assert.equal(await ended, true);
      assert.deepEqual(window.savedKeys, service.signIn.keys);
      assert.equal(window.savedKeys.length, 1);
      assert.equal(window.box.closed, true);
      // Only the exchange sends the verifier; the browser gets its hash.
      const body = service.requests.at(-1)?.body as { code_verifier: string };
      const hash = createHash("sha256").update(body.code_verifier).digest("base64url");
      assert.equal(pageUrl.searchParams.get("code_challenge"), hash);
      assert.ok(!page.includes(body.code_verifier));
    }));

  test("rejects a callback with a wrong or missing nonce, or a repeated one", () =>
    withWindow(async (window, service) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      const callbackQuery = queryOf(await authorize(page));
      assert.equal(window.signIn.receive(callbackQuery.replace(/nonce=[0-9a-f]+/, `nonce=${"0".repeat(32)}`)), false);
      assert.equal(window.signIn.receive(callbackQuery.replace(/nonce=[0-9a-f]+&/, "")), false);
      assert.equal(window.signIn.receive(""), false);
      assert.equal(window.signIn.receive(callbackQuery), true);
      assert.equal(window.signIn.receive(callbackQuery), false);
      assert.equal(await ended, true);
      assert.equal(window.signIn.receive(callbackQuery), false);
      assert.equal(service.signIn.keys.length, 1);
    }));

  test("accepts only callbacks for the same window", () =>
    withWindow(async (first, service) => {
      const second = new FakeWindow(service);
      let ended: Promise<boolean> | undefined;
      const page = await first.openedPage(() => (ended = first.signIn.start()));
      await second.openedPage(() => void second.signIn.start());
      const callbackQuery = queryOf(await authorize(page));
      assert.equal(second.signIn.receive(callbackQuery), false);
      assert.equal(first.signIn.receive(callbackQuery), true);
      assert.equal(await ended, true);
      assert.deepEqual(second.savedKeys, []);
      second.box.close.fire();
    }));

  test("saves nothing after the user cancels", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      const callbackQuery = queryOf(await authorize(page));
      window.box.close.fire();
      assert.equal(await ended, false);
      assert.equal(window.signIn.receive(callbackQuery), false);
      assert.deepEqual(window.savedKeys, []);
    }));

  test("saves nothing if the user cancels during the exchange", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      const gate = Promise.withResolvers<undefined>();
      window.exchangeGate = gate.promise;
      assert.equal(window.signIn.receive(queryOf(await authorize(page))), true);
      window.box.close.fire();
      gate.resolve(undefined);
      assert.equal(await ended, false);
      assert.deepEqual(window.savedKeys, []);
    }));

  test("reopens the page for the same sign-in", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.openedPage(() => (ended = window.signIn.start()));
      const reopened = await window.openedPage(() => window.box.requestPage.fire());
      window.signIn.receive(queryOf(await authorize(reopened)));
      assert.equal(await ended, true);
      assert.equal(window.boxes.length, 1);
    }));

  test("starting twice continues the same sign-in", () =>
    withWindow(async (window) => {
      const ended: Promise<boolean>[] = [];
      await window.openedPage(() => ended.push(window.signIn.start()));
      const page = await window.openedPage(() => ended.push(window.signIn.start()));
      window.signIn.receive(queryOf(await authorize(page)));
      assert.deepEqual(await Promise.all(ended), [true, true]);
      assert.equal(window.boxes.length, 1);
    }));

  test("accepts a pasted code or URL if there is no callback URL", () =>
    withWindow(async (window) => {
      window.callback = undefined;
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      assert.equal(new URL(page).searchParams.has("callback_url"), false);
      const code = await authorize(page);
      window.box.enter.fire(`  https://openrouter.ai/somewhere?code=${code}  `);
      assert.equal(await ended, true);
      assert.equal(window.savedKeys.length, 1);
    }));

  test("shows a code to paste when the user requests one", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.openedPage(() => (ended = window.signIn.start()));
      const page = await window.openedPage(() => window.box.requestCode.fire());
      window.box.enter.fire(await authorize(page));
      assert.equal(await ended, true);
    }));

  test("can be asked for a code from elsewhere, and reports that it waits", () =>
    withWindow(async (window) => {
      window.signIn.requestCode();
      assert.deepEqual(window.boxes, []);
      let ended: Promise<boolean> | undefined;
      await window.openedPage(() => (ended = window.signIn.start()));
      assert.deepEqual(window.waits, [true]);
      const page = await window.openedPage(() => window.signIn.requestCode());
      assert.ok(window.box.showsField);
      window.box.enter.fire(await authorize(page));
      assert.equal(await ended, true);
      assert.deepEqual(window.waits, [true, false]);
    }));

  test("reports an invalid code and keeps the box open", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.openedPage(() => (ended = window.signIn.start()));
      window.box.enter.fire("auth_code_guessed");
      assert.match(await window.box.nextProblem(), /invalid, already used, or expired/);
      window.box.close.fire();
      assert.equal(await ended, false);
    }));

  test("puts the code into the box for a retry after a network error", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      const callbackQuery = queryOf(await authorize(page));
      window.exchangeGate = Promise.reject(new RouterError("offline", "For the log."));
      window.signIn.receive(callbackQuery);
      assert.match(await window.box.nextProblem(), /could not be reached.*Enter/);
      window.exchangeGate = Promise.resolve();
      window.box.enter.fire(window.box.input ?? "");
      assert.equal(await ended, true);
    }));

  test("accepts a pasted key, but not one that the service rejects", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.openedPage(() => (ended = window.signIn.start()));
      window.box.enter.fire(rejectedKey);
      assert.match(await window.box.nextProblem(), /rejected this key/);
      window.box.enter.fire("sk-or-v1-900d");
      assert.equal(await ended, true);
      assert.deepEqual(window.savedKeys, ["sk-or-v1-900d"]);
    }));

  test("uses the code from the browser after a wrong pasted code", () =>
    withWindow(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      const gate = Promise.withResolvers<undefined>();
      window.exchangeGate = gate.promise;
      window.box.enter.fire("auth_code_guessed");
      assert.equal(window.signIn.receive(queryOf(await authorize(page))), true);
      gate.resolve(undefined);
      assert.equal(await ended, true);
      assert.equal(window.savedKeys.length, 1);
    }));

  test("reports a new key that the service rejects", () =>
    withWindow(async (window) => {
      window.rejectsKeys = true;
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      window.signIn.receive(queryOf(await authorize(page)));
      assert.match(await window.box.nextProblem(), /rejected the API key that it just issued/);
      window.rejectsKeys = false;
      const reopened = await window.openedPage(() => window.box.requestPage.fire());
      window.signIn.receive(queryOf(await authorize(reopened)));
      assert.equal(await ended, true);
      assert.equal(window.savedKeys.length, 1);
    }));

  test("ends without a key if the secret storage fails", () =>
    withWindow(async (window) => {
      window.hasSecretStorage = false;
      let ended: Promise<boolean> | undefined;
      const page = await window.openedPage(() => (ended = window.signIn.start()));
      window.signIn.receive(queryOf(await authorize(page)));
      assert.equal(await ended, false);
      await window.openedPage(() => (ended = window.signIn.start()));
      window.box.enter.fire("sk-or-v1-900d");
      assert.equal(await ended, false);
      assert.equal(window.box.closed, true);
    }));

  test("reports an unopened browser and a denied authorization", () =>
    withWindow(async (window) => {
      window.browserOpens = false;
      const ended = window.signIn.start();
      assert.match(await window.box.nextProblem(), /browser was not opened/);
      window.browserOpens = true;
      window.box.problem = undefined;
      const page = await window.openedPage(() => window.box.requestPage.fire());
      const nonce = new URL(new URL(page).searchParams.get("callback_url") ?? "").searchParams.get("nonce");
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(window.signIn.receive(`nonce=${nonce}&error=access_denied`), true);
      assert.match(await window.box.nextProblem(), /did not return an API key/);
      window.box.close.fire();
      assert.equal(await ended, false);
    }));
});
