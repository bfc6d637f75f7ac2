import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRouter, type Router } from "../../../src/router/index";
import { answersWith, fakeService, refusesWith } from "./fakeService";
import { ids, key, startRouter } from "./routerHarness";
import { question } from "./sampleModels";

const busy = refusesWith(429, "Provider returned error", { provider_name: "Acme" });

describe("the API key", () => {
  test("is required before any request", async () => {
    for (const apiKey of [undefined, "", "  \n"]) {
      const harness = startRouter({}, { apiKey: () => Promise.resolve(apiKey) });
      const { error } = await harness.ask();
      assert.deepEqual([error?.reason, error?.link], ["no-key", "https://openrouter.ai/settings/keys"]);
      assert.deepEqual(harness.service.urls, []);
    }
  });

  test("is rejected before a request if it is invalid, since fetch would repeat it in an error", async () => {
    for (const apiKey of ["sk-or-v1-0123\nhunter2", "sk-or-v1-schlüssel", "sk or v1"]) {
      const harness = startRouter({}, { apiKey: () => Promise.resolve(apiKey) });
      const { error } = await harness.ask();
      assert.equal(error?.reason, "unauthorized");
      await assert.rejects(harness.router.quota(), /key/);
      assert.deepEqual(harness.service.urls, []);
      assert.doesNotMatch(JSON.stringify([error, error.message, harness.log.lines]), /hunter2|schl|0123/);
    }
  });

  test("is trimmed, read for each completion and never logged, nor is the question", async () => {
    let currentKey = ` ${key}\n`;
    const harness = startRouter({}, { apiKey: () => Promise.resolve(currentKey) });
    harness.service.script(busy, answersWith("Hi"));
    await harness.ask();
    currentKey = "sk-or-v1-another";
    await harness.ask();
    assert.deepEqual(
      harness.service.chats.map(({ headers }) => headers.get("authorization")),
      [`Bearer ${key}`, `Bearer ${key}`, "Bearer sk-or-v1-another"],
    );
    assert.doesNotMatch(harness.log.lines.join("\n"), /sk-or|Why is the sky blue/);
  });

  test("causes an internal error if reading it fails", async () => {
    const harness = startRouter({}, { apiKey: () => Promise.reject(new Error("locked")) });
    const { error } = await harness.ask();
    assert.equal(error?.reason, "internal");
    assert.match(error.message, /locked/);
  });
});

describe("the settings of the router", () => {
  test("are read for each completion and have defaults", async () => {
    const harness = startRouter();
    await harness.ask();
    Object.assign(harness.settings, {
      baseUrl: "https://mirror.example/v1/",
      serverFallbacks: undefined,
      strategy: undefined,
    });
    await harness.ask();
    const [first, second] = harness.service.chats;
    assert.equal(first?.url, "https://openrouter.ai/api/v1/chat/completions");
    assert.equal(second?.url, "https://mirror.example/v1/chat/completions");
    assert.deepEqual([first.body["models"], (second.body["models"] as string[]).length], [undefined, 3]);
  });

  test("cause a notice each time the pinned model becomes unavailable", async () => {
    const harness = startRouter({ strategy: "pinned", pinnedModel: "m/a:free" });
    const notices = async () => {
      const { events, end } = await harness.ask();
      return [events.filter(({ type }) => type === "notice").length, end?.model === "m/a:free"];
    };
    assert.deepEqual(await notices(), [0, true]);
    harness.settings.exclude = ["m/a:free"];
    assert.deepEqual(
      [await notices(), await notices()],
      [
        [1, false],
        [0, false],
      ],
    );
    harness.settings.exclude = [];
    assert.deepEqual(await notices(), [0, true]);
    harness.settings.exclude = ["m/a:free"];
    assert.deepEqual(await notices(), [1, false]);
    harness.settings.exclude = [];
    const another = await harness.ask({}, { ...question, exclude: ["m/a:free"] });
    assert.ok(
      !another.events.some(({ type }) => type === "notice"),
      "no notice if the caller excluded the pinned model",
    );
  });

  test("include a preview model only if it is pinned", async () => {
    const service = fakeService([...ids, "stealth/ox"]);
    const harness = startRouter({ strategy: "pinned", pinnedModel: "stealth/ox" }, { service });
    assert.equal((await harness.ask()).end?.model, "stealth/ox");
    harness.settings.strategy = "random";
    for (let count = 0; count < 15; count++) await harness.ask();
    assert.equal(harness.askedModels().filter((id) => id === "stealth/ox").length, 1);
  });
});

describe("a function of the caller that fails", () => {
  const fails = (): never => {
    throw new Error("profile is locked");
  };
  const uses: [name: string, use: (router: Router) => Promise<unknown>][] = [
    ["complete", (router) => router.complete(question)[Symbol.asyncIterator]().next()],
    ["explain", (router) => router.explain(question)],
    ["quota", (router) => router.quota()],
    ["chargedModels", (router) => router.chargedModels()],
    ["bringBack", (router) => router.bringBack("m/a:free")],
  ];
  for (const [name, use] of uses)
    test(`causes an internal RouterError: ${name}`, async () => {
      const { fetch } = fakeService(ids);
      const apiKey = (): Promise<string> => Promise.resolve(key);
      const routers = [createRouter({ apiKey: fails, fetch }), createRouter({ apiKey, settings: fails, fetch })];
      for (const router of routers)
        await assert.rejects(use(router), { name: "RouterError", reason: "internal", message: /profile is locked/ });
    });

  test("causes an internal RouterError: onAskAnother", async () => {
    const { error } = await startRouter().ask({ onAskAnother: fails });
    assert.equal(error?.reason, "internal");
  });
});

test("models that only the setting Data Collection excluded are back when it allows them", async () => {
  const harness = startRouter({ dataCollection: "deny" });
  harness.service.script(refusesWith(404, "No endpoints found matching your data policy (Free model training)"));
  assert.equal((await harness.ask()).error?.reason, "data-policy");
  const rules = async () => (await harness.router.explain(question)).excluded.map(({ rule }) => rule);
  assert.deepEqual(await rules(), ["data-policy", "data-policy"]);
  harness.settings.dataCollection = "allow";
  assert.deepEqual(await rules(), []);
});

test("reasoning is only switched off for models that are known to allow it", async () => {
  const sends = async (settings: Parameters<typeof startRouter>[0], fields: Record<string, unknown>) => {
    const harness = startRouter(settings, { service: fakeService(ids, fields) });
    await harness.ask({}, { ...question, reasoning: { enabled: false } });
    return "reasoning" in (harness.service.chats[0]?.body ?? {});
  };
  assert.equal(await sends({}, { reasoning: { mandatory: false } }), true);
  assert.equal(await sends({}, { reasoning: { mandatory: true } }), false);
  assert.equal(await sends({}, {}), false);
  assert.equal(await sends({ strategy: "server" }, { reasoning: { mandatory: false } }), false);
});

test("without a catalogue, neither other variants nor routers are sent", async () => {
  const pins = ["m/a:free:online", "openrouter/fusion-flash:free", "openrouter/auto", "m/a:free"];
  for (const pinnedModel of pins) {
    const harness = startRouter({ strategy: "pinned", pinnedModel });
    harness.service.endpoints["models"] = refusesWith(503, "Down");
    await harness.ask();
    assert.deepEqual(harness.askedModels(), [pinnedModel === "m/a:free" ? pinnedModel : "openrouter/free"]);
  }
});
