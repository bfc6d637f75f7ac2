import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiKey } from "../../../src/config/apiKey";
import { isCompleteKey, extractKey } from "../../../src/config/keyFormat";
import { fakeSecrets } from "../../support/fakeSecrets";
import { logLines } from "../../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

describe("ApiKey", () => {
  test("reads the key from the secret storage or else from the environment, and reports the source", async () => {
    const secrets = fakeSecrets();
    const apiKey = new ApiKey(secrets, { OPENROUTER_API_KEY: " from-environment\n" }, logLines());
    assert.deepEqual([await apiKey.read(), await apiKey.source()], ["from-environment", "environment"]);
    await apiKey.save(key);
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [key, "secret storage"]);
    await apiKey.forget();
    assert.deepEqual([await apiKey.read(), await apiKey.source()], ["from-environment", "environment"]);
  });

  test("has no source if there is no key", async () => {
    const apiKey = new ApiKey(fakeSecrets(), { OPENROUTER_API_KEY: "" }, logLines());
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [undefined, undefined]);
  });

  test("fires when another window saves a key", async () => {
    const secrets = fakeSecrets();
    const [thisWindow, otherWindow] = [new ApiKey(secrets, {}, logLines()), new ApiKey(secrets, {}, logLines())];
    const events: string[] = [];
    thisWindow.onDidChange(() => events.push("changed"));
    await otherWindow.save(key);
    await secrets.store("something-else", "x");
    assert.deepEqual(events, ["changed"]);
    assert.equal(await thisWindow.read(), key);
  });

  test("falls back to the environment without a keyring and logs the reason without the key", async () => {
    const log = logLines();
    const secrets = { ...fakeSecrets(), get: () => Promise.reject(new Error("no keyring")) };
    const apiKey = new ApiKey(secrets, { OPENROUTER_API_KEY: key }, log);
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(log.lines, ["warn Could not read the secret storage: Error: no keyring"]);
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
