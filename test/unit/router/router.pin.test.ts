import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, ServiceUse } from "../../../src/router/index";
import { answers, cloudServices } from "./cloudServices";
import { startBound } from "./cloudHarness";
import { chunk, event, fakeService, refusesWith, answersWith, streams, type Reply } from "./fakeService";
import { ids, startRouter } from "./routerHarness";
import { question } from "./sampleModels";

const pinning = (pin: string, fields: Partial<CompletionRequest> = {}): CompletionRequest => ({
  ...{ ...question, pin },
  ...fields,
});
const charges: Reply = (connection) => {
  const { model } = connection.body;
  const usage = { prompt_tokens: 1, completion_tokens: 1, cost: 0.02 };
  return streams(chunk(model, { content: "Hi" }), chunk(model, {}, "stop"), event({ choices: [], usage }))(connection);
};

describe("a model that a request pins", () => {
  for (const settings of [
    { strategy: "random" },
    { strategy: "adaptive" },
    { strategy: "server" },
    { strategy: "fallbacks", fallbacks: ["m/b:free"] },
    { strategy: "pinned", pinnedModel: "m/b:free" },
  ] as const)
    test(`is asked first, whatever the setting: ${settings.strategy}`, async () => {
      const harness = startRouter(settings);
      for (const pin of ids) await harness.ask({}, pinning(pin));
      assert.deepEqual(harness.askedModels(), ids);
    });

  test("is asked first by this request only", async () => {
    const harness = startRouter({ strategy: "pinned", pinnedModel: "m/b:free" });
    for (const request of [question, pinning("m/e:free"), question]) await harness.ask({}, request);
    assert.deepEqual(harness.askedModels(), ["m/b:free", "m/e:free", "m/b:free"]);
  });

  test("brings fallbacks of its pool along, and others answer if it fails", async () => {
    const harness = startRouter({ serverFallbacks: true });
    harness.service.script(refusesWith(503, "Down"), answersWith("Hello"));
    const { failed, end } = await harness.ask({}, pinning("m/c:free"));
    const [first] = harness.service.chats;
    assert.deepEqual([first?.body["model"], (first?.body["models"] as string[]).length], ["m/c:free", 3]);
    assert.deepEqual([failed, ids.includes(end?.model ?? "")], [["unavailable"], true]);
    assert.notEqual(end?.model, "m/c:free");
  });

  test("is in the explanation, which no router of the service comes before", async () => {
    const service = fakeService([...ids, "stealth/ox"]);
    const { router } = startRouter({ strategy: "server" }, { service });
    const poolFor = async (request: CompletionRequest) => (await router.explain(request)).pool.map(({ id }) => id);
    assert.deepEqual(await poolFor(question), ["openrouter/free", ...ids]);
    assert.deepEqual(await poolFor(pinning("stealth/ox")), [...ids, "stealth/ox"]);
  });

  test("may be a preview, because someone chose it by name, but brings no other preview along", async () => {
    const harness = startRouter({}, { service: fakeService(["stealth/ox", "stealth/elk"]) });
    assert.equal((await harness.ask({}, pinning("stealth/ox"))).end?.model, "stealth/ox");
    harness.service.script(refusesWith(503, "Down"));
    assert.equal((await harness.ask({}, pinning("stealth/ox"))).error?.reason, "unavailable");
    assert.ok(!harness.askedModels().includes("stealth/elk"));
    assert.deepEqual((await harness.ask()).error?.rules, ["preview"]);
  });

  test("may be of a service that is asked for named models only", async () => {
    const use: ServiceUse = { id: "lab", kind: "custom", baseUrl: "https://lab.example/v1", automatic: false };
    const openRouter = fakeService(ids);
    const { fetch: cloudFetch, services } = cloudServices([use], () => 0);
    const lab = services[0]!;
    lab.rows = [{ id: "x" }, { id: "y" }];
    const { ask } = startBound(
      { services: [use] },
      {
        fetch: (input, init) => {
          const { url } = new Request(input);
          return (url.startsWith(use.baseUrl) ? cloudFetch : openRouter.fetch)(input, init);
        },
      },
    );
    assert.equal((await ask({}, pinning("lab::x"))).end?.model, "lab::x");
    lab.script(() => Response.json({ error: { message: "Down" } }, { status: 503 }), answers("Hello"));
    assert.ok(ids.includes((await ask({}, pinning("lab::x"))).end?.model ?? ""));
  });

  test("is not asked if the settings or the request exclude it", async () => {
    for (const [settings, fields] of [
      [{ exclude: ["m/a:free"] }, {}],
      [{}, { exclude: ["m/a:free"] }],
    ] as const) {
      const harness = startRouter(settings);
      assert.equal((await harness.ask({}, pinning("m/a:free", fields))).text, "Hello");
      assert.notEqual(harness.askedModels()[0], "m/a:free");
    }
  });

  test("is not asked after it has charged the account", async () => {
    const harness = startRouter();
    harness.service.script(charges, answersWith("Hello"));
    for (let count = 0; count < 3; count++) await harness.ask({}, pinning("m/a:free"));
    assert.equal(harness.askedModels().filter((id) => id === "m/a:free").length, 1);
    await harness.router.bringBack("m/a:free");
    assert.equal((await harness.ask({}, pinning("m/a:free"))).end?.model, "m/a:free");
  });

  test("is not asked if the request must stay on this computer and the model is elsewhere", async () => {
    const harness = startRouter();
    const { error } = await harness.ask({}, pinning("m/a:free", { onlyLocal: true }));
    assert.deepEqual([error?.reason, harness.service.urls], ["not-local", []]);
  });

  test("is not sent without a catalogue if it is another variant or a router", async () => {
    for (const pin of ["m/a:free:online", "openrouter/auto", "m/a:free"]) {
      const harness = startRouter();
      harness.service.endpoints["models"] = refusesWith(503, "Down");
      await harness.ask({}, pinning(pin));
      assert.deepEqual(harness.askedModels(), [pin === "m/a:free" ? pin : "openrouter/free"]);
    }
  });
});

describe("the notice that a pinned model is not available", () => {
  const noticesOf = async (harness: ReturnType<typeof startRouter>, request?: CompletionRequest) =>
    (await harness.ask({}, request)).events.flatMap((each) =>
      each.type === "notice" && "model" in each ? [[each.notice, each.model]] : [],
    );
  const unavailable = (model: string) => [["pinned-unavailable", model]];

  test("is for each request that pins the model itself, since it concerns no other", async () => {
    const harness = startRouter({ exclude: ["m/a:free", "m/b:free"] });
    for (const pin of ["m/a:free", "m/b:free", "m/a:free"])
      assert.deepEqual(await noticesOf(harness, pinning(pin)), unavailable(pin));
    for (const request of [pinning("m/c:free"), question, pinning("m/a:free", { exclude: ["m/a:free"] })])
      assert.deepEqual(await noticesOf(harness, request), []);
  });

  test("is still sent once for the setting, whatever single requests pin", async () => {
    const harness = startRouter({ strategy: "pinned", pinnedModel: "m/a:free", exclude: ["m/a:free"] });
    await harness.ask({}, pinning("m/a:free"));
    assert.deepEqual(await noticesOf(harness, question), unavailable("m/a:free"));
    for (const request of [pinning("m/c:free"), pinning("m/b:free"), question])
      assert.deepEqual(await noticesOf(harness, request), []);
  });
});
