import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiKey, type ApiKeyOptions } from "../../../src/config/apiKey";
import { isCompleteKey, extractKey } from "../../../src/config/keyFormat";
import { Settings } from "../../../src/config/settings";
import { settings as ids } from "../../../src/manifest";
import { defaultSettings } from "../../../src/router/index";
import { fakeConfiguration, type FakeConfiguration } from "../../support/fakeConfiguration";
import { fakeSecrets } from "../../support/fakeSecrets";
import { logLines } from "../../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

/** One window of a computer with these secrets and settings. */
function openWindow({
  secrets = fakeSecrets(),
  environment = {},
  configuration = fakeConfiguration({}),
  log = logLines(),
}: Partial<Omit<ApiKeyOptions, "settings"> & { configuration: FakeConfiguration }> = {}) {
  const apiKey = new ApiKey({ secrets, environment, settings: new Settings(configuration), log });
  return { apiKey, setAddress: (url: string | undefined) => configuration.editUserSetting(ids.baseUrl, url) };
}

describe("ApiKey", () => {
  test("reads the key from the secret storage or else from the environment, and reports the source", async () => {
    const { apiKey } = openWindow({ environment: { OPENROUTER_API_KEY: " from-environment\n" } });
    assert.deepEqual([await apiKey.read(), await apiKey.source()], ["from-environment", "environment"]);
    await apiKey.save(key);
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [key, "secret storage"]);
    await apiKey.forget();
    assert.deepEqual([await apiKey.read(), await apiKey.source()], ["from-environment", "environment"]);
  });

  test("has no source if there is no key", async () => {
    const { apiKey } = openWindow({ environment: { OPENROUTER_API_KEY: "" } });
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [undefined, undefined]);
  });

  test("fires when another window saves a key, and when the address changes", async () => {
    const secrets = fakeSecrets();
    const configuration = fakeConfiguration({});
    const { apiKey, setAddress } = openWindow({ secrets, configuration });
    const otherWindow = openWindow({ secrets });
    const events: string[] = [];
    apiKey.onDidChange(() => events.push("changed"));
    await otherWindow.apiKey.save(key);
    await secrets.store("something-else", "x");
    assert.deepEqual(events, ["changed"]);
    assert.equal(await apiKey.read(), key);
    setAddress("https://gateway.example/v1");
    setAddress("https://gateway.example/v2");
    configuration.editUserSetting(ids.strategy, "server");
    assert.deepEqual(events, ["changed", "changed"]);
  });

  test("falls back to the environment without a keyring and logs the reason without the key", async () => {
    const log = logLines();
    const secrets = { ...fakeSecrets(), get: () => Promise.reject(new Error("no keyring")) };
    const { apiKey } = openWindow({ secrets, environment: { OPENROUTER_API_KEY: key }, log });
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(log.lines, ["warn Could not read the secret storage: Error: no keyring"]);
  });
});

describe("A saved key belongs to the origin that it was entered for", () => {
  const gateway = "https://gateway.example/v1";
  const openRouter = defaultSettings.baseUrl;

  test("and is withheld from every other one until the user allows it", async () => {
    const { apiKey, setAddress } = openWindow();
    await apiKey.save(key);
    for (const address of [gateway, "https://openrouter.ai:8443/v1", "https://openrouter.ai.evil.example/v1"]) {
      setAddress(address);
      assert.deepEqual(await apiKey.find(address), {
        source: "withheld",
        owner: "https://openrouter.ai",
        isDeclined: false,
      });
      assert.deepEqual([await apiKey.read(), await apiKey.source()], [undefined, "withheld"]);
    }
    await apiKey.allow(gateway, "https://openrouter.ai");
    assert.deepEqual(await apiKey.find(gateway), { source: "secret storage", key });
    assert.equal((await apiKey.find("https://other.example"))?.source, "withheld");
  });

  test("whatever its path is", async () => {
    const { apiKey } = openWindow();
    await apiKey.save(key);
    assert.deepEqual(await apiKey.find("https://openrouter.ai/eu/v2"), { source: "secret storage", key });
  });

  test("in another window and after a restart, as does the decision to send none", async () => {
    const secrets = fakeSecrets();
    await openWindow({ secrets }).apiKey.save(key);
    await openWindow({ secrets }).apiKey.decline(gateway);
    const { apiKey } = openWindow({ secrets });
    assert.deepEqual(await apiKey.find(gateway), {
      source: "withheld",
      owner: "https://openrouter.ai",
      isDeclined: true,
    });
    await apiKey.save("gateway-key", gateway);
    assert.deepEqual(await apiKey.find(gateway), { source: "secret storage", key: "gateway-key" });
    assert.deepEqual(await apiKey.find(openRouter), { source: "secret storage", key });
  });

  test("but this computer gets it without a question", async () => {
    const { apiKey, setAddress } = openWindow();
    await apiKey.save(key);
    setAddress("http://127.0.0.1:1234/v1");
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [key, "secret storage"]);
    await apiKey.save("local-key");
    assert.deepEqual(await apiKey.read(), "local-key");
    setAddress(undefined);
    assert.equal(await apiKey.read(), key);
  });

  test("and forgetting it forgets the keys and decisions of all hosts", async () => {
    const secrets = fakeSecrets();
    const { apiKey } = openWindow({ secrets });
    await secrets.store("something-else", "x");
    await apiKey.save(key);
    await apiKey.save(key, gateway);
    await apiKey.decline("https://other.example");
    await apiKey.forget();
    assert.deepEqual(await secrets.keys(), ["something-else"]);
  });

  test("unless it comes from the environment: that one belongs to the address in the user's settings", async () => {
    const configuration = fakeConfiguration({ [ids.baseUrl]: gateway });
    configuration.workspace.set(ids.baseUrl, "https://evil.example/v1");
    const { apiKey } = openWindow({ environment: { OPENROUTER_API_KEY: key }, configuration });
    assert.deepEqual(await apiKey.find(gateway), { source: "environment", key });
    assert.equal(await apiKey.find("https://evil.example/v1"), undefined);
    assert.equal(await apiKey.find(openRouter), undefined);
  });
});

describe("The key of version 0.1.0", () => {
  test("belongs to the address that is set at the first start of this version", async () => {
    const secrets = fakeSecrets();
    await secrets.store("apiKey", key);
    const configuration = fakeConfiguration({ [ids.baseUrl]: "https://gateway.example/v1" });
    const { apiKey, setAddress } = openWindow({ secrets, configuration });
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [key, "secret storage"]);
    setAddress("https://evil.example/v1");
    assert.equal(await apiKey.read(), undefined);
    assert.equal(
      (await openWindow({ secrets, configuration }).apiKey.find("https://evil.example"))?.source,
      "withheld",
    );
    assert.deepEqual(await secrets.keys(), ["apiKey:https://gateway.example"]);
  });

  test("is not bound to an address that is set after the start", async () => {
    const secrets = fakeSecrets();
    await secrets.store("apiKey", key);
    const { apiKey, setAddress } = openWindow({ secrets });
    setAddress("https://evil.example/v1");
    assert.equal(await apiKey.source(), "withheld");
    assert.deepEqual(await secrets.keys(), ["apiKey:https://openrouter.ai"]);
  });

  test("survives two windows that start together, and a keyring that is locked at first", async () => {
    const secrets = fakeSecrets();
    await secrets.store("apiKey", key);
    let isLocked = true;
    const locked = {
      ...secrets,
      get: (name: string) => (isLocked ? Promise.reject(new Error("locked")) : secrets.get(name)),
    };
    const windows = [openWindow({ secrets: locked }), openWindow({ secrets: locked })];
    assert.deepEqual(await Promise.all(windows.map(({ apiKey }) => apiKey.read())), [undefined, undefined]);
    isLocked = false;
    assert.deepEqual(await Promise.all(windows.map(({ apiKey }) => apiKey.read())), [key, key]);
  });
});

describe("extractKey", () => {
  const pasted: [description: string, text: string][] = [
    ["a plain key", key],
    ["a key surrounded by whitespace", `  ${key}\n`],
    ["a quoted key", `"${key}"`],
    ["a line of a shell script", `export OPENROUTER_API_KEY="${key}"`],
    ["a line of an .env file", `OPENROUTER_API_KEY=${key}`],
    ["a bearer token", `Bearer ${key}`],
  ];
  test("removes invisible characters that web pages insert", () =>
    assert.equal(extractKey(`\ufeff${key.slice(0, 20)}\u200b${key.slice(20)}\u2060`), key));

  for (const [description, text] of pasted) test(`accepts ${description}`, () => assert.equal(extractKey(text), key));
});

describe("isCompleteKey", () => {
  test("requires the prefix and 64 hexadecimal digits", () => {
    assert.ok(isCompleteKey(key));
    for (const length of [9, 12, 40, 72]) assert.ok(!isCompleteKey(key.slice(0, length)), `${length} characters`);
    assert.ok(!isCompleteKey(`${key}0`));
    assert.ok(!isCompleteKey("sk-proj-abcdef"));
  });
});
