import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsWithin } from "../../../src/languageModels/holdsWithin";
import { Emitter } from "../../../src/lifecycle";

const longMs = 60_000;

test("holds at once, without an event", async () => {
  const { event } = new Emitter<void>();
  assert.equal(await holdsWithin(longMs, () => true, event), true);
});

test("holds after the event that makes it true", async () => {
  const changed = new Emitter<void>();
  let models = 0;
  const held = holdsWithin(longMs, () => Promise.resolve(models === 2), changed.event);
  for (models of [1, 2]) changed.fire();
  assert.equal(await held, true);
});

test("does not hold if the time runs out", async () => {
  const { event } = new Emitter<void>();
  assert.equal(await holdsWithin(1, () => false, event), false);
});

test("does not hold if it is canceled", async () => {
  const { event } = new Emitter<void>();
  const cancellation = new AbortController();
  const held = holdsWithin(longMs, () => false, event, cancellation.signal);
  cancellation.abort();
  assert.equal(await held, false);
});

test("checks again after a check that failed", async () => {
  const changed = new Emitter<void>();
  let checks = 0;
  const condition = async (): Promise<boolean> => {
    if (++checks === 1) throw new Error("not ready");
    return Promise.resolve(true);
  };
  const held = holdsWithin(longMs, condition, changed.event);
  changed.fire();
  assert.equal(await held, true);
});
