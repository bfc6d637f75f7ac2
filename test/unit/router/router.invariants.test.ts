import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { RouterSettings } from "../../../src/router/index";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";
import { seededRandom } from "../../support/random";
import { settle } from "./attemptHarness";
import { chunk, event, failsWith, fakeService, refusesWith, answersWith, streams, type Reply } from "./fakeService";
import { ids, startRouter } from "./routerHarness";
import { question } from "./sampleModels";

const socketError = Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" });
/** Streams parts that depend on the requested model. */
const streamsParts =
  (...parts: ((model: unknown) => string | Error)[]): Reply =>
  (connection) =>
    streams(...parts.map((part) => part(connection.body["model"])))(connection);
const text =
  (content: string, finish: string | null = null) =>
  (model: unknown) =>
    chunk(model, { content }, finish);
const reasoning = (text: string) => (model: unknown) => chunk(model, { reasoning: text });
const raw = (text: string) => () => text;

/** The text of all complete answers. */
const wholeText = "This is all of it, from the first word to the last.";
const answers: Record<string, Reply> = {
  complete: answersWith(wholeText),
  "complete JSON body": (connection) =>
    Response.json({
      model: connection.body["model"],
      choices: [{ message: { content: wholeText }, finish_reason: "stop" }],
    }),
  "complete after reasoning": streamsParts(
    reasoning("Hm."),
    text("<think>Well.</think>"),
    text(wholeText),
    text("", "stop"),
  ),
  "complete before a socket error": streamsParts(text(wholeText), text("", "stop"), () => socketError),
};
const failures: Record<string, Reply> = {
  busy: refusesWith(429, "Provider returned error", { provider_name: "Acme" }),
  "busy with Retry-After": refusesWith(429, "Provider returned error", {}, { "Retry-After": "120" }),
  "busy without provider": refusesWith(429, "Slow down"),
  "minute limit": refusesWith(429, "Rate limit exceeded: free-models-per-min. "),
  gone: refusesWith(404, "No endpoints found for it."),
  private: refusesWith(404, "No endpoints found matching your data policy"),
  filtered: refusesWith(403, "Flagged", { reasons: ["x"] }),
  "too long": refusesWith(400, "maximum context length"),
  unavailable: refusesWith(503, "Down"),
  "unavailable with status 200": () => Response.json({ error: { code: 502, message: "Down" } }),
  "unavailable after text": streamsParts(text("This is "), raw(event({ error: { code: 502, message: "Down" } }))),
  truncated: streamsParts(text("This is all")),
  interrupted: streamsParts(text("This is all "), () => socketError),
  malformed: streamsParts(text("This is "), raw("data: {oops\n\n"), text("of it"), text("", "stop")),
  empty: streamsParts(text("", "stop")),
  "only reasoning": streamsParts(reasoning("Hm."), text("", "stop")),
  "out of tokens": streamsParts(reasoning("Hm."), text("", "length")),
  html: () => new Response("<html>Sign in</html>"),
  reset: failsWith("ECONNRESET"),
  "connection refused": failsWith("ECONNREFUSED"),
  bodiless: () => new Response(null, { status: 204 }),
  unknown: () => Promise.reject(new Error("unknown")),
};
const replies = { ...answers, ...failures };
const names = Object.keys(replies);

describe("a completion with random failures ends once and never with a partial answer", () => {
  const scenarios = fc.record({
    script: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 8 }),
    restartAfterOutput: fc.boolean(),
    seed: fc.nat(),
    settings: fc.record({
      strategy: fc.constantFrom<RouterSettings["strategy"]>("random", "adaptive", "server", "pinned", "fallbacks"),
      serverFallbacks: fc.boolean(),
      maxAttempts: fc.integer({ min: 1, max: 6 }),
      pinnedModel: fc.constantFrom("m/a:free", "m/gone:free"),
      fallbacks: fc.constant(["m/b:free", "m/b:free", "m/gone:free"]),
    }),
  });

  test("three completions in sequence", async () => {
    const property = fc.asyncProperty(scenarios, async ({ script, restartAfterOutput, seed, settings }) => {
      const service = fakeService(ids);
      const harness = startRouter({ requestsPerMinute: 1_000, ...settings }, { service, random: seededRandom(seed) });
      service.script(...script.map((name) => replies[name]!));
      for (let time = 0; time < 3; time++) {
        const { signal } = new AbortController();
        const before = service.chats.length;
        const { events, text, end, error, failed } = await harness.ask({ restartAfterOutput, signal });
        assert.notEqual(end === undefined, error === undefined, "either an end or an error");
        const last = events.at(-1);
        if (end) assert.equal(last?.type, "completion-end");
        if (end) assert.equal(text, wholeText, "complete and unmodified");
        assert.notEqual(error?.reason, "internal");
        const starts = events.filter(({ type }) => type === "attempt-start").length;
        assert.equal(starts, failed.length + (end ? 1 : 0), "each attempt has one outcome");
        assert.equal(service.chats.length - before, starts);
        assert.ok(failed.filter((reason) => reason !== "offline").length <= settings.maxAttempts);
        assert.ok(starts <= settings.maxAttempts + 2, "offline is retried once and not counted");
        if (error)
          assert.deepEqual(
            error.attempts.map(({ reason }) => reason),
            failed,
          );
        if (!restartAfterOutput) assert.equal(attemptsWithText(events.map(({ type }) => type)), text === "" ? 0 : 1);
        await settle();
        assert.ok(
          service.chats.every(({ open, signal: sent }) => !open || sent?.aborted),
          "all connections are closed",
        );
        assert.equal(getEventListeners(signal, "abort").length, 0);
      }
    });
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 25) });
  });

  test("eight concurrent completions in two windows", async () => {
    const property = fc.asyncProperty(scenarios, async ({ script, restartAfterOutput, seed, settings }) => {
      const service = fakeService(ids);
      const storage = memoryStorage();
      const clock = fakeClock();
      const open = () =>
        startRouter({ requestsPerMinute: 1_000, ...settings }, { service, storage, clock, random: seededRandom(seed) });
      const windows = [open(), open()] as const;
      service.script(...script.map((name) => replies[name]!));
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) => windows[index < 4 ? 0 : 1].ask({ restartAfterOutput })),
      );
      for (const { text, end, error } of outcomes) {
        assert.notEqual(end === undefined, error === undefined);
        assert.notEqual(error?.reason, "internal");
        if (end) assert.equal(text, wholeText);
      }
      await settle();
      assert.ok(service.chats.every(({ open: isOpen, signal }) => !isOpen || signal?.aborted));
      const starts = outcomes.flatMap(({ events }) => events.filter(({ type }) => type === "attempt-start"));
      assert.equal(service.chats.length, starts.length);
    });
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 25) });
  });
});

/** The number of attempts that yielded text. */
function attemptsWithText(types: readonly string[]): number {
  return types
    .join(" ")
    .split("attempt-start")
    .filter((attempt) => attempt.includes("text-delta")).length;
}

test("a completion succeeds if one of the first four replies is complete", async () => {
  const perAttempt = Object.keys(failures).filter((name) =>
    /^(busy|unavailable|truncated|interrupted|malformed|empty|only|reset|gone|out)/.test(name),
  );
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom(...perAttempt.filter((name) => name !== "busy without provider")), { maxLength: 3 }),
    fc.constantFrom(...Object.keys(answers)),
    fc.nat(),
    async (failing, complete, seed) => {
      const harness = startRouter({}, { random: seededRandom(seed) });
      harness.service.script(...[...failing, complete].map((name) => replies[name]!));
      const { text, end } = await harness.ask({ restartAfterOutput: true }, question);
      assert.deepEqual([text, end?.attempts], [wholeText, failing.length + 1]);
    },
  );
  await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 60) });
});
