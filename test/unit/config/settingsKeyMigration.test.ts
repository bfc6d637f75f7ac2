import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { ApiKey } from "../../../src/config/apiKey";
import { Settings } from "../../../src/config/settings";
import { migrateSettingsKey } from "../../../src/config/settingsKeyMigration";
import { Emitter, type Disposable } from "../../../src/lifecycle";
import { settings as ids } from "../../../src/manifest";
import { fakeConfiguration, type FakeConfiguration } from "../../support/fakeConfiguration";
import { fakeSecrets } from "../../support/fakeSecrets";
import { logLines } from "../../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
/** A key in another format. */
const gatewayKey = "my-own-gateway-key";
const delayMs = 1_500;

/** Waits for pending promises without advancing the mock timers. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class FakeWindow {
  readonly #changed = new Emitter<{ focused: boolean }>();
  readonly onDidChangeWindowState = this.#changed.event;
  state = { focused: true };
  focus(focused: boolean): void {
    this.state = { focused };
    this.#changed.fire(this.state);
  }
}

describe("migrateSettingsKey", () => {
  let source: FakeConfiguration;
  let apiKey: ApiKey;
  let window: FakeWindow;
  let messages: string[];
  let confirmKey: () => Promise<boolean>;
  let migration: Disposable | undefined;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    source = fakeConfiguration({});
    apiKey = new ApiKey({ secrets: fakeSecrets(), environment: {}, settings: new Settings(source), log: logLines() });
    window = new FakeWindow();
    messages = [];
    confirmKey = () => Promise.resolve(true);
  });
  afterEach(() => {
    migration?.dispose();
    mock.timers.reset();
  });

  const start = (storage: Pick<ApiKey, "save"> = apiKey): void => {
    migration = migrateSettingsKey({
      workspace: source,
      window,
      apiKey: storage,
      delayMs,
      messages: {
        showMoved: () => messages.push("moved"),
        confirmKey: () => (messages.push("confirm key"), confirmKey()),
        showSaveFailed: (error) => messages.push(`save failed: ${String(error)}`),
        showRemoveFailed: (error) => messages.push(`remove failed: ${String(error)}`),
      },
    });
  };

  test("moves a complete key immediately and clears the setting", async () => {
    start();
    source.editUserSetting(ids.apiKey, key);
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.equal(source.user.has(ids.apiKey), false);
    assert.deepEqual(messages, ["moved"]);
  });

  test("moves a key on startup", async () => {
    source.editUserSetting(ids.apiKey, `  "${key}" `);
    start();
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(messages, ["moved"]);
  });

  test("moves a key that is typed letter by letter when it is complete, without asking", async () => {
    start();
    for (let length = 1; length <= key.length; length++) {
      source.editUserSetting(ids.apiKey, key.slice(0, length));
      mock.timers.tick(delayMs / 3);
      await settle();
    }
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(messages, ["moved"]);
  });

  test("moves a key in another format after a delay and a confirmation", async () => {
    start();
    source.editUserSetting(ids.apiKey, gatewayKey);
    mock.timers.tick(delayMs - 1);
    await settle();
    assert.deepEqual(messages, []);
    mock.timers.tick(1);
    await settle();
    assert.equal(await apiKey.read(), gatewayKey);
    assert.deepEqual(messages, ["confirm key", "moved"]);
  });

  test("does not ask again after the user declines until the setting changes", async () => {
    confirmKey = () => Promise.resolve(false);
    start();
    source.editUserSetting(ids.apiKey, "half");
    mock.timers.tick(delayMs);
    await settle();
    window.focus(false);
    window.focus(true);
    mock.timers.tick(delayMs);
    await settle();
    assert.equal(await apiKey.read(), undefined);
    assert.equal(source.user.get(ids.apiKey), "half");
    assert.deepEqual(messages, ["confirm key"]);

    source.editUserSetting(ids.apiKey, "half a key");
    mock.timers.tick(delayMs);
    await settle();
    assert.deepEqual(messages, ["confirm key", "confirm key"]);
  });

  test("moves the text as it is after the confirmation", async () => {
    confirmKey = () => {
      source.editUserSetting(ids.apiKey, `${gatewayKey}-whole`);
      return Promise.resolve(true);
    };
    start();
    source.editUserSetting(ids.apiKey, gatewayKey);
    mock.timers.tick(delayMs);
    await settle();
    assert.equal(await apiKey.read(), `${gatewayKey}-whole`);
    assert.deepEqual(messages, ["confirm key", "moved"]);
  });

  test("moves a key immediately when it becomes complete during the confirmation", async () => {
    const answer = Promise.withResolvers<boolean>();
    confirmKey = () => answer.promise;
    start();
    source.editUserSetting(ids.apiKey, key.slice(0, -1));
    mock.timers.tick(delayMs);
    await settle();
    source.editUserSetting(ids.apiKey, key);
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.equal(source.user.has(ids.apiKey), false);
    answer.resolve(false);
    await settle();
    assert.deepEqual(messages, ["confirm key", "moved"]);
  });

  test("asks again if the user changed the text during the confirmation and declined", async () => {
    const answer = Promise.withResolvers<boolean>();
    confirmKey = () => answer.promise;
    start();
    source.editUserSetting(ids.apiKey, gatewayKey);
    mock.timers.tick(delayMs);
    await settle();
    source.editUserSetting(ids.apiKey, `${gatewayKey}-whole`);
    mock.timers.tick(delayMs);
    await settle();
    confirmKey = () => Promise.resolve(true);
    answer.resolve(false);
    await settle();
    assert.deepEqual(messages, ["confirm key"]);
    mock.timers.tick(delayMs);
    await settle();
    assert.equal(await apiKey.read(), `${gatewayKey}-whole`);
    assert.deepEqual(messages, ["confirm key", "confirm key", "moved"]);
  });

  test("saves another key that is entered while the first one is being moved", async () => {
    const newer = key.replace("0", "f");
    const savedKeys: string[] = [];
    start({
      save: (saved) => {
        if (savedKeys.push(saved) === 1) source.editUserSetting(ids.apiKey, newer);
        return Promise.resolve();
      },
    });
    source.editUserSetting(ids.apiKey, key);
    await settle();
    assert.deepEqual(savedKeys, [key, newer]);
    assert.equal(source.user.has(ids.apiKey), false);
    assert.deepEqual(messages, ["moved"]);
  });

  test("ignores a key in the workspace settings", async () => {
    source.workspace.set(ids.apiKey, key);
    start();
    mock.timers.tick(delayMs);
    await settle();
    assert.equal(await apiKey.read(), undefined);
    assert.deepEqual(messages, []);
  });

  test("asks only in the focused window", async () => {
    window.focus(false);
    start();
    source.editUserSetting(ids.apiKey, gatewayKey);
    mock.timers.tick(delayMs);
    await settle();
    assert.deepEqual(messages, []);
    window.focus(true);
    mock.timers.tick(delayMs);
    await settle();
    assert.deepEqual(messages, ["confirm key", "moved"]);
  });

  test("moves a complete key in an unfocused window if no other window does", async () => {
    window.focus(false);
    start();
    source.editUserSetting(ids.apiKey, key);
    await settle();
    assert.deepEqual(messages, []);
    mock.timers.tick(delayMs);
    await settle();
    assert.deepEqual(messages, ["moved"]);
  });

  test("leaves the key in the settings if the secret storage fails, and reports it once", async () => {
    start({ save: () => Promise.reject(new Error("no keyring")) });
    source.editUserSetting(ids.apiKey, key);
    await settle();
    window.focus(true);
    await settle();
    assert.equal(source.user.get(ids.apiKey), key);
    assert.deepEqual(messages, ["save failed: Error: no keyring"]);
  });

  test("reports a key that cannot be removed from the settings", async () => {
    start();
    source.refuseWrites(new Error("settings.json has unsaved changes"));
    source.editUserSetting(ids.apiKey, key);
    await settle();
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(messages, ["remove failed: Error: settings.json has unsaved changes"]);
  });
});
