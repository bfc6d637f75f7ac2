import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answersWith, refusesWith } from "./fakeService";
import { startRouter } from "./routerHarness";

describe("the quota", () => {
  const today = (used: number) => () =>
    Response.json({ data: { free_model_daily_requests: { used, limit: 50, remaining: 50 - used } } });
  const keyRequests = (asked: string[]) => asked.filter((url) => url.endsWith("/key")).length;

  test("combines the service's count, requested at most once a minute, with the requests since", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = today(7);
    const first = await harness.router.quota();
    assert.deepEqual([first.used, first.limit, first.remaining, first.exhausted], [7, 50, 43, false]);
    await harness.ask();
    assert.deepEqual([(await harness.router.quota()).used, keyRequests(harness.service.urls)], [8, 1]);
    harness.clock.advance(60_000);
    await harness.router.quota();
    assert.equal(keyRequests(harness.service.urls), 2);
  });

  for (const [name, reply] of [
    ["succeeds", today(7)],
    ["fails", () => Promise.reject(new TypeError("fetch failed"))],
  ] as const)
    test(`is requested once a minute if the request ${name}`, async () => {
      const harness = startRouter();
      harness.service.endpoints["key"] = reply;
      await Promise.all(Array.from({ length: 4 }, () => harness.router.quota()));
      await harness.router.quota();
      assert.equal(keyRequests(harness.service.urls), 1);
      harness.clock.advance(60_000);
      await harness.router.quota();
      assert.equal(keyRequests(harness.service.urls), 2);
    });

  test("is the local count without an API key or without a count from the service", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = () => Response.json({ data: { label: "x" } });
    await harness.ask();
    assert.deepEqual([(await harness.router.quota()).used, (await harness.router.quota()).limit], [1, undefined]);
    harness.service.endpoints["key"] = refusesWith(500, "Down");
    harness.clock.advance(60_000);
    assert.equal((await harness.router.quota()).used, 1);
    const keyless = startRouter({}, { apiKey: () => Promise.resolve(undefined) });
    assert.equal((await keyless.router.quota()).used, 0);
    assert.deepEqual(keyless.service.urls, []);
  });

  test("throws for a refused API key, which makes it the cheapest check of a key", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = refusesWith(401, "User not found.");
    await assert.rejects(harness.router.quota(), /rejected/);
  });

  test("without a remainder does not prevent a request, since some models and accounts are exempt", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = today(50);
    const { remaining, exhausted } = await harness.router.quota();
    assert.deepEqual([remaining, exhausted], [0, false]);
    assert.equal((await harness.ask()).error, undefined);
  });

  const daily = (used: number, limit: number) => () =>
    Response.json({ data: { free_model_daily_requests: { used, limit, remaining: limit - used } } });

  test("ends a refusal for the day as soon as the limit is higher, and asks for it every five seconds", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = daily(50, 50);
    harness.service.script(refusesWith(429, "Rate limit exceeded: free-models-per-day."));
    await harness.ask();
    for (const [seconds, key, exhausted] of [
      [0, daily(50, 50), true],
      [4, daily(51, 1_000), true],
      // As it was just before the refusal.
      [1, daily(49, 50), true],
      [5, daily(51, 1_000), false],
    ] as const) {
      harness.clock.advance(seconds * 1_000);
      harness.service.endpoints["key"] = key;
      assert.equal((await harness.router.quota()).exhausted, exhausted, `after ${seconds} s`);
    }
    assert.equal(keyRequests(harness.service.urls), 3);
  });

  test("is asked for again for a user who asks, however recent it is", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = daily(2, 1_000);
    await harness.router.quota();
    harness.service.endpoints["key"] = daily(41, 50);
    assert.equal((await harness.router.quota()).remaining, 998);
    assert.equal((await harness.router.recheckQuota()).remaining, 9);
    assert.equal((await harness.router.quota()).remaining, 9);
    assert.equal(keyRequests(harness.service.urls), 2);
  });

  test("lets a question through at once if the limit is higher than when one was refused for the day", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = daily(50, 50);
    await harness.router.quota();
    harness.service.script(refusesWith(429, "Rate limit exceeded: free-models-per-day."), answersWith("Hello"));
    await harness.ask();
    harness.service.endpoints["key"] = daily(51, 1_000);
    harness.clock.advance(10_000);
    assert.equal((await harness.ask()).error, undefined);
  });

  test("prevents requests after a refusal for the day, with its reset time", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = today(50);
    harness.service.script(refusesWith(429, "Rate limit exceeded: free-models-per-day."));
    await harness.ask();
    const { error } = await harness.ask();
    assert.deepEqual([error?.reason, harness.service.chats.length], ["rate-limit-day", 1]);
    assert.equal(error?.retryAt, (await harness.router.quota()).resetsAt);
  });
});
