import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiKey, isWholeKey, keyIn } from "../../../src/config/apiKey";
import { fakeSecrets } from "../../support/fakeSecrets";
import { logLines } from "../../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

describe("The API key", () => {
  it("comes from the secret storage, else from the environment, and says from where", async () => {
    const secrets = fakeSecrets();
    const apiKey = new ApiKey(secrets, { OPENROUTER_API_KEY: " from-environment\n" }, logLines());
    assert.deepEqual([await apiKey.read(), await apiKey.source()], ["from-environment", "environment"]);
    await apiKey.keep(key);
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [key, "secret storage"]);
    await apiKey.forget();
    assert.deepEqual([await apiKey.read(), await apiKey.source()], ["from-environment", "environment"]);
  });

  it("may be missing", async () => {
    const apiKey = new ApiKey(fakeSecrets(), { OPENROUTER_API_KEY: "" }, logLines());
    assert.deepEqual([await apiKey.read(), await apiKey.source()], [undefined, undefined]);
  });

  it("that another window keeps is heard of", async () => {
    const secrets = fakeSecrets();
    const [here, there] = [new ApiKey(secrets, {}, logLines()), new ApiKey(secrets, {}, logLines())];
    const heard: string[] = [];
    here.onDidChange(() => heard.push("changed"));
    await there.keep(key);
    await secrets.store("something-else", "x");
    assert.deepEqual(heard, ["changed"]);
    assert.equal(await here.read(), key);
  });

  it("is looked for in the environment when the machine has no key ring, and the log says why without any key", async () => {
    const log = logLines();
    const secrets = { ...fakeSecrets(), get: () => Promise.reject(new Error("no key ring")) };
    const apiKey = new ApiKey(secrets, { OPENROUTER_API_KEY: key }, log);
    assert.equal(await apiKey.read(), key);
    assert.deepEqual(log.lines, ["warn The secret storage cannot be read: Error: no key ring"]);
  });
});

describe("A pasted key", () => {
  const pasted: [what: string, text: string][] = [
    ["as it is", key],
    ["with blanks around", `  ${key}\n`],
    ["in quotes", `"${key}"`],
    ["as a line of a shell script", `export OPENROUTER_API_KEY="${key}"`],
    ["as a line of .env", `OPENROUTER_API_KEY=${key}`],
    ["as a header", `Bearer ${key}`],
  ];
  it("without what a web page put in that nobody sees", () =>
    assert.equal(keyIn(`\ufeff${key.slice(0, 20)}\u200b${key.slice(20)}\u2060`), key));

  for (const [what, text] of pasted) it(what, () => assert.equal(keyIn(text), key));

  it("is whole with 64 digits after its prefix, and only then", () => {
    assert.ok(isWholeKey(key));
    for (const length of [9, 12, 40, 72]) assert.ok(!isWholeKey(key.slice(0, length)), `${length} characters`);
    assert.ok(!isWholeKey(`${key}0`));
    assert.ok(!isWholeKey("sk-proj-abcdef"));
  });
});
