import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, Feedback, RouterStorage } from "../../../src/router/index";
import { memoryStorage } from "../../../src/router/storage";
import { chunk, event, failsWith, fakeService, refusesWith, answersWith, streams, type Reply } from "./fakeService";
import { ids, startRouter } from "./routerHarness";
import { question, row } from "./sampleModels";

const busy = refusesWith(429, "Provider returned error", { provider_name: "Acme" });

describe("a completion", () => {
  test("yields start, model, text and end events", async () => {
    const harness = startRouter({ serverFallbacks: true });
    harness.service.script(answersWith("Hello there"));
    const { events } = await harness.ask();
    const [start, ...others] = events;
    assert.ok(
      start?.type === "attempt-start" && start.fallbacks.length === 3 && !start.fallbacks.includes(start.model),
    );
    const { model } = start;
    assert.deepEqual(others, [
      { type: "model", model, provider: "Acme", generationId: "gen-1" },
      { type: "text-delta", text: "Hello " },
      { type: "text-delta", text: "there" },
      {
        ...{ type: "completion-end", model, provider: "Acme", generationId: "gen-1", finishReason: "stop" },
        ...{ attempts: 1, passedOver: [], timeToFirstTextMs: 0, durationMs: 0 },
      },
    ]);
  });

  test("starts a cooldown for the models before the one that answered", async () => {
    const harness = startRouter({ serverFallbacks: true });
    harness.service.script((connection) =>
      answersWith("Hi", { model: (connection.body["models"] as string[])[1]! })(connection),
    );
    const { events, end } = await harness.ask();
    const start = events.find(({ type }) => type === "attempt-start");
    assert.ok(start?.type === "attempt-start");
    assert.deepEqual([end?.model, end?.passedOver], [start.fallbacks[1], [start.model, start.fallbacks[0]]]);
    const coolingDown = harness.router.statistics().filter(({ restingUntil }) => restingUntil !== undefined);
    assert.deepEqual(new Set(coolingDown.map(({ model }) => model)), new Set(end?.passedOver));
  });

  test("starts over with another model after output only if the caller allows it", async () => {
    const cut = streams(chunk("m/a:free", { content: "Half of it" }));
    for (const restartAfterOutput of [true, false]) {
      const harness = startRouter();
      harness.service.script(cut, answersWith("All of it"));
      const { text, error, failed } = await harness.ask({ restartAfterOutput });
      assert.deepEqual([failed, harness.service.chats.length], [["interrupted"], restartAfterOutput ? 2 : 1]);
      assert.equal(text, restartAfterOutput ? "All of it" : "Half of it");
      assert.equal(error?.reason, restartAfterOutput ? undefined : "interrupted");
      if (error) assert.match(error.message, /^The answer is incomplete\. The answer was cut off\./);
    }
  });

  test("says in its error whether a model had begun to answer or to reason, also if the caller gets no part of the answer", async () => {
    const format = { type: "json_schema", json_schema: { name: "s", schema: { type: "object" } } } as const;
    const cut = streams(chunk("m/a:free", { content: '{"a":' }));
    const reasoning = streams(chunk("m/a:free", { reasoning: "Hm." }));
    const silent = streams();
    for (const [script, options, request, hasText, hasReasoning] of [
      [[cut, silent], { restartAfterOutput: true }, question, true, false],
      [[cut], {}, question, true, false],
      [[cut, silent], {}, { ...question, response_format: format }, true, false],
      [[reasoning, silent], {}, question, false, true],
      [[silent, silent], {}, question, false, false],
    ] as const) {
      const service = fakeService(ids, { supported_parameters: ["structured_outputs"] });
      const harness = startRouter({ maxAttempts: 2 }, { service });
      service.script(...script);
      const { error, failed } = await harness.ask(options, request);
      assert.deepEqual([error?.reason, error?.hasText, error?.hasReasoning], ["interrupted", hasText, hasReasoning]);
      assert.equal(failed.length, script.length);
    }
  });

  test("says to ask again now if only the number of attempts kept another model from being asked", async () => {
    for (const [maxAttempts, waitMs] of [
      [2, 0],
      [ids.length, 60_000],
    ] as const) {
      const harness = startRouter({ maxAttempts });
      harness.service.script(...Array.from({ length: maxAttempts }, () => busy));
      const { error, failed } = await harness.ask();
      assert.equal(failed.length, maxAttempts);
      assert.equal(error?.retryAt, harness.clock.now() + waitMs);
    }
  });

  test("yields each tool call once, parsed, and text with a schema once, validated", async () => {
    const harness = startRouter(
      {},
      { service: fakeService(ids, { supported_parameters: ["tools", "structured_outputs"] }) },
    );
    const call = (args: string) =>
      chunk("m/a:free", { tool_calls: [{ index: 0, id: "1", function: { name: "look", arguments: args } }] });
    harness.service.script(streams(call('{"at"'), call(':"a.ts"} '), chunk("m/a:free", {}, "tool_calls")));
    const tools: CompletionRequest = { ...question, tools: [{ type: "function", function: { name: "look" } }] };
    const called = (await harness.ask({}, tools)).events.filter(({ type }) => type === "tool-call");
    assert.deepEqual(called, [{ type: "tool-call", id: "1", name: "look", arguments: { at: "a.ts" } }]);

    harness.service.script(answersWith("No idea."), answersWith('```json\n{"a": 1}\n```'));
    const schema = { type: "object", required: ["a"] };
    const format = { type: "json_schema", json_schema: { name: "s", schema } } as const;
    const { events, failed } = await harness.ask({}, { ...question, response_format: format });
    assert.deepEqual(failed, ["schema-mismatch"]);
    assert.deepEqual(
      events.filter(({ type }) => type === "text-delta"),
      [{ type: "text-delta", text: '{"a": 1}' }],
    );
  });

  test("fails without a request if it has no messages or no candidates", async () => {
    const harness = startRouter();
    assert.equal((await harness.ask({}, { messages: [] })).error?.reason, "bad-request");
    assert.equal((await harness.ask({}, { ...question, exclude: ids })).error?.reason, "no-candidate");
    assert.equal(harness.service.chats.length, 0);
  });

  test("is independent of concurrent completions", async () => {
    const harness = startRouter({ requestsPerMinute: 1_000 });
    harness.service.script((connection) => {
      const [message] = connection.body["messages"] as [{ content: string }];
      return answersWith(`Echo of ${message.content} and no other`)(connection);
    });
    const questions = Array.from({ length: 40 }, (_, index) => `question ${index}`);
    const answers = await Promise.all(
      questions.map((content) => harness.ask({}, { messages: [{ role: "user", content }] })),
    );
    assert.deepEqual(
      answers.map(({ text }) => text),
      questions.map((content) => `Echo of ${content} and no other`),
    );
  });
});

describe("a model that charges", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, cost: 0.02 };
  const charges =
    (content: string): Reply =>
    (connection) => {
      const { model } = connection.body;
      return streams(chunk(model, { content }), chunk(model, {}, "stop"), event({ choices: [], usage }))(connection);
    };
  const pinned = { strategy: "pinned", pinnedModel: "m/a:free" } as const;

  test("is reported once and excluded until the user brings it back", async () => {
    const harness = startRouter(pinned);
    harness.service.script(charges("Hi"), answersWith("Hello"));
    const { events, text } = await harness.ask();
    const notices = events.filter(({ type }) => type === "notice");
    assert.equal(text, "Hi");
    assert.ok(notices[0]?.type === "notice" && notices[0].notice === "charged" && notices.length === 1);
    assert.deepEqual([notices[0].model, notices[0].cost], ["m/a:free", 0.02]);
    assert.match(notices[0].message, /0\.02 USD/);
    assert.deepEqual(await harness.router.chargedModels(), [
      { model: "m/a:free", costUsd: 0.02, at: harness.clock.now() },
    ]);

    const next = await harness.ask();
    assert.notEqual(next.end?.model, "m/a:free");
    assert.ok(!next.events.some((each) => each.type === "notice" && each.notice === "charged"));

    let changes = 0;
    harness.router.onDidChange(() => changes++);
    await harness.router.bringBack("m/a:free");
    assert.deepEqual([await harness.router.chargedModels(), changes], [[], 1]);
    assert.equal((await harness.ask()).end?.model, "m/a:free");
  });

  test("is excluded after a restart and in other windows", async () => {
    const storage = memoryStorage();
    const harness = startRouter(pinned, { storage });
    const other = startRouter(pinned, { storage, clock: harness.clock });
    await other.ask();
    harness.service.script(charges("Hi"));
    await harness.ask();
    assert.notEqual((await other.ask()).end?.model, "m/a:free");
    assert.equal((await other.router.chargedModels()).length, 1);
  });

  test("ends the completion if it is the second one, and is not asked again", async () => {
    const harness = startRouter();
    harness.service.script(charges(""));
    const { error, events, failed } = await harness.ask();
    assert.deepEqual([failed, error?.reason, harness.service.chats.length], [["empty", "empty"], "charged", 2]);
    assert.equal(events.filter((each) => each.type === "notice" && each.notice === "charged").length, 2);
  });

  test("gets no second chance after it ran out of tokens", async () => {
    const harness = startRouter(pinned);
    const cutOff: Reply = (connection) =>
      streams(chunk(connection.body["model"], {}, "length"), event({ choices: [], usage }))(connection);
    harness.service.script(cutOff, answersWith("Hello"));
    await harness.ask({}, { ...question, max_tokens: 100 });
    const [first, second] = harness.askedModels();
    assert.ok(first === "m/a:free" && second !== first);
  });

  test("is reported and excluded if its refusal has an error status", async () => {
    const harness = startRouter(pinned);
    const refusal = { error: { code: 502, message: "Provider returned error" }, usage };
    harness.service.script(() => Response.json(refusal, { status: 502 }), answersWith("Hello"));
    const { events } = await harness.ask();
    assert.ok(events.some((each) => each.type === "notice" && each.notice === "charged" && each.cost === 0.02));
    assert.equal((await harness.router.chargedModels())[0]?.model, "m/a:free");
  });

  test("is reported and excluded if its answer is rejected", async () => {
    const service = fakeService(ids, { supported_parameters: ["structured_outputs"] });
    const harness = startRouter(pinned, { service });
    harness.service.script(charges("No idea."), answersWith('{"a": 1}'));
    const schema = { type: "object", required: ["a"] };
    const format = { type: "json_schema", json_schema: { name: "s", schema } } as const;
    const { events, failed, text } = await harness.ask({}, { ...question, response_format: format });
    assert.deepEqual([failed, text], [["schema-mismatch"], '{"a": 1}']);
    assert.equal(events.filter((each) => each.type === "notice" && each.notice === "charged").length, 1);
    assert.equal((await harness.router.chargedModels()).length, 1);
  });
});

describe("feedback", () => {
  test("makes the strategy adaptive ask a model more or less often", async () => {
    /** How many of 60 completions ask the model first after this feedback. */
    const timesAsked = async (feedback: Feedback): Promise<number> => {
      const harness = startRouter({ strategy: "adaptive", requestsPerMinute: 1_000 });
      for (let time = 0; time < 10; time++) harness.router.feedback("m/a:free", feedback);
      for (let time = 0; time < 60; time++) await harness.ask();
      return harness.askedModels().filter((model) => model === "m/a:free").length;
    };
    const counts = [await timesAsked("applied"), await timesAsked("kept")];
    const lower = [await timesAsked("asked-again"), await timesAsked("excluded")];
    assert.ok(Math.min(...counts) > 2 * Math.max(...lower), `${counts.join(", ")} and ${lower.join(", ")}`);
  });

  test("notifies the change listeners", async () => {
    const harness = startRouter();
    const changed = new Promise<void>((resolve) => harness.router.onDidChange(resolve));
    harness.router.feedback("m/a:free", "applied");
    await changed;
  });
});

describe("a catalogue that cannot be loaded", () => {
  const failures: [name: string, reply: Reply][] = [
    ["status 503", refusesWith(503, "Down")],
    ["HTML page", () => new Response("<html>")],
    ["broken connection", failsWith("ECONNRESET")],
  ];
  for (const [name, reply] of failures)
    test(`leaves the choice to the service's own router: ${name}`, async () => {
      const harness = startRouter();
      harness.service.endpoints["models"] = reply;
      harness.service.script(answersWith("Hi", { model: "x/new:free" }));
      const { end } = await harness.ask();
      assert.deepEqual([harness.askedModels(), end?.model], [["openrouter/free"], "x/new:free"]);
      harness.service.script(busy);
      const { error } = await harness.ask();
      assert.equal(error?.reason, "rate-limit-model", "there is no other candidate");
    });

  test("causes an offline error if the service cannot be reached", async () => {
    const harness = startRouter();
    harness.service.endpoints["models"] = failsWith("ENOTFOUND");
    const { error } = await harness.ask();
    assert.deepEqual([error?.reason, harness.service.chats.length], ["offline", 0]);
    await assert.rejects(harness.router.freeModels(), /host name could not be resolved/);
  });

  test("is not used any longer once a model of it is gone", async () => {
    const harness = startRouter();
    await harness.router.freeModels();
    harness.clock.advance(10 * 60_000);
    harness.service.endpoints["models"] = () => Response.json({ data: [row("n/new:free")] });
    harness.service.script(refusesWith(404, "No endpoints found for it."), answersWith("Hi"));
    assert.deepEqual((await harness.ask()).failed, ["model-gone"]);
    await new Promise(setImmediate);
    assert.equal((await harness.ask()).end?.model, "n/new:free");
  });
});

describe("a change listener", () => {
  test("is called for answers, failures and quota until it is disposed", async () => {
    const harness = startRouter();
    let changes = 0;
    const subscription = harness.router.onDidChange(() => changes++);
    harness.service.script(busy, answersWith("Hi"));
    await harness.ask();
    assert.ok(changes >= 3, "after the catalogue, a failure and an answer");
    const before = changes;
    await harness.router.quota();
    assert.ok(changes > before);
    subscription.dispose();
    const last = changes;
    await harness.ask();
    assert.equal(changes, last);
  });

  test("that throws affects neither the answer nor other listeners", async () => {
    const harness = startRouter();
    let changes = 0;
    harness.router.onDidChange(() => {
      throw new Error("broken listener");
    });
    harness.router.onDidChange(() => changes++);
    assert.equal((await harness.ask()).text, "Hello");
    assert.ok(changes > 0);
    assert.match(harness.log.lines.join("\n"), /broken listener/);
  });
});

describe("the storage of the router", () => {
  test("keeps cooldowns, counts and statistics across restarts and windows", async () => {
    const storage = memoryStorage();
    const harness = startRouter({ strategy: "pinned", pinnedModel: "m/a:free" }, { storage });
    harness.service.script(busy, answersWith("Hi"));
    await harness.ask();
    const restarted = startRouter({ strategy: "pinned", pinnedModel: "m/a:free" }, { storage, clock: harness.clock });
    restarted.service.endpoints["key"] = refusesWith(500, "Down");
    const { end } = await restarted.ask();
    assert.notEqual(end?.model, "m/a:free");
    assert.equal((await restarted.router.quota()).used, 3);
    assert.equal(restarted.router.statistics().find(({ model }) => model === "m/a:free")?.attempts, 1);
    assert.ok(!restarted.service.urls.some((url) => url.endsWith("/models")), "the catalogue is not requested again");
  });

  test("may fail without affecting answers", async () => {
    const broken: RouterStorage = {
      read: () => Promise.reject(new Error("no disk")),
      update: () => Promise.reject(new Error("no disk")),
    };
    const harness = startRouter({}, { storage: broken });
    harness.service.script(busy, answersWith("Hi"));
    const { text, failed } = await harness.ask();
    assert.deepEqual([text, failed], ["Hi", ["rate-limit-model"]]);
    assert.equal(harness.router.statistics().length, 2);
    assert.ok((await harness.router.explain(question)).pool.length === 5);
  });
});

test("two refusals in a row without an explanation end a completion", async () => {
  const harness = startRouter();
  const unexplained = refusesWith(403, "Forbidden");
  const region = refusesWith(403, "This model is not available in your region.");
  harness.service.script(unexplained, region, unexplained, answersWith("Hi"));
  assert.equal((await harness.ask()).text, "Hi");
  harness.service.script(unexplained, unexplained, answersWith("Hi"));
  const { error } = await harness.ask();
  assert.deepEqual([error?.reason, harness.service.chats.length], ["model-refused", 6]);
});
