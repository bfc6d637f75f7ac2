import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest } from "../../../src/router/index";
import { snapshotDay } from "../../support/clock";
import { type FaultName, isFree, snapshotRows, typicalFaultRates } from "../../support/openRouter";
import { gemma, glm, hello, shortDeadlines, nemotron, startHarness } from "./wireHarness";

const completeAnswer = /^You asked: “Why is the sky blue\?”.*simulator/s;

describe("the daily limit", () => {
  test("is detected with one request and blocks further requests until the reset", async () => {
    await using harness = await startHarness({ settings: { serverFallbacks: true } });
    harness.simulator.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 50 });
    const first = await harness.ask();
    const reset = Date.UTC(2026, 7, 23);
    assert.deepEqual([first.error?.reason, first.error?.retryAt], ["rate-limit-day", reset]);
    const second = await harness.ask();
    assert.deepEqual([second.error?.reason, second.error?.retryAt], ["rate-limit-day", reset]);
    assert.equal(harness.simulator.chatRequests.length, 1);
    const { exhausted, remaining, resetsAt } = await harness.router.quota();
    assert.deepEqual([exhausted, remaining, resetsAt], [true, 0, reset]);
    harness.clock.set(reset);
    assert.match((await harness.ask()).text, completeAnswer);
  });

  test("is lifted early when the service reports remaining requests", async () => {
    await using harness = await startHarness();
    harness.simulator.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 50 });
    await harness.ask();
    harness.simulator.account.set({ limits: { perMinute: 20, perDay: 1000 } });
    assert.match((await harness.ask()).text, completeAnswer);
    assert.equal(harness.simulator.chatRequests.length, 2);
  });

  test("is not confused with a provider's own quota", async () => {
    await using harness = await startHarness();
    harness.simulator.script("429-upstream-old");
    assert.match((await harness.ask()).text, completeAnswer);
    assert.equal((await harness.router.quota()).exhausted, false);
  });
});

describe("the limit per minute", () => {
  test("delays the last five of 25 completions without failures", async () => {
    await using harness = await startHarness({ simulator: { limits: { perMinute: 20, perDay: 1000 } } });
    const start = harness.clock.now();
    const waits: number[] = [];
    for (let count = 0; count < 25; count++) {
      const { events, text } = await harness.ask();
      assert.match(text, completeAnswer);
      for (const event of events) if (event.type === "wait") waits.push(event.until - start);
    }
    assert.deepEqual(waits, [60_000]);
    assert.equal(harness.simulator.chatRequests.length, 25);
    assert.deepEqual(
      harness.simulator.chatRequests.map(({ status }) => status),
      Array(25).fill(200),
    );
  });
});

describe("a busy model", () => {
  test("has the requested cooldown, or an estimated one that grows", async () => {
    await using harness = await startHarness();
    const cooldownEnd = async () => (
      await harness.ask(),
      harness.router.statistics().find(({ model }) => model === gemma)?.restingUntil
    );
    harness.simulator.script({ fault: "429-upstream", retryAfter: 7 });
    const start = harness.clock.now();
    assert.equal(await cooldownEnd(), start + 7_000);
    harness.clock.advance(8_000);
    harness.simulator.script("429-upstream");
    const second = ((await cooldownEnd()) ?? 0) - harness.clock.now();
    harness.clock.advance(second + 1);
    harness.simulator.script("429-upstream");
    const third = ((await cooldownEnd()) ?? 0) - harness.clock.now();
    assert.ok(second > 0 && third > second, `${second} ms, then ${third} ms`);
  });

  test("is skipped during its cooldown and used again afterwards", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "429-upstream", model: gemma, times: 1 });
    await harness.ask();
    await harness.ask();
    const models = harness.bodies().map(({ model }) => model);
    assert.deepEqual(
      models.map((model) => model === gemma),
      [true, false, false],
    );
    harness.clock.advance(10 * 60_000);
    assert.equal((await harness.ask()).end?.model, gemma);
  });

  test("causes an error with the earliest retry time and no request if all models are in cooldown", async () => {
    await using harness = await startHarness({ settings: { exclude: [], maxAttempts: 40 } });
    harness.simulator.addPersistentStep({ step: { fault: "429-upstream", retryAfter: 120 } });
    await harness.ask();
    const sent = harness.simulator.chatRequests.length;
    const { error } = await harness.ask();
    assert.deepEqual([error?.reason, error?.retryAt], ["all-resting", harness.clock.now() + 120_000]);
    assert.equal(harness.simulator.chatRequests.length, sent);
  });
});

describe("models that disappear", () => {
  test("are dropped, and the catalogue is refreshed", async () => {
    await using harness = await startHarness();
    await harness.ask();
    harness.clock.advance(5 * 60_000);
    harness.simulator.catalogue.remove(gemma);
    const { end, failed } = await harness.ask();
    assert.deepEqual(failed, ["not-free"]);
    assert.notEqual(end?.model, gemma);
    const { events } = await harness.ask();
    assert.equal(events.filter(({ type }) => type === "notice").length, 1, "one notice about the missing pinned model");
    assert.notEqual(harness.bodies().at(-1)?.model, gemma);
    assert.equal(harness.simulator.requests.filter(({ path }) => path.endsWith("/models")).length, 2);
  });

  test("are never replaced by the paid model that the service suggests", async () => {
    await using harness = await startHarness({ settings: { serverFallbacks: true } });
    harness.simulator.addPersistentStep({ step: "404-free-unavailable" });
    await harness.ask();
    const paid = gemma.replace(":free", "");
    for (const { model, models = [] } of harness.bodies()) assert.equal([model, ...models].includes(paid), false);
    assert.deepEqual(harness.simulator.violations, []);
  });

  test("cause an error without a request if no free model is left", async () => {
    const paid = snapshotRows(snapshotDay).filter((row) => !isFree(row));
    await using harness = await startHarness({ simulator: { catalogue: paid } });
    const { error } = await harness.ask();
    assert.deepEqual([error?.reason, harness.simulator.chatRequests.length], ["no-candidate", 0]);
    assert.match(error?.message ?? "", /no free model/);
  });
});

describe("hanging streams", () => {
  for (const fault of ["comments-forever", "empty-deltas-forever"] satisfies FaultName[])
    test(`${fault}: keep-alive data does not extend the deadline, and the connection is closed`, async () => {
      await using harness = await startHarness({ settings: shortDeadlines });
      harness.simulator.script(fault);
      assert.match((await harness.ask()).text, completeAnswer);
      assert.equal(await harness.simulator.chatRequests[0]?.ended, "closed-by-client");
    });

  test("long reasoning does not count as silence", async () => {
    await using harness = await startHarness({ settings: { firstContentMs: 5_000, betweenContentsMs: 1_000 } });
    harness.simulator.setPace({ betweenMs: 150 });
    const reasoning = "I think and think and think, and I go on and on, since it is a hard one";
    harness.simulator.script({ answer: { reasoning, text: "At last." } });
    const { text, failed } = await harness.ask();
    assert.deepEqual([text, failed], ["At last.", []]);
  });

  test("a stream that stops before its finish reason is incomplete", async () => {
    await using harness = await startHarness({ settings: shortDeadlines });
    harness.simulator.script({ fault: "stall", after: 1_000 });
    const { failed } = await harness.ask();
    assert.deepEqual(failed, ["interrupted"]);
  });
});

describe("a failure after output", () => {
  const cases: [fault: FaultName, reason: string][] = [
    ["cut-midway", "interrupted"],
    ["reset-midway", "interrupted"],
    ["error-after-text", "unavailable"],
    ["stall-with-comments", "interrupted"],
    ["bad-json-chunk", "malformed"],
  ];
  for (const [fault, reason] of cases) {
    test(`${fault}: ends with an error and keeps the partial text`, async () => {
      await using harness = await startHarness({ settings: shortDeadlines });
      harness.simulator.script({ fault, hold: true });
      const { error, text, failed, end } = await harness.ask(hello, {}, () => harness.simulator.release());
      assert.deepEqual([failed, error?.reason, end], [[reason], reason, undefined]);
      assert.match(error?.message ?? "", /^The answer is incomplete\./);
      assert.match(text, /^You asked: “Why/);
      assert.equal(harness.simulator.chatRequests.length, 1);
    });

    test(`${fault}: starts over if the caller allows it`, async () => {
      await using harness = await startHarness({ settings: shortDeadlines });
      harness.simulator.script({ fault, hold: true });
      const { text, failed, end } = await harness.ask(hello, { restartAfterOutput: true }, () =>
        harness.simulator.release(),
      );
      assert.deepEqual([failed, end?.attempts], [[reason], 2]);
      assert.match(text, completeAnswer);
    });
  }
});

describe("the token limit", () => {
  test("is raised for the same model when reasoning used it up", async () => {
    await using harness = await startHarness();
    harness.simulator.script("length-reasoning-only");
    await harness.ask({ ...hello, max_tokens: 100 });
    assert.deepEqual(
      harness.bodies().map((body) => [body.model, body.max_tokens]),
      [
        [gemma, 100],
        [gemma, 4_100],
      ],
    );
  });

  test("is reported as finish reason when the text reached it", async () => {
    await using harness = await startHarness();
    harness.simulator.script("length");
    assert.equal((await harness.ask()).end?.finishReason, "length");
  });

  test("is not sent by default", async () => {
    await using harness = await startHarness();
    await harness.ask();
    const fields = Object.keys(harness.bodies()[0] ?? {}).sort();
    assert.deepEqual(fields, ["messages", "model", "plugins", "provider", "stream"]);
  });
});

describe("unusual but valid answers", () => {
  const harmless: FaultName[] = ["no-done", "data-comment", "usage-without-choices"];
  for (const fault of harmless)
    test(`include ${fault}`, async () => {
      await using harness = await startHarness();
      harness.simulator.script(fault);
      const { text, failed, end } = await harness.ask();
      assert.deepEqual([failed, end?.finishReason, end?.usage?.cost], [[], "stop", 0]);
      assert.match(text, completeAnswer);
    });

  test("may contain reasoning in tags; the text after an unclosed tag is kept", async () => {
    await using harness = await startHarness();
    harness.simulator.script("think-tags", "think-tag-unclosed");
    const tagged = await harness.ask();
    assert.match(tagged.text, completeAnswer);
    assert.match(tagged.reasoning, /First I read the question, then I answer it\./);
    const unclosed = await harness.ask();
    assert.match(unclosed.text, /You asked: “Why/);
  });

  test("may contain white space after tool arguments", async () => {
    await using harness = await startHarness();
    harness.simulator.script("tool-trailing-space");
    const request: CompletionRequest = {
      messages: [{ role: "user", content: "Use look, please" }],
      tools: [
        {
          type: "function",
          function: { name: "look", parameters: { type: "object", properties: { n: { type: "integer" } } } },
        },
      ],
    };
    const { events, end } = await harness.ask(request);
    const calls = events.filter((event) => event.type === "tool-call");
    assert.deepEqual(
      calls.map(({ name, arguments: given }) => ({ name, given })),
      [{ name: "look", given: { n: 7 } }],
    );
    assert.equal(end?.finishReason, "tool_calls");
  });

  test("may contain JSON in a fence", async () => {
    await using harness = await startHarness({ settings: { pinnedModel: glm } });
    harness.simulator.script("schema-fenced");
    const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
    const { text, failed } = await harness.ask({
      ...hello,
      response_format: { type: "json_schema", json_schema: { name: "s", schema } },
    });
    assert.deepEqual([JSON.parse(text), failed], [{ a: "a from the simulator" }, []]);
  });

  test("may be charged, which causes a notice", async () => {
    await using harness = await startHarness();
    harness.simulator.script("charged");
    const { events, text } = await harness.ask();
    const notice = events.find((event) => event.type === "notice");
    assert.match(text, completeAnswer);
    assert.ok(notice?.notice === "charged");
    assert.equal(notice.model, gemma);
    assert.match(notice.message, /0\.0123/);
  });
});

describe("a safety classifier", () => {
  test("is never used, although it is free and accepts images", async () => {
    await using harness = await startHarness({ settings: { strategy: "random", serverFallbacks: true } });
    harness.simulator.setFaultMix({ rates: typicalFaultRates });
    harness.settings.firstContentMs = 100;
    harness.settings.betweenContentsMs = 100;
    for (let count = 0; count < 15; count++) await harness.ask(hello, { restartAfterOutput: true });
    const models = new Set(harness.bodies().flatMap(({ model, models = [] }) => [model, ...models]));
    assert.ok(models.has(nemotron) || models.size > 5);
    for (const id of models) assert.doesNotMatch(id, /safety/);
  });
});
