import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { RouterSettings } from "../../../src/router/index";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";
import { seededRandom } from "../../support/dice";
import { settle } from "./attemptHarness";
import { chunk, event, failsWith, fakeService, refusesWith, answersWith, streams, type Reply } from "./fakeService";
import { ids, startRouter } from "./routerHarness";
import { question } from "./sampleModels";

const broken = Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" });
const by =
  (...parts: ((model: unknown) => string | Error)[]): Reply =>
  (connection) =>
    streams(...parts.map((part) => part(connection.body["model"])))(connection);
const word =
  (content: string, finish: string | null = null) =>
  (model: unknown) =>
    chunk(model, { content }, finish);
const thought = (reasoning: string) => (model: unknown) => chunk(model, { reasoning });
const raw = (text: string) => () => text;

/** Everything that can come: the answers that are whole, and the many that are not. */
const whole = "This is all of it, from the first word to the last.";
const answers: Record<string, Reply> = {
  whole: answersWith(whole),
  "whole, in one piece": (connection) =>
    Response.json({
      model: connection.body["model"],
      choices: [{ message: { content: whole }, finish_reason: "stop" }],
    }),
  "whole, after thoughts": by(thought("Hm."), word("<think>Well.</think>"), word(whole), word("", "stop")),
  "whole, and then it breaks": by(word(whole), word("", "stop"), () => broken),
};
const failures: Record<string, Reply> = {
  busy: refusesWith(429, "Provider returned error", { provider_name: "Acme" }),
  "busy for a while": refusesWith(429, "Provider returned error", {}, { "Retry-After": "120" }),
  "busy, nobody knows who": refusesWith(429, "Slow down"),
  "the minute is over": refusesWith(429, "Rate limit exceeded: free-models-per-min. "),
  gone: refusesWith(404, "No endpoints found for it."),
  private: refusesWith(404, "No endpoints found matching your data policy"),
  filtered: refusesWith(403, "Flagged", { reasons: ["x"] }),
  "too long": refusesWith(400, "maximum context length"),
  down: refusesWith(503, "Down"),
  "down, in a 200": () => Response.json({ error: { code: 502, message: "Down" } }),
  "down, in the middle": by(word("This is "), raw(event({ error: { code: 502, message: "Down" } }))),
  cut: by(word("This is all")),
  broken: by(word("This is all "), () => broken),
  garbage: by(word("This is "), raw("data: {oops\n\n"), word("of it"), word("", "stop")),
  empty: by(word("", "stop")),
  "only thoughts": by(thought("Hm."), word("", "stop")),
  "out of tokens": by(thought("Hm."), word("", "length")),
  page: () => new Response("<html>Sign in</html>"),
  reset: failsWith("ECONNRESET"),
  "not there": failsWith("ECONNREFUSED"),
  odd: () => new Response(null, { status: 204 }),
  bug: () => Promise.reject(new Error("what?")),
};
const replies = { ...answers, ...failures };
const names = Object.keys(replies);

describe("whatever comes, a completion ends once, and never with half an answer", () => {
  const fates = fc.record({
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

  test("three questions one after the other, by one router", async () => {
    const property = fc.asyncProperty(fates, async ({ script, restartAfterOutput, seed, settings }) => {
      const service = fakeService(ids);
      const harness = startRouter({ requestsPerMinute: 1_000, ...settings }, { service, random: seededRandom(seed) });
      service.script(...script.map((name) => replies[name]!));
      for (let time = 0; time < 3; time++) {
        const { signal } = new AbortController();
        const before = service.chats.length;
        const { events, text, end, error, failed } = await harness.ask({ restartAfterOutput, signal });
        assert.notEqual(end === undefined, error === undefined, "an end or an error, never both, never neither");
        const last = events.at(-1);
        if (end) assert.equal(last?.type, "completion-end");
        if (end) assert.equal(text, whole, "never cut, holed, spliced or empty");
        assert.notEqual(error?.reason, "internal");
        const starts = events.filter(({ type }) => type === "attempt-start").length;
        assert.equal(starts, failed.length + (end ? 1 : 0), "each attempt ends once");
        assert.equal(service.chats.length - before, starts);
        assert.ok(failed.filter((reason) => reason !== "offline").length <= settings.maxAttempts);
        assert.ok(starts <= settings.maxAttempts + 2, "offline is tried once more, and costs nothing");
        if (error)
          assert.deepEqual(
            error.attempts.map(({ reason }) => reason),
            failed,
          );
        if (!restartAfterOutput) assert.equal(shownAttempts(events.map(({ type }) => type)), text === "" ? 0 : 1);
        await settle();
        assert.ok(
          service.chats.every(({ open, signal: sent }) => !open || sent?.aborted),
          "no connection is open",
        );
        assert.equal(getEventListeners(signal, "abort").length, 0);
      }
    });
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 25) });
  });

  test("eight questions at once, in two windows", async () => {
    const property = fc.asyncProperty(fates, async ({ script, restartAfterOutput, seed, settings }) => {
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
        if (end) assert.equal(text, whole);
      }
      await settle();
      assert.ok(service.chats.every(({ open: isOpen, signal }) => !isOpen || signal?.aborted));
      const starts = outcomes.flatMap(({ events }) => events.filter(({ type }) => type === "attempt-start"));
      assert.equal(service.chats.length, starts.length);
    });
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 25) });
  });
});

/** In how many attempts text was shown. */
function shownAttempts(types: readonly string[]): number {
  return types
    .join(" ")
    .split("attempt-start")
    .filter((attempt) => attempt.includes("text-delta")).length;
}

test("with an answer to be had among the first four, it is had", async () => {
  const perAttempt = Object.keys(failures).filter((name) =>
    /^(busy|down|cut|broken|garbage|empty|only|reset|gone|out)/.test(name),
  );
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom(...perAttempt.filter((name) => name !== "busy, nobody knows who")), { maxLength: 3 }),
    fc.constantFrom(...Object.keys(answers)),
    fc.nat(),
    async (bad, good, seed) => {
      const harness = startRouter({}, { random: seededRandom(seed) });
      harness.service.script(...[...bad, good].map((name) => replies[name]!));
      const { text, end } = await harness.ask({ restartAfterOutput: true }, question);
      assert.deepEqual([text, end?.attempts], [whole, bad.length + 1]);
    },
  );
  await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 60) });
});
