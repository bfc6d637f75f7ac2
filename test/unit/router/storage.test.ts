import assert from "node:assert/strict";
import { test } from "node:test";
import { withTimeLimit } from "../../../src/router/storage";
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
