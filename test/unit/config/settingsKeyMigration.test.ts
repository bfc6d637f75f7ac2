import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { ApiKey } from "../../../src/config/apiKey";
import { migrateSettingsKey } from "../../../src/config/settingsKeyMigration";
import { Emitter, type Disposable } from "../../../src/lifecycle";
import { settings as ids } from "../../../src/manifest";
import { fakeConfiguration, type FakeConfiguration } from "../../support/fakeConfiguration";
import { fakeSecrets } from "../../support/fakeSecrets";
import { logLines } from "../../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const otherService = "my-own-gateway-key";
const pauseMs = 1_500;

/** Lets what was set off come to rest; no time passes. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Window {
  readonly #changed = new Emitter<{ focused: boolean }>();
  readonly onDidChangeWindowState = this.#changed.event;
  state = { focused: true };
  focus(focused: boolean): void {
    this.state = { focused };
    this.#changed.fire(this.state);
  }
}

describe("A key typed into the settings", () => {
  let source: FakeConfiguration;
  let apiKey: ApiKey;
  let window: Window;
  let said: string[];
  let answerToQuestion: () => Promise<boolean>;
  let watching: Disposable | undefined;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    source = fakeConfiguration({});
    apiKey = new ApiKey(fakeSecrets(), {}, logLines());
    window = new Window();
    said = [];
    answerToQuestion = () => Promise.resolve(true);
  });
  afterEach(() => {
    watching?.dispose();
    mock.timers.reset();
  });

  const watch = (keep: Pick<ApiKey, "keep"> = apiKey, inWindow = window): void => {
    watching = migrateSettingsKey({
      workspace: source,
      window: inWindow,
      apiKey: keep,
      pauseMs,
      words: {
        moved: () => said.push("moved"),
        isWhole: () => (said.push("is it whole?"), answerToQuestion()),
        notKept: (error) => said.push(`not kept: ${String(error)}`),
        notRemoved: (error) => said.push(`not removed: ${String(error)}`),
      },
    });
  };

  it("that is whole is moved at once and blanked", async () => {
    watch();
    source.type(ids.apiKey, key);
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.equal(source.user.has(ids.apiKey), false);
    assert.deepEqual(said, ["moved"]);
  });

  it("before we ran is moved at start", async () => {
    source.type(ids.apiKey, `  "${key}" `);
    watch();
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(said, ["moved"]);
  });

  it("letter by letter is moved when it is whole, and nobody is asked on the way", async () => {
    watch();
    for (let length = 1; length <= key.length; length++) {
      source.type(ids.apiKey, key.slice(0, length));
      mock.timers.tick(pauseMs / 3);
      await settle();
    }
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(said, ["moved"]);
  });

  it("that does not look like OpenRouter's is moved after a pause and a question", async () => {
    watch();
    source.type(ids.apiKey, otherService);
    mock.timers.tick(pauseMs - 1);
    await settle();
    assert.deepEqual(said, []);
    mock.timers.tick(1);
    await settle();
    assert.equal(await apiKey.read(), otherService);
    assert.deepEqual(said, ["is it whole?", "moved"]);
  });

  it("stays where it is after a no, until it is changed", async () => {
    answerToQuestion = () => Promise.resolve(false);
    watch();
    source.type(ids.apiKey, "half");
    mock.timers.tick(pauseMs);
    await settle();
    window.focus(false);
    window.focus(true);
    mock.timers.tick(pauseMs);
    await settle();
    assert.equal(await apiKey.read(), undefined);
    assert.equal(source.user.get(ids.apiKey), "half");
    assert.deepEqual(said, ["is it whole?"]);

    source.type(ids.apiKey, "half a key");
    mock.timers.tick(pauseMs);
    await settle();
    assert.deepEqual(said, ["is it whole?", "is it whole?"]);
  });

  it("that grows while we ask is taken as it is at the end", async () => {
    answerToQuestion = () => {
      source.type(ids.apiKey, `${otherService}-whole`);
      return Promise.resolve(true);
    };
    watch();
    source.type(ids.apiKey, otherService);
    mock.timers.tick(pauseMs);
    await settle();
    assert.equal(await apiKey.read(), `${otherService}-whole`);
    assert.deepEqual(said, ["is it whole?", "moved"]);
  });

  it("that becomes whole while we ask is moved at once, whatever the answer", async () => {
    const answer = Promise.withResolvers<boolean>();
    answerToQuestion = () => answer.promise;
    watch();
    source.type(ids.apiKey, key.slice(0, -1));
    mock.timers.tick(pauseMs);
    await settle();
    source.type(ids.apiKey, key);
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.equal(source.user.has(ids.apiKey), false);
    answer.resolve(false);
    await settle();
    assert.deepEqual(said, ["is it whole?", "moved"]);
  });

  it("that grows while we ask is asked about anew after a no", async () => {
    const answer = Promise.withResolvers<boolean>();
    answerToQuestion = () => answer.promise;
    watch();
    source.type(ids.apiKey, otherService);
    mock.timers.tick(pauseMs);
    await settle();
    source.type(ids.apiKey, `${otherService}-whole`);
    mock.timers.tick(pauseMs);
    await settle();
    answerToQuestion = () => Promise.resolve(true);
    answer.resolve(false);
    await settle();
    assert.deepEqual(said, ["is it whole?"]);
    mock.timers.tick(pauseMs);
    await settle();
    assert.equal(await apiKey.read(), `${otherService}-whole`);
    assert.deepEqual(said, ["is it whole?", "is it whole?", "moved"]);
  });

  it("that another follows while it is being moved: the newer one is kept, and none is lost", async () => {
    const newer = key.replace("0", "f");
    const kept: string[] = [];
    watch({
      keep: (each) => {
        if (kept.push(each) === 1) source.type(ids.apiKey, newer);
        return Promise.resolve();
      },
    });
    source.type(ids.apiKey, key);
    await settle();
    assert.deepEqual(kept, [key, newer]);
    assert.equal(source.user.has(ids.apiKey), false);
    assert.deepEqual(said, ["moved"]);
  });

  it("by a workspace is none of ours", async () => {
    source.workspace.set(ids.apiKey, key);
    watch();
    mock.timers.tick(pauseMs);
    await settle();
    assert.equal(await apiKey.read(), undefined);
    assert.deepEqual(said, []);
  });

  it("is asked about in the focused window only", async () => {
    window.focus(false);
    watch();
    source.type(ids.apiKey, otherService);
    mock.timers.tick(pauseMs);
    await settle();
    assert.deepEqual(said, []);
    window.focus(true);
    mock.timers.tick(pauseMs);
    await settle();
    assert.deepEqual(said, ["is it whole?", "moved"]);
  });

  it("is moved by an unfocused window when no other did", async () => {
    window.focus(false);
    watch();
    source.type(ids.apiKey, key);
    await settle();
    assert.deepEqual(said, []);
    mock.timers.tick(pauseMs);
    await settle();
    assert.deepEqual(said, ["moved"]);
  });

  it("stays in the settings where the secret storage refuses it, and that is told once", async () => {
    watch({ keep: () => Promise.reject(new Error("no key ring")) });
    source.type(ids.apiKey, key);
    await settle();
    window.focus(true);
    await settle();
    assert.equal(source.user.get(ids.apiKey), key);
    assert.deepEqual(said, ["not kept: Error: no key ring"]);
  });

  it("that cannot be removed from the settings is told, for it still stands there", async () => {
    watch();
    source.refuseWrites(new Error("settings.json has unsaved changes"));
    source.type(ids.apiKey, key);
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(said, ["not removed: Error: settings.json has unsaved changes"]);
  });
});
