import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { CompletionRequest } from "../../../src/router/index";
import { silentLog } from "../../../src/router/log";
import type { Model } from "../../../src/router/model";
import { memoryStorage } from "../../../src/router/storage";
import { toolReliability, unreliableLast } from "../../../src/router/toolReliability";
import { Tracker } from "../../../src/router/tracker";
import { fakeClock } from "../../support/clock";
import { answersWith, chunk, event, fakeService, streams } from "./fakeService";
import { ids, startRouter } from "./routerHarness";
import { model, question } from "./sampleModels";

const hour = 3_600_000;

describe("the reliability of a model's tool calls", () => {
  test("is that of an average model without a record, less with a low index, and not more with a high one", () => {
    const none = { good: 0, bad: 0 };
    const rounded = [0, 0.25, 0.5, 1, 3].map((index) => toolReliability(none, index).toFixed(2));
    assert.deepEqual(rounded, ["0.00", "0.20", "0.40", "0.80", "0.80"]);
  });

  test("is a probability that rises with valid calls and falls with broken ones", () => {
    const tenths = fc.nat({ max: 240 }).map((tenth) => tenth / 10);
    const property = fc.property(tenths, tenths, tenths, (good, bad, index) => {
      const reliability = toolReliability({ good, bad }, index);
      assert.ok(reliability >= 0 && reliability <= 1);
      assert.ok(toolReliability({ good: good + 1, bad }, index) > reliability || reliability === 1);
      assert.ok(toolReliability({ good, bad: bad + 1 }, index) < reliability || reliability === 0);
    });
    fc.assert(property);
  });
});

describe("models that are likely to break tool calls", () => {
  /** Whether the model `a` of this index comes after another one with the median index, with its calls so far. */
  function startHarness(index?: number) {
    const clock = fakeClock();
    const tracker = new Tracker(memoryStorage(), clock.now, silentLog);
    const rated = (id: string, agentic?: number): Model => model(id, agentic ? { benchmarks: { agentic } } : {});
    const order = [rated("a", index), rated("b", 20), rated("c", 20), rated("d", 20)];
    return {
      clock,
      valid: () => tracker.add("a", { ok: true, hasToolCalls: true }),
      broken: () => tracker.add("a", { ok: false, reason: "bad-tool-call" }),
      isLast: () => unreliableLast(order, order, (id) => tracker.toolRecord(id)).at(-1)?.id === "a",
    };
  }

  test("have broken two calls of late, whatever their index", async () => {
    for (const index of [undefined, 20, 60]) {
      const { broken, isLast } = startHarness(index);
      await broken();
      assert.equal(isLast(), false, "once can be by chance");
      await broken();
      assert.equal(isLast(), true);
    }
  });

  test("have less than half of the median index and no record", async () => {
    assert.deepEqual(
      [10, 9.9].map((index) => startHarness(index).isLast()),
      [false, true],
    );
    const { valid, isLast } = startHarness(2);
    await valid();
    assert.equal(isLast(), false, "what this computer has seen counts more");
  });

  test("are so no longer after a good call, or after some hours", async () => {
    const healed = startHarness();
    for (let count = 0; count < 5; count++) await healed.broken();
    healed.clock.advance(6 * hour);
    assert.equal(healed.isLast(), true);
    await healed.valid();
    assert.equal(healed.isLast(), false);

    const rested = startHarness();
    for (let count = 0; count < 2; count++) await rested.broken();
    rested.clock.advance(4 * hour);
    assert.equal(rested.isLast(), true);
    rested.clock.advance(hour);
    assert.equal(rested.isLast(), false);
  });

  test("include one that breaks most calls, although it makes some", async () => {
    const { broken, valid, isLast } = startHarness();
    for (let count = 0; count < 8; count++) await (count % 4 === 3 ? valid() : broken());
    assert.equal(isLast(), true);
  });

  test("keep their order among themselves, and none is lost", () => {
    const order = ["a", "b", "c", "d", "e"].map((id) => model(id));
    const last = unreliableLast(order, order, (id) => ({ good: 0, bad: "bd".includes(id) ? 3 : 0 }));
    assert.deepEqual(last.map(({ id }) => id).join(""), "acebd");
    assert.deepEqual(
      unreliableLast([], [], () => ({ good: 0, bad: 0 })),
      [],
    );
  });

  test("are asked last by the router for requests with tools, until they make a valid call", async () => {
    const service = fakeService(ids, { supported_parameters: ["tools"] });
    const harness = startRouter({}, { service });
    const parameters = { type: "object", required: ["at"] };
    const request: CompletionRequest = {
      ...{ ...question, tools: [{ type: "function", function: { name: "look", parameters } }] },
    };
    let args = "{}";
    service.script((connection) => {
      const { model: asked, tools } = connection.body;
      if (asked !== "m/a:free" || !tools) return answersWith("Hello")(connection);
      const call = chunk(asked, { tool_calls: [{ index: 0, id: "1", function: { name: "look", arguments: args } }] });
      return streams(call, chunk(asked, {}, "tool_calls"), event("[DONE]"))(connection);
    });
    const askPinned = async (): Promise<string[]> => {
      const { failed } = await harness.ask({}, { ...request, pin: "m/a:free" });
      harness.clock.advance(60_000);
      return failed;
    };
    /** How often the model is asked first for thirty requests. */
    const countFirst = async (each: CompletionRequest): Promise<number> => {
      const before = harness.askedModels().length;
      for (let count = 0; count < 30; count++) {
        await harness.ask({}, each);
        harness.clock.advance(5_000);
      }
      const asked = harness.askedModels().slice(before);
      return asked.filter((id) => id === "m/a:free").length;
    };

    for (let count = 0; count < 2; count++) assert.deepEqual(await askPinned(), ["bad-tool-call"]);
    assert.equal(await countFirst(request), 0);
    assert.ok((await countFirst(question)) > 0);
    assert.equal(await countFirst(request), 0, "text shows nothing about tool calls");
    args = '{"at":1}';
    assert.deepEqual(await askPinned(), []);
    assert.ok((await countFirst(request)) > 0);
  });
});
