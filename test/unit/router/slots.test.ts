import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { silentLog } from "../../../src/router/log";
import { leaseMs, Slots } from "../../../src/router/slots";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";
import { logLines } from "../../support/logLines";

const server = "http://127.0.0.1:11434/v1";
const brokenStorage: RouterStorage = {
  read: () => Promise.reject(new Error("disk full")),
  update: () => Promise.reject(new Error("disk full")),
};

/** The slots of a window. */
const open = (storage: RouterStorage, { now } = fakeClock()) => new Slots(storage, now, silentLog);

describe("slots of a local server", () => {
  test("a slot in use is not given twice, and again when it is free", async () => {
    const slots = open(memoryStorage());
    const first = await slots.take(server, 1);
    assert.ok(first);
    assert.equal(await slots.take(server, 1), undefined);
    await slots.free(first);
    const second = await slots.take(server, 1);
    assert.ok(second);
    await slots.free(first);
    assert.equal(await slots.take(server, 1), undefined, "freeing twice must not free another's slot");
    await slots.free(second);
  });

  test("windows share slots, servers do not", async () => {
    const storage = memoryStorage();
    const [one, other] = [open(storage), open(storage)];
    const taken = [await one.take(server, 2), await other.take(server, 2)];
    assert.ok(taken.every(Boolean));
    assert.equal(await one.take(server, 2), undefined);
    const elsewhere = await one.take("http://127.0.0.1:1234/v1", 1);
    assert.ok(elsewhere);
    for (const [index, slot] of taken.entries()) if (slot) await [one, other][index]?.free(slot);
    await one.free(elsewhere);
  });

  test("the lease of a dead window ends after ten seconds", async () => {
    const storage = memoryStorage();
    const clock = fakeClock();
    await storage.update("slots", () => JSON.stringify({ [server]: [{ id: "dead", until: clock.now() + leaseMs }] }));
    const slots = open(storage, clock);
    clock.advance(leaseMs - 1);
    assert.equal(await slots.take(server, 1), undefined);
    clock.advance(1);
    const slot = await slots.take(server, 1);
    assert.ok(slot);
    await slots.free(slot);
  });

  test("a lease is renewed while the answer runs", async (context) => {
    context.mock.timers.enable({ apis: ["setInterval"] });
    const storage = memoryStorage();
    const clock = fakeClock();
    const [one, other] = [open(storage, clock), open(storage, clock)];
    const slot = await one.take(server, 1);
    assert.ok(slot);
    for (let seconds = 0; seconds < 60; seconds += 3) {
      clock.advance(3_000);
      context.mock.timers.tick(3_000);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(await other.take(server, 1), undefined, `after ${seconds + 3} seconds`);
    }
    await one.free(slot);
    const next = await other.take(server, 1);
    assert.ok(next);
    await other.free(next);
  });

  test("a lease that was stored while the clock was ahead does not count", async () => {
    const storage = memoryStorage();
    const clock = fakeClock();
    await storage.update("slots", () => JSON.stringify({ [server]: [{ id: "x", until: clock.now() + 10 * leaseMs }] }));
    const slots = open(storage, clock);
    const slot = await slots.take(server, 1);
    assert.ok(slot);
    await slots.free(slot);
  });

  test("stored nonsense does not count", async () => {
    for (const text of ["", "[]", '{"x":1}', `{"${server}":[{"id":1}]}`]) {
      const storage = memoryStorage();
      await storage.update("slots", () => text);
      const slots = open(storage);
      const slot = await slots.take(server, 1);
      assert.ok(slot, text);
      await slots.free(slot);
    }
  });

  test("without the storage, the window counts its own requests", async () => {
    const log = logLines();
    const slots = new Slots(brokenStorage, fakeClock().now, log);
    const slot = await slots.take(server, 1);
    assert.ok(slot);
    assert.equal(await slots.take(server, 1), undefined);
    await slots.free(slot);
    const next = await slots.take(server, 1);
    assert.ok(next);
    await slots.free(next);
  });
});
