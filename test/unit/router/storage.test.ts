import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../../src/router/log";
import { SharedState } from "../../../src/router/sharedState";
import { memoryStorage, withTimeLimit } from "../../../src/router/storage";
import { settle } from "./attemptHarness";
import { startRouter } from "./routerHarness";

const never = () => new Promise<never>(() => undefined);

test("a storage that never settles is treated like one that rejects", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const storage = withTimeLimit({ read: never, update: never });
  for (const result of [storage.read("ledger"), storage.update("ledger", () => "")]) {
    const rejects = assert.rejects(result, /ledger did not respond in time/);
    t.mock.timers.tick(3_000);
    await rejects;
  }
});

test("a completion starts although the disk is stalled", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const harness = startRouter({}, { storage: { read: never, update: never } });
  const asking = harness.ask();
  for (let turn = 0; turn < 20; turn++) {
    await settle();
    t.mock.timers.tick(3_000);
  }
  assert.equal((await asking).text, "Hello");
});

test("a storage that responds after it was given up counts a change once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const memory = memoryStorage();
  const stalled = Promise.withResolvers<undefined>();
  let isStalled = true;
  const storage = withTimeLimit({
    read: (name) => memory.read(name),
    async update(name, change) {
      if (isStalled) await stalled.promise;
      return memory.update(name, change);
    },
  });
  const state = new SharedState<number>(storage, "count", (json) => (typeof json === "number" ? json : 0), silentLog);
  const first = state.change((count) => count + 1);
  t.mock.timers.tick(3_000);
  assert.equal(await first, 1, "in memory");
  isStalled = false;
  stalled.resolve(undefined);
  await settle();
  assert.equal(await state.change((count) => count + 1), 2);
  assert.equal(await memory.read("count"), "2");
});
