import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KeySource } from "../../../src/router/keys";
import type { ServiceUse } from "../../../src/router/settings";
import { fakeClock } from "../../support/clock";
import { answers, cloudServices, groqRow, groqUse, refuses, type CloudService } from "./cloudServices";
import { startBound } from "./cloudHarness";
import { answersWith, fakeService } from "./fakeService";
import { ids, key } from "./routerHarness";

const customUse: ServiceUse = {
  id: "lab",
  kind: "custom",
  name: "Lab",
  baseUrl: "https://lab.example/v1",
  automatic: true,
};
/** Accepts a connection and never answers. */
const silentUse: ServiceUse = { ...customUse, id: "silent", baseUrl: "https://silent.example/v1" };
const dayIsOver = {
  error: {
    code: 429,
    message: "Rate limit exceeded: free-models-per-day",
    metadata: { headers: { "X-RateLimit-Remaining": "0" } },
  },
};

/** OpenRouter, and services that answer from a script. */
function start(
  uses: readonly ServiceUse[],
  settings: Parameters<typeof startBound>[0] = {},
  apiKey: KeySource = ({ service }) => Promise.resolve(service === "openrouter" ? key : "gsk_aB3xaB3x"),
) {
  const clock = fakeClock();
  const openRouter = fakeService(ids);
  const { fetch: cloudFetch, services } = cloudServices(uses, clock.now);
  const listed: string[] = [];
  const harness = startBound(
    { services: uses, ...settings },
    {
      ...{ clock, service: openRouter },
      fetch: (input, init) => {
        const { url } = new Request(input);
        if (url.endsWith("/models")) listed.push(url);
        if (url.startsWith(silentUse.baseUrl)) return new Promise(() => undefined);
        return url.includes("openrouter") ? openRouter.fetch(input, init) : cloudFetch(input, init);
      },
      apiKey,
    },
  );
  return { ...harness, openRouter, services, listed };
}

const refused = (status: number, body: unknown) => (): Response => Response.json(body, { status });

const only = (services: readonly CloudService[]): CloudService => {
  const [first] = services;
  assert.ok(first);
  return first;
};

describe("several services", () => {
  test("go on with another when the day of one is used up, also in the next questions", async () => {
    const { ask, openRouter, services } = start([groqUse]);
    only(services).rows = [groqRow("a/b")];
    openRouter.script(refused(429, dayIsOver));
    const first = await ask();
    assert.equal(first.end?.model, "groq::a/b");
    assert.equal((await ask()).end?.model, "groq::a/b");
    assert.deepEqual([openRouter.chats.length, only(services).requests.length], [1, 2]);
  });

  test("say once that the first one has used up its day, until it answers again", async () => {
    const { ask, clock, openRouter, services } = start([groqUse]);
    only(services).rows = [groqRow("a/b")];
    openRouter.script(refused(429, dayIsOver));
    const told = async (): Promise<unknown[]> =>
      (await ask()).events.flatMap((event) =>
        event.type === "notice" ? [[event.notice, "name" in event && event.name]] : [],
      );
    const usedUp = [["service-used-up", "OpenRouter"]];
    assert.deepEqual([await told(), await told(), await told()], [[], usedUp, []]);
    clock.advance(24 * 3_600_000);
    openRouter.script(answersWith("Hello"), refused(429, dayIsOver));
    assert.deepEqual([await told(), await told(), await told()], [[], [], usedUp]);
  });

  test("say nothing about a used-up day of a service that comes later", async () => {
    const { ask, openRouter, services } = start([groqUse], {
      serviceOrder: "openrouter-first",
      strategy: "pinned",
      pinnedModel: "groq::a/b",
    });
    only(services).rows = [groqRow("a/b")];
    openRouter.script(refused(429, dayIsOver));
    only(services).script(refuses(503, { error: { message: "Down" } }), answers("Hello"), answers("Hello"));
    await ask();
    assert.deepEqual(
      (await ask()).events.filter(({ type }) => type === "notice"),
      [],
    );
  });

  test("blame the models that failed, not the day that is used up elsewhere", async () => {
    const { ask, openRouter, services } = start([groqUse]);
    only(services).rows = [groqRow("a/b")];
    only(services).script(refuses(429, { error: { message: "Limit (RPD): Limit 5", type: "requests", code: "" } }));
    openRouter.script(refused(503, { error: { code: 503, message: "Down" } }));
    const { error } = await ask();
    assert.notEqual(error?.reason, "rate-limit-day");
  });

  test("say so if no candidate has requests left, whatever is left of models that do not fit", async () => {
    const { ask, openRouter, services } = start([groqUse]);
    only(services).rows = [groqRow("a/b"), groqRow("small", { context_window: 4_096 })];
    only(services).script(refuses(429, { error: { message: "Limit (RPD): Limit 5", type: "requests", code: "" } }));
    openRouter.script(refused(429, dayIsOver));
    await ask();
    const { error } = await ask();
    assert.equal(error?.reason, "rate-limit-day");
  });

  test("name the service whose key was rejected", async () => {
    const { ask, services } = start([groqUse], { strategy: "pinned", pinnedModel: "groq::a/b", exclude: ids });
    only(services).rows = [groqRow("a/b")];
    only(services).script(refuses(401, { error: { message: "Invalid API Key", code: "invalid_api_key" } }));
    const { error } = await ask();
    assert.deepEqual([error?.reason, error?.service], ["unauthorized", "Groq"]);
  });

  test("that call a request bad end the completion only if they are two", async () => {
    const { ask, openRouter, services } = start([groqUse, customUse]);
    const [groq, lab] = services;
    assert.ok(groq && lab);
    groq.rows = [groqRow("a/b")];
    lab.rows = [{ id: "z" }];
    openRouter.script(refused(429, dayIsOver));
    groq.script(refuses(400, { error: { message: "No.", type: "invalid_request_error" } }));
    lab.script(answers("Hello"));
    assert.equal((await ask()).end?.model, "lab::z");
  });

  test("let a charged model of any of them be brought back", async () => {
    const { router, ask, services } = start([customUse], { strategy: "pinned", pinnedModel: "lab::z" });
    only(services).rows = [{ id: "z" }];
    only(services).script(({ model }) =>
      Response.json({ model, choices: [{ message: { content: "Hi" }, finish_reason: "stop" }], usage: { cost: 0.01 } }),
    );
    await ask();
    assert.deepEqual(
      (await router.chargedModels()).map(({ model }) => model),
      ["lab::z"],
    );
    await router.bringBack("lab::z");
    assert.deepEqual(await router.chargedModels(), []);
  });

  test("are not held up by one that does not answer", async () => {
    const { ask } = start([silentUse]);
    const outcome = await ask();
    assert.ok(outcome.end?.model);
  });
});

describe("the state of a service", () => {
  test("says that a key is missing, also where the list of models needs none", async () => {
    const { router } = start([groqUse], {}, () => Promise.resolve(undefined));
    assert.deepEqual(
      (await router.services()).map(({ id, error }) => [id, error?.reason]),
      [
        ["openrouter", "no-key"],
        ["groq", "no-key"],
      ],
    );
  });
});

describe("a list that cannot be read", () => {
  test("is asked for once a minute while the user types, and again for each question", async () => {
    const { router, ask, clock, listed, openRouter } = start([]);
    openRouter.endpoints["models"] = () => new Response("Down", { status: 503 });
    for (let count = 0; count < 3; count++) await router.explain({ messages: [] }).catch(() => undefined);
    assert.equal(listed.length, 1);
    await ask();
    assert.equal(listed.length, 2);
    clock.advance(60_000);
    await router.explain({ messages: [] }).catch(() => undefined);
    assert.equal(listed.length, 3);
  });
});
