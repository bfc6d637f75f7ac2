import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRouterError, type RouterEvent } from "../../../src/router/index";
import type { FaultName } from "../../support/openRouter";
import { hello, startHarness } from "./wireHarness";

describe("aborting a completion over HTTP", () => {
  const moments: [name: string, fault: FaultName, abortAt: RouterEvent["type"]][] = [
    ["before the headers", "silent-before-headers", "attempt-start"],
    ["before any content", "comments-forever", "attempt-start"],
    ["in the middle of the text", "stall", "text-delta"],
  ];
  for (const [name, fault, abortAt] of moments) {
    test(`${name} closes the connection, sends no other request and starts no cooldown`, async () => {
      await using harness = await startHarness();
      harness.simulator.script(fault);
      const stop = new AbortController();
      const completion = (async () => {
        for await (const { type } of harness.router.complete(hello, { signal: stop.signal }))
          if (type === abortAt) void harness.simulator.chatRequest(1).then(() => stop.abort());
      })();
      await assert.rejects(completion, (error) => isRouterError(error) && error.reason === "aborted");
      assert.equal(await harness.simulator.chatRequests[0]?.ended, "closed-by-client");
      assert.equal(harness.simulator.chatRequests.length, 1);
      const coolingDown = (await harness.router.explain(hello)).excluded.filter(({ rule }) => rule === "resting");
      assert.deepEqual(coolingDown, []);
    });
  }

  test("by ending the iteration closes the connection", async () => {
    await using harness = await startHarness();
    harness.simulator.script("stall");
    for await (const { type } of harness.router.complete(hello)) if (type === "text-delta") break;
    assert.equal(await harness.simulator.chatRequests[0]?.ended, "closed-by-client");
  });

  test("beforehand sends no request", async () => {
    await using harness = await startHarness();
    await harness.ask();
    const { error } = await harness.ask(hello, { signal: AbortSignal.abort() });
    assert.deepEqual([error?.reason, harness.simulator.chatRequests.length], ["aborted", 1]);
  });

  test("while waiting for the limit per minute sends no request", async () => {
    await using harness = await startHarness({ settings: { requestsPerMinute: 1 } });
    await harness.ask();
    const stop = new AbortController();
    const types: string[] = [];
    const completion = (async () => {
      for await (const { type } of harness.router.complete(hello, { signal: stop.signal })) {
        types.push(type);
        if (type === "wait") stop.abort();
      }
    })();
    await assert.rejects(completion, (error) => isRouterError(error) && error.reason === "aborted");
    assert.deepEqual([types, harness.simulator.chatRequests.length], [["wait"], 1]);
  });

  test("settles thirty concurrent silent answers and closes their connections", async () => {
    await using harness = await startHarness({ settings: { requestsPerMinute: 100 } });
    await harness.ask();
    const before = harness.simulator.openConnections;
    harness.simulator.addPersistentStep({ step: "stall" });
    const stop = new AbortController();
    const completions = Array.from({ length: 30 }, () => harness.ask(hello, { signal: stop.signal }));
    await harness.simulator.chatRequest(31);
    stop.abort();
    const outcomes = await Promise.all(completions);
    assert.deepEqual(
      outcomes.map(({ error }) => error?.reason),
      Array(30).fill("aborted"),
    );
    const ends = await Promise.all(harness.simulator.chatRequests.slice(1).map(({ ended }) => ended));
    assert.deepEqual(ends, Array(30).fill("closed-by-client"));
    assert.ok(harness.simulator.openConnections <= before, "only idle connections remain");
  });
});
