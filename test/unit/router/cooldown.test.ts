import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Cooldowns, nextCooldown } from "../../../src/router/cooldown";
import { silentLog } from "../../../src/router/log";
import { scopeOf } from "../../../src/router/scope";
import { defaultSettings } from "../../../src/router/settings";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";

const minute = 60_000;
const scope = scopeOf(defaultSettings.baseUrl, "sk-mine");

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

  test("starts over after an hour without another failure", () => {
    const last = { since: -minute, until: 0, strikes: 3, told: false };
    assert.deepEqual(nextCooldown(last, 60, 60 * minute - 1).strikes, 4);
    const now = 60 * minute;
    assert.deepEqual(nextCooldown(last, 60, now), { since: now, until: now + minute, strikes: 1, told: false });
  });

  test("is the one requested by the service, whether shorter or longer than the estimate", () => {
    assert.deepEqual(nextCooldown(undefined, 60, 0, { retryAt: 5_000 }), {
      since: 0,
      until: 5_000,
      strikes: 1,
      told: true,
    });
    assert.deepEqual(
      nextCooldown({ since: 0, until: 0, strikes: 5, told: false }, 60, 0, { retryAt: 5 * minute }).until,
      5 * minute,
    );
  });

  test("is at most ten minutes, whatever the service asks for", () => {
    assert.equal(nextCooldown(undefined, 60, 0, { retryAt: 60 * minute }).until, 10 * minute);
  });

  describe("after the failure of an attempt that began before the present cooldown", () => {
    const last = { since: 0, until: 2 * minute, strikes: 2, told: false };

    test("stays the same", () => {
      assert.deepEqual(nextCooldown(last, 60, 1_000, { startedAt: -5_000 }), last);
      assert.deepEqual(nextCooldown(last, 60, 1_000, { startedAt: 0 }), last);
    });

    test("stays as long after the failure of a later attempt, too: its end is still to be tested", () => {
      assert.deepEqual(nextCooldown(last, 60, 1_000, { startedAt: 1 }), { ...last, since: 1_000 });
      assert.equal(nextCooldown(last, 60, 2 * minute, { startedAt: 1 }).strikes, 3, "it was over");
    });

    test("lasts longer only if the service asks for it", () => {
      const longer = nextCooldown(last, 60, 1_000, { startedAt: 0, retryAt: 3 * minute });
      assert.deepEqual(longer, { ...last, until: 3 * minute, told: true });
      assert.deepEqual(nextCooldown(last, 60, 1_000, { startedAt: 0, retryAt: minute }), last);
    });

    test("starts again without a further strike if it was over", () => {
      const again = nextCooldown(last, 60, 3 * minute, { startedAt: 0 });
      assert.deepEqual(again, { since: 3 * minute, until: 5 * minute, strikes: 2, told: false });
    });
  });
});

describe("cooldowns", () => {
  function startHarness(storage = memoryStorage(), clock = fakeClock()) {
    return { storage, clock, cooldowns: new Cooldowns(storage, clock.now, silentLog) };
  }

  test("end independently for each model", async () => {
    const { clock, cooldowns } = startHarness();
    await cooldowns.add(scope, "a", 60);
    await cooldowns.add(scope, "b", 20);
    const coolingDown = () => ["a", "b", "c"].filter((id) => cooldowns.get(scope, id));
    assert.deepEqual(coolingDown(), ["a", "b"]);
    clock.advance(20_000);
    assert.deepEqual(coolingDown(), ["a"]);
    clock.advance(40_000);
    assert.deepEqual(coolingDown(), []);
  });

  test("are cleared, including the count of failures, when the model answers", async () => {
    const { clock, cooldowns } = startHarness();
    await cooldowns.add(scope, "a", 60);
    await cooldowns.add(scope, "b", 60);
    await cooldowns.clear(scope, "a");
    await cooldowns.clear(scope, "never/failed");
    assert.deepEqual([cooldowns.get(scope, "a"), cooldowns.get(scope, "b")?.strikes], [undefined, 1]);
    await cooldowns.add(scope, "a", 60);
    assert.deepEqual(cooldowns.get(scope, "a"), {
      since: clock.now(),
      until: clock.now() + minute,
      strikes: 1,
      told: false,
    });
  });

  test("are shared with other windows and survive a restart", async () => {
    const { storage, clock, cooldowns } = startHarness();
    const other = startHarness(storage, clock).cooldowns;
    await Promise.all([cooldowns.add(scope, "a", 60), other.add(scope, "b", 60), cooldowns.add(scope, "c", 60)]);
    const restarted = startHarness(storage, clock).cooldowns;
    await Promise.all([cooldowns.sync(), other.sync(), restarted.sync()]);
    for (const each of [cooldowns, other, restarted])
      assert.deepEqual(
        ["a", "b", "c"].map((id) => each.get(scope, id)?.strikes),
        [1, 1, 1],
      );
  });

  test("count a busy moment that parallel completions see as one strike", async () => {
    const { clock, cooldowns } = startHarness();
    const startedAt = clock.now();
    for (let completion = 0; completion < 4; completion++) {
      clock.advance(300);
      await cooldowns.add(scope, "a", 60, { startedAt });
    }
    const cooldown = cooldowns.get(scope, "a");
    assert.deepEqual([cooldown?.strikes, cooldown?.until], [1, startedAt + 300 + minute]);
    clock.advance(2 * minute);
    await cooldowns.add(scope, "a", 60, { startedAt: clock.now() - 1_000 });
    assert.equal(cooldowns.get(scope, "a")?.strikes, 2);
  });

  test("belong to one service", async () => {
    const { storage, clock, cooldowns } = startHarness();
    const mirror = scopeOf("https://mirror.example/v1/");
    await cooldowns.add(scope, "a", 60);
    assert.equal(cooldowns.get(mirror, "a"), undefined);
    await cooldowns.add(mirror, "b", 60);
    assert.deepEqual([cooldowns.get(scope, "a")?.strikes, cooldowns.get(scope, "b")], [1, undefined]);
    assert.equal(cooldowns.get(scopeOf("https://mirror.example/v1", "another key"), "b")?.until, clock.now() + minute);
    const keys = Object.keys(JSON.parse((await storage.read("rests")) ?? "") as object);
    assert.deepEqual(keys, ["a", "https://mirror.example/v1 b"]);
  });

  test("include those that version 0.1.0 stored", async () => {
    const { storage, clock, cooldowns } = startHarness();
    const old = { since: clock.now() - 1_000, until: clock.now() + minute, strikes: 2, told: true };
    await storage.update("rests", () => JSON.stringify({ "a/b:free": old }));
    await cooldowns.sync();
    assert.deepEqual(cooldowns.get(scope, "a/b:free"), old);
  });

  test("hold in this window if they cannot be saved", async () => {
    const storage = { ...memoryStorage(), update: () => Promise.reject(new Error("disk full")) };
    const { cooldowns } = startHarness(storage);
    await cooldowns.add(scope, "a", 60);
    await cooldowns.sync();
    assert.equal(cooldowns.get(scope, "a")?.strikes, 1);
  });

  test("are removed from the storage once they are outdated", async () => {
    const { storage, clock, cooldowns } = startHarness();
    await cooldowns.add(scope, "a", 60);
    clock.advance(62 * minute);
    await cooldowns.add(scope, "b", 60);
    assert.deepEqual(Object.keys(JSON.parse((await storage.read("rests")) ?? "") as object), ["b"]);
  });

  for (const [name, ms] of [
    ["a second", 1_000],
    ["an hour", 60 * minute],
    ["a year", 365 * 24 * 60 * minute],
  ] as const)
    test(`end when the clock is set back by ${name}, and are not counted`, async () => {
      const { clock, cooldowns } = startHarness();
      await cooldowns.add(scope, "a", 60);
      clock.advance(-ms);
      assert.equal(cooldowns.get(scope, "a"), undefined);
      await cooldowns.add(scope, "a", 60);
      assert.deepEqual(cooldowns.get(scope, "a"), {
        ...{ since: clock.now(), until: clock.now() + minute },
        ...{ strikes: 1, told: false },
      });
    });

  test("accept any model id", async () => {
    const { cooldowns } = startHarness();
    for (const id of ["constructor", "toString", "__proto__", "ä/ö:free", ""]) {
      assert.equal(cooldowns.get(scope, id), undefined, id);
      await cooldowns.add(scope, id, 60);
      assert.equal(cooldowns.get(scope, id)?.strikes, 1, id);
    }
  });

  for (const invalid of ["[]", '{"a":{"until":"soon"}}', '{"a":null}'])
    test(`ignore an invalid stored value: ${invalid}`, async () => {
      const storage = memoryStorage();
      await storage.update("rests", () => invalid);
      const { cooldowns } = startHarness(storage);
      await cooldowns.sync();
      assert.equal(cooldowns.get(scope, "a"), undefined);
    });
});
