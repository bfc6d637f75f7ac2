import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRouterError, type RouterEvent } from "../../../src/router/index";
import type { FaultName } from "../../support/openRouter";
import { hello, startHarness } from "./wireHarness";

describe("stopping", () => {
  const moments: [when: string, fault: FaultName, stopAt: RouterEvent["type"]][] = [
    ["before the headers", "silent-before-headers", "attempt-start"],
    ["before any content", "comments-forever", "attempt-start"],
    ["in the middle of the text", "stall", "text-delta"],
  ];
  for (const [when, fault, stopAt] of moments) {
    test(`${when}: closes the connection, tries nobody else, and blames nobody`, async () => {
      await using harness = await startHarness();
      harness.simulator.script(fault);
      const stop = new AbortController();
      const ended = (async () => {
        for await (const { type } of harness.router.complete(hello, { signal: stop.signal }))
          if (type === stopAt) void harness.simulator.chatRequest(1).then(() => stop.abort());
      })();
      await assert.rejects(ended, (error) => isRouterError(error) && error.reason === "aborted");
      assert.equal(await harness.simulator.chatRequests[0]?.ended, "closed-by-client");
      assert.equal(harness.simulator.chatRequests.length, 1);
      const models = (await harness.router.explain(hello)).excluded.filter(({ rule }) => rule === "resting");
      assert.deepEqual(models, []);
    });
  }

  test("by listening no longer: closes the connection as well", async () => {
    await using harness = await startHarness();
    harness.simulator.script("stall");
    for await (const { type } of harness.router.complete(hello)) if (type === "text-delta") break;
    assert.equal(await harness.simulator.chatRequests[0]?.ended, "closed-by-client");
  });

  test("before anything was sent: nothing is sent", async () => {
    await using harness = await startHarness();
    await harness.ask();
    const { error } = await harness.ask(hello, { signal: AbortSignal.abort() });
    assert.deepEqual([error?.reason, harness.simulator.chatRequests.length], ["aborted", 1]);
  });

  test("while it waits for the minute to pass", async () => {
    await using harness = await startHarness({ settings: { requestsPerMinute: 1 } });
    await harness.ask();
    const stop = new AbortController();
    const types: string[] = [];
    const ended = (async () => {
      for await (const { type } of harness.router.complete(hello, { signal: stop.signal })) {
        types.push(type);
        if (type === "wait") stop.abort();
      }
    })();
    await assert.rejects(ended, (error) => isRouterError(error) && error.reason === "aborted");
    assert.deepEqual([types, harness.simulator.chatRequests.length], [["wait"], 1]);
  });

  test("thirty silent answers at once: all settle, none counts as an answer, no connection stays open", async () => {
    await using harness = await startHarness({ settings: { requestsPerMinute: 100 } });
    await harness.ask();
    const before = harness.simulator.openConnections;
    harness.simulator.addPersistentStep({ step: "stall" });
    const stop = new AbortController();
    const all = Array.from({ length: 30 }, () => harness.ask(hello, { signal: stop.signal }));
    await harness.simulator.chatRequest(31);
    stop.abort();
    const outcomes = await Promise.all(all);
    assert.deepEqual(
      outcomes.map(({ error }) => error?.reason),
      Array(30).fill("aborted"),
    );
    const ends = await Promise.all(harness.simulator.chatRequests.slice(1).map(({ ended }) => ended));
    assert.deepEqual(ends, Array(30).fill("closed-by-client"));
    assert.ok(harness.simulator.openConnections <= before, "but for those that are kept for later");
  });
});
