import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Cooldowns, nextCooldown } from "../../../src/router/cooldown";
import { silentLog } from "../../../src/router/log";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";

const minute = 60_000;

describe("the duration of a cooldown", () => {
  test("doubles with each consecutive failure, up to ten minutes", () => {
    let cooldown = nextCooldown(undefined, 60, 0);
    const durations = [cooldown.until];
    for (let strike = 0; strike < 6; strike++) {
      const before = cooldown.until;
      cooldown = nextCooldown(cooldown, 60, before);
      durations.push(cooldown.until - before);
    }
    assert.deepEqual(
      durations.map((duration) => duration / minute),
      [1, 2, 4, 8, 10, 10, 10],
    );
    assert.equal(nextCooldown({ since: 0, until: 0, strikes: 1e9, told: false }, 60, 0).until, 10 * minute);
  });

  test("starts over ten minutes after the last cooldown", () => {
    const last = { since: -minute, until: 0, strikes: 3, told: false };
    assert.deepEqual(nextCooldown(last, 60, 10 * minute - 1).strikes, 4);
    assert.deepEqual(nextCooldown(last, 60, 10 * minute), {
      since: 10 * minute,
      until: 11 * minute,
      strikes: 1,
      told: false,
    });
  });

  test("is the one requested by the service, whether shorter or longer than the estimate", () => {
    assert.deepEqual(nextCooldown(undefined, 60, 0, 5_000), { since: 0, until: 5_000, strikes: 1, told: true });
    assert.deepEqual(
      nextCooldown({ since: 0, until: 0, strikes: 5, told: false }, 60, 0, 5 * minute).until,
      5 * minute,
    );
  });
});

describe("cooldowns", () => {
  function startHarness(storage = memoryStorage(), clock = fakeClock()) {
    return { storage, clock, cooldowns: new Cooldowns(storage, clock.now, silentLog) };
  }

  test("end independently for each model", async () => {
    const { clock, cooldowns } = startHarness();
    await cooldowns.add("a", 60);
    await cooldowns.add("b", 20);
    const coolingDown = () => ["a", "b", "c"].filter((id) => cooldowns.get(id));
    assert.deepEqual(coolingDown(), ["a", "b"]);
    clock.advance(20_000);
    assert.deepEqual(coolingDown(), ["a"]);
    clock.advance(40_000);
    assert.deepEqual(coolingDown(), []);
  });

  test("are cleared, including the count of failures, when the model answers", async () => {
    const { clock, cooldowns } = startHarness();
    await cooldowns.add("a", 60);
    await cooldowns.add("b", 60);
    await cooldowns.clear("a");
    await cooldowns.clear("never/failed");
    assert.deepEqual([cooldowns.get("a"), cooldowns.get("b")?.strikes], [undefined, 1]);
    await cooldowns.add("a", 60);
    assert.deepEqual(cooldowns.get("a"), { since: clock.now(), until: clock.now() + minute, strikes: 1, told: false });
  });

  test("are shared with other windows and survive a restart", async () => {
    const { storage, clock, cooldowns } = startHarness();
    const other = startHarness(storage, clock).cooldowns;
    await Promise.all([cooldowns.add("a", 60), other.add("b", 60), cooldowns.add("c", 60)]);
    const restarted = startHarness(storage, clock).cooldowns;
    await Promise.all([cooldowns.sync(), other.sync(), restarted.sync()]);
    for (const each of [cooldowns, other, restarted])
      assert.deepEqual(
        ["a", "b", "c"].map((id) => each.get(id)?.strikes),
        [1, 1, 1],
      );
  });

  test("are removed from the storage once they are outdated", async () => {
    const { storage, clock, cooldowns } = startHarness();
    await cooldowns.add("a", 60);
    clock.advance(12 * minute);
    await cooldowns.add("b", 60);
    assert.deepEqual(Object.keys(JSON.parse((await storage.read("rests")) ?? "") as object), ["b"]);
  });

  test("do not last longer than ten minutes after the clock was set back", async () => {
    const { clock, cooldowns } = startHarness();
    await cooldowns.add("a", 60);
    clock.advance(-365 * 24 * 60 * minute);
    assert.equal(cooldowns.get("a"), undefined);
    await cooldowns.add("a", 60);
    assert.ok((cooldowns.get("a")?.until ?? Infinity) - clock.now() <= 10 * minute);
  });

  test("accept any model id", async () => {
    const { cooldowns } = startHarness();
    for (const id of ["constructor", "toString", "__proto__", "ä/ö:free", ""]) {
      assert.equal(cooldowns.get(id), undefined, id);
      await cooldowns.add(id, 60);
      assert.equal(cooldowns.get(id)?.strikes, 1, id);
    }
  });

  for (const invalid of ["[]", '{"a":{"until":"soon"}}', '{"a":null}'])
    test(`ignore an invalid stored value: ${invalid}`, async () => {
      const storage = memoryStorage();
      await storage.update("rests", () => invalid);
      const { cooldowns } = startHarness(storage);
      await cooldowns.sync();
      assert.equal(cooldowns.get("a"), undefined);
    });
});
