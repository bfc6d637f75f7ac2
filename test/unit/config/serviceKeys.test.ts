import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiKey } from "../../../src/config/apiKey";
import { forgetService } from "../../../src/config/forgetService";
import { KeyPermission } from "../../../src/config/keyPermission";
import { Settings } from "../../../src/config/settings";
import { settings as ids } from "../../../src/manifest";
import { defaultSettings, serviceKinds, type KeyUse } from "../../../src/router/index";
import { fakeConfiguration } from "../../support/fakeConfiguration";
import { fakeSecrets } from "../../support/fakeSecrets";
import { logLines } from "../../support/logLines";

const openRouterKey = "sk-or-v1-mine";
const groqKey = "gsk_mine";
const groq = serviceKinds.groq.baseUrl;
const customUrl = "https://llm.example/v1";

/** A window that must ask nothing, with a key for OpenRouter, saved or in the environment. */
async function openWindow(environment: Readonly<Record<string, string>> = {}) {
  const configuration = fakeConfiguration({
    [ids.services]: [
      ...["ollama", "lmstudio", "llamacpp", "groq", "mistral"].map((service) => ({ service })),
      { service: "custom", name: "Mine", baseUrl: customUrl },
      { service: "custom", name: "Near", baseUrl: "http://127.0.0.1:8000/v1" },
    ],
  });
  const settings = new Settings(configuration);
  const apiKey = new ApiKey({ secrets: fakeSecrets(), environment, settings, log: logLines() });
  if (!environment["OPENROUTER_API_KEY"]) await apiKey.save(openRouterKey);
  const ask = () => Promise.reject(new Error("an unexpected question"));
  const permission = new KeyPermission({
    ...{ apiKey, ask, enterKey: ask },
    notifyEnvironmentKey: () => assert.fail("an unexpected message"),
    notifiedOrigins: { get: () => [], set: () => undefined },
  });
  const keysOfServices = async (purpose: KeyUse["purpose"]) =>
    Promise.all(
      settings.router.services.map(async ({ id, baseUrl }) => {
        const key = await permission.keyFor({ service: id, baseUrl, purpose });
        return key === undefined ? [] : [`${id} ${key}`];
      }),
    ).then((keys) => keys.flat());
  const openRouterKeyAt = (baseUrl: string) =>
    permission.keyFor({ service: "openrouter", baseUrl, purpose: "background" });
  return { apiKey, settings, configuration, keysOfServices, openRouterKeyAt };
}

describe("A service beside OpenRouter", () => {
  for (const environment of [{}, { OPENROUTER_API_KEY: openRouterKey }])
    for (const purpose of ["completion", "background"] as const)
      test(`never gets OpenRouter's key, and nobody is asked (${purpose}, ${Object.keys(environment).join() || "saved"})`, async () => {
        const { keysOfServices, openRouterKeyAt } = await openWindow(environment);
        assert.deepEqual(await keysOfServices(purpose), []);
        assert.equal(await openRouterKeyAt(defaultSettings.baseUrl), openRouterKey);
      });

  test("gets the key that was saved for its origin, and no other service does", async () => {
    const { apiKey, keysOfServices, openRouterKeyAt } = await openWindow();
    await apiKey.save(groqKey, groq);
    await apiKey.save("custom-key", customUrl);
    assert.deepEqual(await keysOfServices("completion"), [`groq ${groqKey}`, "mine custom-key"]);
    assert.equal(await openRouterKeyAt(defaultSettings.baseUrl), openRouterKey);
  });

  test("keeps its key from OpenRouter's address, also on this computer", async () => {
    const { apiKey, configuration, openRouterKeyAt } = await openWindow({ OPENROUTER_API_KEY: "" });
    await apiKey.forget();
    await apiKey.save(groqKey, groq);
    await apiKey.save("custom-key", customUrl);
    assert.equal(await apiKey.source(), undefined);
    const simulator = "http://127.0.0.1:4000/v1";
    configuration.editUserSetting(ids.baseUrl, simulator);
    assert.equal(await openRouterKeyAt(simulator), undefined);
  });

  test("of a kind without keys gets none, even if one is saved for its address", async () => {
    const { apiKey, keysOfServices } = await openWindow();
    await apiKey.save("stray", serviceKinds.ollama.baseUrl);
    assert.deepEqual(await keysOfServices("completion"), []);
  });

  test("takes its key along when it leaves the pool", async () => {
    const { apiKey, settings, keysOfServices } = await openWindow();
    await apiKey.save(groqKey, groq);
    await forgetService("groq", { settings, apiKey });
    assert.equal(await apiKey.findAt(groq), undefined);
    assert.ok(!settings.router.services.some(({ id }) => id === "groq"));
    await settings.addService({ kind: "groq", baseUrl: groq, automatic: false });
    assert.deepEqual(await keysOfServices("completion"), []);
    assert.equal(await apiKey.read(), openRouterKey);
  });

  test("is no longer pinned when it leaves the pool", async () => {
    const { apiKey, settings } = await openWindow();
    await settings.setStrategy("pinned", "groq::a/b");
    await forgetService("mistral", { settings, apiKey });
    assert.equal(settings.router.strategy, "pinned");
    await forgetService("groq", { settings, apiKey });
    assert.equal(settings.router.strategy, "random");
  });

  test("leaves a key that another service of the same origin, or OpenRouter, needs", async () => {
    const { apiKey, settings } = await openWindow();
    await settings.addService({ kind: "custom", name: "Second", baseUrl: `${customUrl}/second`, automatic: false });
    await settings.addService({ kind: "custom", name: "Same", baseUrl: defaultSettings.baseUrl, automatic: false });
    await apiKey.save("custom-key", customUrl);
    await forgetService("mine", { settings, apiKey });
    await forgetService("same", { settings, apiKey });
    assert.deepEqual([await apiKey.findAt(customUrl), await apiKey.read()], ["custom-key", openRouterKey]);
    await forgetService("second", { settings, apiKey });
    assert.equal(await apiKey.findAt(customUrl), undefined);
  });
});
