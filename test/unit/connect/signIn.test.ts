import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { SignIn, type SignInScreen, type SignInDependencies } from "../../../src/connect/signIn";
import { Emitter } from "../../../src/lifecycle";
import { defaultSettings, RouterError, account as openRouter } from "../../../src/router/index";
import { startOpenRouter, type OpenRouter } from "../../support/openRouter";

/** The box on the screen, worked by the test. */
class Screen implements SignInScreen {
  readonly enter = new Emitter<string>();
  readonly askForBrowser = new Emitter<void>();
  readonly askForCode = new Emitter<void>();
  readonly close = new Emitter<void>();
  readonly onDidEnter = (listener: (text: string) => void): void => void this.enter.event(listener);
  readonly onDidAskForBrowser = (listener: () => void): void => void this.askForBrowser.event(listener);
  readonly onDidAskForCode = (listener: () => void): void => void this.askForCode.event(listener);
  readonly onDidClose = (listener: () => void): void => void this.close.event(listener);
  problem: string | undefined;
  retry: string | undefined;
  closed = false;
  readonly #said = new Emitter<void>();

  busy(): void {}
  say(problem: string | undefined, retry?: string): void {
    this.problem = problem;
    if (retry !== undefined) this.retry = retry;
    this.#said.fire();
  }
  dispose(): void {
    this.closed = true;
  }
  /** Resolves with the next problem that is told. */
  async told(): Promise<string> {
    while (this.problem === undefined)
      await new Promise<void>((resolve) => {
        const listening = this.#said.event(() => {
          listening.dispose();
          resolve();
        });
      });
    return this.problem;
  }
}

/** Not just any key with "bad" in it: one of six runs makes such a one at random. */
const refusedKey = "sk-or-v1-bad";

/** One window of VS Code with a browser beside it, before a simulated OpenRouter. */
class Window {
  readonly kept: string[] = [];
  readonly screens: Screen[] = [];
  readonly #opened = new Emitter<string>();
  pages: string[] = [];
  opens = true;
  refusesKeys = false;
  hasKeyRing = true;
  /** Undefined: no callback leads back to this window. */
  callback: string | undefined = "vscode://free-models.free-models-router/signed-in";
  gate: Promise<unknown> = Promise.resolve();
  readonly signIn: SignIn;

  constructor(readonly service: OpenRouter) {
    const settings = { ...defaultSettings, baseUrl: service.baseUrl };
    const world: SignInDependencies = {
      openScreen: () => {
        const screen = new Screen();
        this.screens.push(screen);
        return screen;
      },
      callbackUrl: (nonce) => Promise.resolve(this.callback && `${this.callback}?nonce=${nonce}`),
      openPage: (challenge, callbackUrl) => {
        const page = openRouter.signInPage(settings, { challenge, callbackUrl, label: "Test" });
        this.pages.push(page);
        this.#opened.fire(page);
        return Promise.resolve(this.opens);
      },
      exchange: async (code, verifier, signal) => {
        await this.gate;
        return openRouter.exchangeCode(fetch, settings, { code, verifier, signal, now: Date.now() });
      },
      keep: (key) => {
        if (this.refusesKeys || key === refusedKey) return Promise.resolve("refused");
        if (!this.hasKeyRing) return Promise.resolve("not-kept");
        this.kept.push(key);
        return Promise.resolve("kept");
      },
    };
    this.signIn = new SignIn(world);
  }

  get screen(): Screen {
    return this.screens.at(-1)!;
  }

  /** The page that `act` opens in the browser. */
  async page(act: () => unknown): Promise<string> {
    const opened = new Promise<string>((resolve) => {
      const listening = this.#opened.event((page) => {
        listening.dispose();
        resolve(page);
      });
    });
    act();
    return opened;
  }
}

/** What the browser ends with when the user agrees: the address it is sent to, or the page. */
async function agree(page: string): Promise<string> {
  const asked = await fetch(page);
  assert.equal(asked.status, 200, await asked.text());
  const granted = await fetch(page.replace("/auth?", "/auth/grant?"), { redirect: "manual" });
  return granted.headers.get("location") ?? /<code id="code">(.*?)</.exec(await granted.text())?.[1] ?? "";
}

const query = (address: string): string => new URL(address).search.slice(1);

async function open(run: (window: Window, service: OpenRouter) => Promise<void>): Promise<void> {
  await using service = await startOpenRouter({ keys: [] });
  await run(new Window(service), service);
}

describe("Signing in", () => {
  it("goes to the browser and back, and ends with a key", () =>
    open(async (window, service) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      const asked = new URL(page);
      assert.equal(asked.origin + asked.pathname, `${service.url}/auth`);
      assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
      assert.equal(window.signIn.receive(query(await agree(page))), true);
      assert.equal(await ended, true);
      assert.deepEqual(window.kept, service.signIn.keys);
      assert.equal(window.kept.length, 1);
      assert.equal(window.screen.closed, true);
      // The verifier goes to the service once, in the exchange; the browser saw its hash only.
      const body = service.requests.at(-1)?.body as { code_verifier: string };
      const hash = createHash("sha256").update(body.code_verifier).digest("base64url");
      assert.equal(asked.searchParams.get("code_challenge"), hash);
      assert.ok(!page.includes(body.code_verifier));
    }));

  it("takes no answer with another nonce, none without one, and none twice", () =>
    open(async (window, service) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      const answer = query(await agree(page));
      assert.equal(window.signIn.receive(answer.replace(/nonce=[0-9a-f]+/, `nonce=${"0".repeat(32)}`)), false);
      assert.equal(window.signIn.receive(answer.replace(/nonce=[0-9a-f]+&/, "")), false);
      assert.equal(window.signIn.receive(""), false);
      assert.equal(window.signIn.receive(answer), true);
      assert.equal(window.signIn.receive(answer), false);
      assert.equal(await ended, true);
      assert.equal(window.signIn.receive(answer), false);
      assert.equal(service.signIn.keys.length, 1);
    }));

  it("in two windows: each takes its own answer only", () =>
    open(async (first, service) => {
      const second = new Window(service);
      let ended: Promise<boolean> | undefined;
      const page = await first.page(() => (ended = first.signIn.start()));
      await second.page(() => void second.signIn.start());
      const answer = query(await agree(page));
      assert.equal(second.signIn.receive(answer), false);
      assert.equal(first.signIn.receive(answer), true);
      assert.equal(await ended, true);
      assert.deepEqual(second.kept, []);
      second.screen.close.fire();
    }));

  it("cancelled: nothing is kept, whatever the browser brings back afterwards", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      const answer = query(await agree(page));
      window.screen.close.fire();
      assert.equal(await ended, false);
      assert.equal(window.signIn.receive(answer), false);
      assert.deepEqual(window.kept, []);
    }));

  it("cancelled while the code is being exchanged: nothing is kept either", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      const gate = Promise.withResolvers<undefined>();
      window.gate = gate.promise;
      assert.equal(window.signIn.receive(query(await agree(page))), true);
      window.screen.close.fire();
      gate.resolve(undefined);
      assert.equal(await ended, false);
      assert.deepEqual(window.kept, []);
    }));

  it("with the browser closed: the page is opened again, for the same sign-in", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.page(() => (ended = window.signIn.start()));
      const again = await window.page(() => window.screen.askForBrowser.fire());
      window.signIn.receive(query(await agree(again)));
      assert.equal(await ended, true);
      assert.equal(window.screens.length, 1);
    }));

  it("asked for twice, it is one sign-in with one outcome", () =>
    open(async (window) => {
      const ended: Promise<boolean>[] = [];
      await window.page(() => ended.push(window.signIn.start()));
      const page = await window.page(() => ended.push(window.signIn.start()));
      window.signIn.receive(query(await agree(page)));
      assert.deepEqual(await Promise.all(ended), [true, true]);
      assert.equal(window.screens.length, 1);
    }));

  it("where no callback works a code is shown and pasted, whole addresses as well", () =>
    open(async (window) => {
      window.callback = undefined;
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      assert.equal(new URL(page).searchParams.has("callback_url"), false);
      const code = await agree(page);
      window.screen.enter.fire(`  https://openrouter.ai/somewhere?code=${code}  `);
      assert.equal(await ended, true);
      assert.equal(window.kept.length, 1);
    }));

  it("the button gets a code where the browser cannot come back after all", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.page(() => (ended = window.signIn.start()));
      const page = await window.page(() => window.screen.askForCode.fire());
      window.screen.enter.fire(await agree(page));
      assert.equal(await ended, true);
    }));

  it("a wrong or used code: the box says so and stays", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.page(() => (ended = window.signIn.start()));
      window.screen.enter.fire("auth_code_guessed");
      assert.match(await window.screen.told(), /wrong, used up or too old/);
      window.screen.close.fire();
      assert.equal(await ended, false);
    }));

  it("without a network the code waits in the box for another Enter", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      const answer = query(await agree(page));
      window.gate = Promise.reject(new RouterError("offline", "For the log."));
      window.signIn.receive(answer);
      assert.match(await window.screen.told(), /could not be reached.*Enter/);
      window.gate = Promise.resolve();
      window.screen.enter.fire(window.screen.retry ?? "");
      assert.equal(await ended, true);
    }));

  it("a key may be pasted as well; a refused one is not kept", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      await window.page(() => (ended = window.signIn.start()));
      window.screen.enter.fire(refusedKey);
      assert.match(await window.screen.told(), /refuses this key/);
      window.screen.enter.fire("sk-or-v1-900d");
      assert.equal(await ended, true);
      assert.deepEqual(window.kept, ["sk-or-v1-900d"]);
    }));

  it("the browser's code is not lost while a wrong one that was pasted is being tried", () =>
    open(async (window) => {
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      const gate = Promise.withResolvers<undefined>();
      window.gate = gate.promise;
      window.screen.enter.fire("auth_code_guessed");
      assert.equal(window.signIn.receive(query(await agree(page))), true);
      gate.resolve(undefined);
      assert.equal(await ended, true);
      assert.equal(window.kept.length, 1);
    }));

  it("a key that is refused although it was just made: nothing is kept, and the box says so", () =>
    open(async (window) => {
      window.refusesKeys = true;
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      window.signIn.receive(query(await agree(page)));
      assert.match(await window.screen.told(), /refuses the key that it has just made/);
      window.refusesKeys = false;
      const again = await window.page(() => window.screen.askForBrowser.fire());
      window.signIn.receive(query(await agree(again)));
      assert.equal(await ended, true);
      assert.equal(window.kept.length, 1);
    }));

  it("a key that the secret storage does not take: it ends without one, however it came", () =>
    open(async (window) => {
      window.hasKeyRing = false;
      let ended: Promise<boolean> | undefined;
      const page = await window.page(() => (ended = window.signIn.start()));
      window.signIn.receive(query(await agree(page)));
      assert.equal(await ended, false);
      await window.page(() => (ended = window.signIn.start()));
      window.screen.enter.fire("sk-or-v1-900d");
      assert.equal(await ended, false);
      assert.equal(window.screen.closed, true);
    }));

  it("says so when the browser was not opened, or the user did not agree there", () =>
    open(async (window) => {
      window.opens = false;
      const ended = window.signIn.start();
      assert.match(await window.screen.told(), /browser was not opened/);
      window.opens = true;
      window.screen.problem = undefined;
      const page = await window.page(() => window.screen.askForBrowser.fire());
      const nonce = new URL(new URL(page).searchParams.get("callback_url") ?? "").searchParams.get("nonce");
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(window.signIn.receive(`nonce=${nonce}&error=access_denied`), true);
      assert.match(await window.screen.told(), /did not let the key out/);
      window.screen.close.fire();
      assert.equal(await ended, false);
    }));
});
