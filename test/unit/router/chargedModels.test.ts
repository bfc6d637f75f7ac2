import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChargedModels } from "../../../src/router/chargedModels";
import { silentLog } from "../../../src/router/log";
import { RefusalMemory } from "../../../src/router/refusalMemory";
import { scopeOf } from "../../../src/router/scope";
import { defaultSettings } from "../../../src/router/settings";
import { memoryStorage } from "../../../src/router/storage";

const { baseUrl } = defaultSettings;
const mine = scopeOf(baseUrl, "sk-mine");

describe("models that have charged", () => {
  test("stay out until the user brings them back, also after a restart and a year", async () => {
    const storage = memoryStorage();
    const charged = new ChargedModels(storage, silentLog);
    await charged.add(mine, "a", 0.01, 1_000);
    await charged.add(mine, "a", 0.02, 2_000);
    await charged.add(mine, "b", 0.5, 3_000);
    const restarted = new ChargedModels(storage, silentLog);
    await restarted.sync();
    assert.deepEqual(restarted.list(mine), [
      { model: "a", costUsd: 0.03, at: 2_000 },
      { model: "b", costUsd: 0.5, at: 3_000 },
    ]);
    const refusals = new RefusalMemory(storage, () => 365 * 86_400_000, silentLog, restarted).forScope(mine);
    assert.deepEqual(
      ["a", "b", "c"].map((id) => refusals.isCharged(id)),
      [true, true, false],
    );
    await restarted.bringBack(mine, "a");
    await charged.sync();
    assert.deepEqual(
      ["a", "b"].map((id) => charged.isCharged(mine, id)),
      [false, true],
    );
  });

  test("are those of one account at one service", async () => {
    const charged = new ChargedModels(memoryStorage(), silentLog);
    await charged.add(mine, "a", 0.01, 1_000);
    for (const other of [scopeOf(baseUrl, "sk-yours"), scopeOf("https://mirror.example/v1", "sk-mine")])
      assert.deepEqual([charged.isCharged(other, "a"), charged.list(other)], [false, []]);
  });

  test("stay out if that cannot be saved, until a later change can be", async () => {
    const storage = memoryStorage();
    let isBroken = true;
    const update: typeof storage.update = (name, change) =>
      isBroken ? Promise.reject(new Error("disk full")) : storage.update(name, change);
    const charged = new ChargedModels({ ...storage, update }, silentLog);
    await storage.update("charged", () => "[]");
    await charged.add(mine, "a", 0.01, 1_000);
    await charged.sync();
    assert.equal(charged.isCharged(mine, "a"), true);
    isBroken = false;
    await charged.add(mine, "b", 0.01, 1_000);
    const restarted = new ChargedModels(storage, silentLog);
    await restarted.sync();
    assert.deepEqual(
      restarted.list(mine).map(({ model }) => model),
      ["a", "b"],
    );
  });

  test("are read one by one, so that an invalid record brings back no other", async () => {
    const storage = memoryStorage();
    const charged = new ChargedModels(storage, silentLog);
    await charged.add(mine, "a", 0.01, 1_000);
    await storage.update("charged", (text) => (text ?? "[]").replace("[", '[{"model":5},'));
    await charged.sync();
    assert.equal(charged.isCharged(mine, "a"), true);
  });
});
