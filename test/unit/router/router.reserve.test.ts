import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, ServiceUse } from "../../../src/router/index";
import { snapshotDay } from "../../support/clock";
import { answers, cloudServices, groqRow, groqUse, mistralRow, mistralUse } from "./cloudServices";
import { startBound } from "./cloudHarness";
import { settle } from "./attemptHarness";
import { answersWith, fakeService, neverAnswers, refusesWith, type FakeService } from "./fakeService";
import { ids, startRouter, type RouterHarness } from "./routerHarness";
import { question } from "./sampleModels";
import { fakeOllama, ollamaUse, tag } from "./services/localHarness";

const reserving = (reserve: number): CompletionRequest => ({ ...question, reserve });
const midnight = snapshotDay + 24 * 3_600_000;

/** Lets the router learn that so many of fifty requests are left at OpenRouter today. */
async function leave(remaining: number, { router, service }: Pick<RouterHarness, "router" | "service">): Promise<void> {
  service.endpoints["key"] = () =>
    Response.json({ data: { free_model_daily_requests: { used: 50 - remaining, limit: 50, remaining } } });
  await router.quota();
}

/** OpenRouter with so many requests left, and other services. */
async function startServices(remaining: number, uses: readonly ServiceUse[], local?: FakeService) {
  const openRouter = fakeService(ids);
  const { fetch: cloudFetch, services } = cloudServices(uses, () => 0);
  const harness = startBound(
    { services: uses },
    {
      service: openRouter,
      fetch(input, init) {
        const { url } = new Request(input);
        if (local && url.startsWith("http://127.0.0.1")) return local.fetch(input, init);
        return (url.includes("openrouter.ai") ? openRouter.fetch : cloudFetch)(input, init);
      },
    },
  );
  await leave(remaining, harness);
  return { ...harness, services };
}

/** Groq says that so many of a thousand requests are left. */
const groqAnswers = (remaining: number) =>
  answers("Hello", {
    headers: {
      ...{ "x-ratelimit-limit-requests": "1000", "x-ratelimit-remaining-requests": String(remaining) },
    },
  });

describe("a request that leaves the last ones of the day to others", () => {
  test("is not sent when no more are left, and costs none", async () => {
    const harness = startRouter();
    await leave(10, harness);
    const { error, events } = await harness.ask({}, reserving(10));
    assert.deepEqual(
      [error?.reason, error?.remaining, error?.retryAt, error?.service, error?.attempts],
      ["reserved", 10, midnight, undefined, []],
    );
    assert.match(error?.message ?? "", /reserved for others \(10 left\)/);
    assert.deepEqual([events, harness.service.chats.length], [[], 0]);
    assert.equal((await harness.router.quota()).remaining, 10);
    assert.equal((await harness.ask()).text, "Hello", "others are answered");
    assert.equal((await harness.ask({}, reserving(8))).text, "Hello");
  });

  test("is answered as long as the service has not told its limit", async () => {
    const harness = startRouter();
    assert.equal((await harness.ask({}, reserving(1_000))).text, "Hello");
  });

  test("does not fail over into them", async () => {
    const harness = startRouter({ maxAttempts: 8 });
    await leave(12, harness);
    harness.service.script(refusesWith(503, "Down"));
    const { error, failed } = await harness.ask({}, reserving(10));
    assert.deepEqual([failed.length, harness.service.chats.length, error?.reason], [2, 2, "reserved"]);
    assert.deepEqual([error?.attempts.length, error?.remaining], [2, 10]);
    assert.equal((await harness.router.quota()).remaining, 10);
  });

  test("does not ask a second model with them while the first is silent", async () => {
    // Two completions, of which each has sent a request and may send another one, if any are left beside the reserved ones.
    for (const [remaining, asked] of [
      [12, 2],
      [13, 3],
      [14, 4],
    ] as const) {
      const harness = startRouter();
      await leave(remaining, harness);
      harness.service.script(neverAnswers);
      const stop = new AbortController();
      const askAnother: (() => void)[] = [];
      const onAskAnother = (listener: () => void) => {
        askAnother.push(listener);
        return { dispose: () => undefined };
      };
      const completions = [1, 2].map(() => harness.ask({ onAskAnother, signal: stop.signal }, reserving(10)));
      await settle();
      for (const listener of askAnother) listener();
      await settle();
      assert.equal(harness.service.chats.length, asked, `${remaining} left`);
      stop.abort();
      await Promise.all(completions);
    }
  });

  test("leaves them however many are sent at once", async () => {
    const harness = startRouter();
    await leave(13, harness);
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => harness.ask({}, reserving(10))));
    const reasons = outcomes.map(({ error, text }) => error?.reason ?? text);
    assert.deepEqual(reasons.sort(), [...Array<string>(3).fill("Hello"), ...Array<string>(6).fill("reserved")]);
    assert.deepEqual([harness.service.chats.length, (await harness.router.quota()).remaining], [3, 10]);
  });

  test("says so in its explanation", async () => {
    const { router, services } = await startServices(10, [mistralUse]);
    services[0]!.rows = [mistralRow("small")];
    const { pool, excluded } = await router.explain(reserving(10));
    assert.deepEqual(
      [pool.map(({ id }) => id), new Set(excluded.map(({ rule }) => rule))],
      [["mistral::small"], new Set(["used-up"])],
    );
    assert.equal((await router.explain(question)).pool.length, ids.length + 1);
  });
});

describe("another service than the one whose last requests are left to others", () => {
  test("answers if its limit is not known, without a notice that nothing is left", async () => {
    const { ask, service, services } = await startServices(10, [mistralUse]);
    services[0]!.rows = [mistralRow("small")];
    const { end, events } = await ask({}, reserving(10));
    assert.deepEqual([end?.model, service.chats.length], ["mistral::small", 0]);
    assert.ok(!events.some(({ type }) => type === "notice"));
    assert.ok(ids.includes((await ask()).end?.model ?? ""));
  });

  test("answers if it is on this computer, which counts nothing", async () => {
    const ollama = fakeOllama([tag("a")], { a: 8_192 });
    const { ask } = await startServices(10, [ollamaUse], ollama);
    for (let count = 0; count < 2; count++) assert.equal((await ask({}, reserving(1_000))).end?.model, "ollama::a");
  });

  test("answers as long as it has more left itself, each of its models if they have limits of their own", async () => {
    const { ask, clock, services } = await startServices(10, [groqUse]);
    const groq = services[0]!;
    groq.rows = [groqRow("a/b"), groqRow("c/d")];
    groq.script(groqAnswers(11), groqAnswers(10));
    const answered = [];
    for (let count = 0; count < 4; count++) {
      const { end, error } = await ask({}, { ...reserving(10), pin: "groq::a/b" });
      answered.push(end?.model ?? error?.reason);
      clock.advance(1_000);
    }
    assert.deepEqual(answered, ["groq::a/b", "groq::a/b", "groq::c/d", "reserved"]);
    assert.equal(groq.requests.length, 3);
  });

  test("answers the requests that come too late for the last one", async () => {
    const { ask, service, services } = await startServices(11, [mistralUse]);
    services[0]!.rows = [mistralRow("small")];
    const outcomes = await Promise.all(Array.from({ length: 3 }, () => ask({}, reserving(10))));
    const models = outcomes.map(({ end }) => end?.model ?? "");
    assert.deepEqual(models.filter((id) => id === "mistral::small").length, 2, models.join(", "));
    assert.equal(service.chats.length, 1);
  });

  test("answers for a service whose models have limits of their own, all of which have too few left", async () => {
    const { ask, router, clock, services } = await startServices(40, [groqUse]);
    const groq = services[0]!;
    groq.rows = [groqRow("a/b"), groqRow("c/d")];
    groq.script(groqAnswers(10));
    const pinning = (pin: string): CompletionRequest => ({ ...reserving(10), pin });
    const ruleOf = async (model: string) =>
      (await router.explain(pinning(model))).excluded.find(({ model: { id } }) => id === model)?.rule;
    for (const pin of ["groq::a/b", "groq::c/d"]) {
      assert.equal(await ruleOf(pin), undefined);
      assert.equal((await ask({}, pinning(pin))).end?.model, pin);
      clock.advance(1_000);
    }
    assert.equal(await ruleOf("groq::a/b"), "used-up");
    const { end, events } = await ask({}, pinning("groq::a/b"));
    assert.ok(ids.includes(end?.model ?? ""));
    assert.ok(!events.some(({ type }) => type === "notice"), "the day is not used up");
  });

  test("is named if only its rest is left", async () => {
    const { ask, service, services } = await startServices(10, [groqUse]);
    const groq = services[0]!;
    groq.rows = [groqRow("a/b")];
    groq.script(groqAnswers(7));
    service.script(refusesWith(429, "Rate limit exceeded: free-models-per-day."), answersWith("Hello"));
    await ask();
    assert.equal((await ask()).end?.model, "groq::a/b");
    const { error } = await ask({}, reserving(10));
    assert.deepEqual([error?.reason, error?.service, error?.remaining], ["reserved", "Groq", 6]);
    assert.equal((await ask()).end?.model, "groq::a/b");
  });
});
