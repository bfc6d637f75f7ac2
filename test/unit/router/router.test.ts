import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, RouterStorage } from "../../../src/router/index";
import { memoryStorage } from "../../../src/router/storage";
import { chunk, event, failsWith, fakeService, refusesWith, answersWith, streams, type Reply } from "./fakeService";
import { ids, key, startRouter } from "./routerHarness";
import { question, row } from "./sampleModels";

const busy = refusesWith(429, "Provider returned error", { provider_name: "Acme" });

describe("a completion", () => {
  test("is a start, a model, words, and an end", async () => {
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

  test("of a model further down the chain passes over those before it, and rests them", async () => {
    const harness = startRouter({ serverFallbacks: true });
    harness.service.script((connection) =>
      answersWith("Hi", { model: (connection.body["models"] as string[])[1]! })(connection),
    );
    const { events, end } = await harness.ask();
    const start = events.find(({ type }) => type === "attempt-start");
    assert.ok(start?.type === "attempt-start");
    assert.deepEqual([end?.model, end?.passedOver], [start.fallbacks[1], [start.model, start.fallbacks[0]]]);
    const resting = harness.router.statistics().filter(({ cooldownUntil }) => cooldownUntil !== undefined);
    assert.deepEqual(new Set(resting.map(({ model }) => model)), new Set(end?.passedOver));
  });

  test("starts over with another model where the caller can void what it showed, else it ends", async () => {
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

  test("by tools hands each call out once, parsed; by a schema the text once, checked", async () => {
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

  test("that was charged for is told loudly", async () => {
    const harness = startRouter();
    const usage = { prompt_tokens: 1, completion_tokens: 1, cost: 0.02 };
    harness.service.script(
      streams(chunk("m/a:free", { content: "Hi" }), chunk("m/a:free", {}, "stop"), event({ choices: [], usage })),
    );
    const { events } = await harness.ask();
    const notice = events.find(({ type }) => type === "notice");
    assert.ok(notice?.type === "notice" && notice.notice === "charged" && /0\.02 USD/.test(notice.message));
  });

  test("of nothing, and one that nobody can take, are refused without a request", async () => {
    const harness = startRouter();
    assert.equal((await harness.ask({}, { messages: [] })).error?.reason, "bad-request");
    assert.equal((await harness.ask({}, { ...question, exclude: ids })).error?.reason, "no-candidate");
    assert.equal(harness.service.chats.length, 0);
  });

  test("many at once do not mix", async () => {
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

describe("the key", () => {
  test("that is missing is asked for, and nothing is sent", async () => {
    for (const apiKey of [undefined, "", "  \n"]) {
      const harness = startRouter({}, { apiKey: () => Promise.resolve(apiKey) });
      const { error } = await harness.ask();
      assert.deepEqual([error?.reason, error?.link], ["no-key", "https://openrouter.ai/settings/keys"]);
      assert.deepEqual(harness.service.urls, []);
    }
  });

  test("that cannot be one is refused here: a header would give it away in an error", async () => {
    for (const apiKey of ["sk-or-v1-0123\nhunter2", "sk-or-v1-schlüssel", "sk or v1"]) {
      const harness = startRouter({}, { apiKey: () => Promise.resolve(apiKey) });
      const { error } = await harness.ask();
      assert.equal(error?.reason, "unauthorized");
      await assert.rejects(harness.router.quota(), /key/);
      assert.deepEqual(harness.service.urls, []);
      assert.doesNotMatch(JSON.stringify([error, error.message, harness.log.lines]), /hunter2|schl|0123/);
    }
  });

  test("is trimmed, read anew for each request, and goes nowhere but to the service; nor does the question", async () => {
    let present = ` ${key}\n`;
    const harness = startRouter({}, { apiKey: () => Promise.resolve(present) });
    harness.service.script(busy, answersWith("Hi"));
    await harness.ask();
    present = "sk-or-v1-another";
    await harness.ask();
    assert.deepEqual(
      harness.service.chats.map(({ headers }) => headers.get("authorization")),
      [`Bearer ${key}`, `Bearer ${key}`, "Bearer sk-or-v1-another"],
    );
    assert.doesNotMatch(harness.log.lines.join("\n"), /sk-or|Why is the sky blue/);
  });

  test("whose store fails is an error like others", async () => {
    const harness = startRouter({}, { apiKey: () => Promise.reject(new Error("locked")) });
    const { error } = await harness.ask();
    assert.equal(error?.reason, "internal");
    assert.match(error.message, /locked/);
  });
});

describe("the settings", () => {
  test("are read anew for each request, and what is missing has its default", async () => {
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

  test("pinned: told once that it cannot be asked, and once more when that happens again", async () => {
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
    assert.ok(!another.events.some(({ type }) => type === "notice"), "who asks for another model knows");
  });

  test("previews: never by chance, unless they are allowed or named", async () => {
    const service = fakeService([...ids, "stealth/ox"]);
    const harness = startRouter({ strategy: "pinned", pinnedModel: "stealth/ox" }, { service });
    assert.equal((await harness.ask()).end?.model, "stealth/ox");
    harness.settings.strategy = "random";
    for (let question = 0; question < 15; question++) await harness.ask();
    assert.equal(harness.askedModels().filter((id) => id === "stealth/ox").length, 1);
  });
});

describe("a service without a catalogue", () => {
  const dead: [what: string, reply: Reply][] = [
    ["is down", refusesWith(503, "Down")],
    ["makes no sense", () => new Response("<html>")],
    ["breaks off", failsWith("ECONNRESET")],
  ];
  for (const [what, reply] of dead)
    test(`that ${what} chooses by itself`, async () => {
      const harness = startRouter();
      harness.service.endpoints["models"] = reply;
      harness.service.script(answersWith("Hi", { model: "x/new:free" }));
      const { end } = await harness.ask();
      assert.deepEqual([harness.askedModels(), end?.model], [["openrouter/free"], "x/new:free"]);
      harness.service.script(busy);
      const { error } = await harness.ask();
      assert.equal(error?.reason, "rate-limit-model", "and when that fails, there is nobody else");
    });

  test("that is not there at all is told as such", async () => {
    const harness = startRouter();
    harness.service.endpoints["models"] = failsWith("ENOTFOUND");
    const { error } = await harness.ask();
    assert.deepEqual([error?.reason, harness.service.chats.length], ["offline", 0]);
    await assert.rejects(harness.router.freeModels(), /host name could not be resolved/);
  });

  test("that says a model is gone is asked for a new one at once", async () => {
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

describe("the quota", () => {
  const today = (used: number) => () =>
    Response.json({ data: { free_model_daily_requests: { used, limit: 50, remaining: 50 - used } } });
  const keyRequests = (asked: string[]) => asked.filter((url) => url.endsWith("/key")).length;

  test("is what the service says, asked at most once a minute, and what was sent since", async () => {
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

  for (const [what, answer] of [
    ["answers", today(7)],
    ["is out of reach", () => Promise.reject(new TypeError("fetch failed"))],
  ] as const)
    test(`is asked once by all who look within a minute, when the service ${what}`, async () => {
      const harness = startRouter();
      harness.service.endpoints["key"] = answer;
      await Promise.all(Array.from({ length: 4 }, () => harness.router.quota()));
      await harness.router.quota();
      assert.equal(keyRequests(harness.service.urls), 1);
      harness.clock.advance(60_000);
      await harness.router.quota();
      assert.equal(keyRequests(harness.service.urls), 2);
    });

  test("without a key, or where the service does not tell, is what was sent from here", async () => {
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

  test("of a refused key is an error: the cheapest check of a key", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = refusesWith(401, "User not found.");
    await assert.rejects(harness.router.quota(), /rejected/);
  });

  test("that is used up costs nothing more, and says until when", async () => {
    const harness = startRouter();
    harness.service.endpoints["key"] = today(50);
    await harness.router.quota();
    const { error } = await harness.ask();
    assert.deepEqual([error?.reason, harness.service.chats.length], ["rate-limit-day", 0]);
    assert.equal(error?.retryAt, (await harness.router.quota()).resetsAt);
  });
});

describe("who listens for changes", () => {
  test("is told of answers, failures and quota, until it listens no more", async () => {
    const harness = startRouter();
    let told = 0;
    const listening = harness.router.onDidChange(() => told++);
    harness.service.script(busy, answersWith("Hi"));
    await harness.ask();
    assert.ok(told >= 3, "a catalogue, a failure, an answer");
    const before = told;
    await harness.router.quota();
    assert.ok(told > before);
    listening.dispose();
    const last = told;
    await harness.ask();
    assert.equal(told, last);
  });

  test("and fails does no harm to the answer, nor to others who listen", async () => {
    const harness = startRouter();
    let told = 0;
    harness.router.onDidChange(() => {
      throw new Error("broken display");
    });
    harness.router.onDidChange(() => told++);
    assert.equal((await harness.ask()).text, "Hello");
    assert.ok(told > 0);
    assert.match(harness.log.lines.join("\n"), /broken display/);
  });
});

describe("the storage", () => {
  test("carries rests, counts and statistics to the next start, and to other windows", async () => {
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
    assert.ok(!restarted.service.urls.some((url) => url.endsWith("/models")), "nor is the catalogue fetched again");
  });

  test("that fails in every way costs no answer", async () => {
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
