import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HeldAgents } from "../../../src/languageModels/heldAgents";

const turn = (key: string) => ({ key, requests: 12, allowed: 12 });

describe("Agents that wait for the user", () => {
  test("are answered one by one, or all", async () => {
    const held = new HeldAgents();
    const { signal } = new AbortController();
    const answers = [held.wait(turn("a"), signal), held.wait(turn("b"), signal), held.wait(turn("c"), signal)];
    assert.equal(held.isEmpty, false);
    held.answer("stop", "b");
    assert.equal(await answers[1], "stop");
    held.answer("continue");
    assert.deepEqual(await Promise.all(answers), ["continue", "stop", "continue"]);
    assert.equal(held.isEmpty, true);
  });

  test("share the answer within a turn", async () => {
    const held = new HeldAgents();
    const { signal } = new AbortController();
    const answers = [held.wait(turn("a"), signal), held.wait(turn("a"), signal)];
    held.answer("stop", "a");
    assert.deepEqual(await Promise.all(answers), ["stop", "stop"]);
  });

  test("end alone when their request is canceled", async () => {
    const held = new HeldAgents();
    const controller = new AbortController();
    const canceled = held.wait(turn("a"), controller.signal);
    const other = held.wait(turn("a"), new AbortController().signal);
    controller.abort();
    await assert.rejects(canceled, /Canceled/);
    assert.equal(held.isEmpty, false);
    held.answer("continue");
    assert.equal(await other, "continue");
    await assert.rejects(held.wait(turn("b"), controller.signal), /Canceled/);
    assert.equal(held.isEmpty, true);
  });
});
