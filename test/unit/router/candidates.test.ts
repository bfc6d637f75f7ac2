import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Candidates, type AttemptPlan, type NextAttempt } from "../../../src/router/candidates";
import type { Model } from "../../../src/router/model";
import { Cooldowns } from "../../../src/router/cooldown";
import { isRouterError } from "../../../src/router/errors";
import { silentLog } from "../../../src/router/log";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { memoryStorage } from "../../../src/router/storage";
import { Tracker } from "../../../src/router/tracker";
import { fakeClock } from "../../support/clock";
import { dice } from "../../support/dice";
import { model, question } from "./sampleModels";

const pool = ["a", "b", "c", "d", "e", "f"].map((id) => model(id));

interface Rests {
  /** Seconds that models rest by our guess. */
  guessed?: Record<string, number>;
  /** Seconds that models rest by the service's word. */
  told?: Record<string, number>;
}

async function startHarness(
  settings: Partial<RouterSettings> = {},
  rests: Rests = {},
  tiers = [{ request: question, pool }],
) {
  const clock = fakeClock();
  const cooldowns = new Cooldowns(memoryStorage(), clock.now, silentLog);
  const tracker = new Tracker(memoryStorage(), clock.now, silentLog);
  for (const [id, seconds] of Object.entries(rests.guessed ?? {})) await cooldowns.add(id, seconds);
  for (const [id, seconds] of Object.entries(rests.told ?? {}))
    await cooldowns.add(id, 1, clock.now() + seconds * 1_000);
  const options = { tiers, settings: { ...defaultSettings, ...settings }, cooldowns, tracker };
  return {
    ...{ clock, cooldowns, tracker },
    candidates: new Candidates({ ...options, random: dice(5), now: clock.now }),
    /** The candidates of another completion, with other luck. */
    another: (seed: number) => new Candidates({ ...options, random: dice(seed), now: clock.now }),
  };
}

function ask(turn: NextAttempt | undefined): AttemptPlan {
  assert.ok(turn && "chain" in turn, `somebody to ask, not ${JSON.stringify(turn)}`);
  return turn;
}
const chainOf = (candidates: Candidates): readonly string[] => ask(candidates.next()).chain;
const sorted = (ids: readonly string[]): string => [...ids].sort().join("");
/** Who is asked, one after the other, until nobody is left (or there is reason to wait). */
function everybody(candidates: Candidates): string[] {
  const asked: string[] = [];
  for (let turn = candidates.next(); turn && "chain" in turn; turn = candidates.next()) {
    const [first = ""] = turn.chain;
    asked.push(first);
    candidates.markTried(first);
  }
  return asked;
}

describe("whom to ask", () => {
  test("random: four different ones of the pool, another four next time, each first equally often", async () => {
    const { another } = await startHarness();
    const firsts = new Map<string, number>();
    for (let seed = 0; seed < 6_000; seed++) {
      const chain = chainOf(another(seed));
      assert.deepEqual([chain.length, new Set(chain).size], [4, 4]);
      firsts.set(chain[0] ?? "", (firsts.get(chain[0] ?? "") ?? 0) + 1);
    }
    const counts = [...firsts.values()];
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    assert.ok(counts.length === 6 && chiSquare < 20.5, `${counts.join(", ")}: once in a thousand runs of fair luck`);
  });

  test("everybody once, until nobody is left", async () => {
    const { candidates } = await startHarness();
    assert.equal(sorted(everybody(candidates)), "abcdef");
    assert.equal(candidates.next(), undefined);
  });

  test("one at a time, where the service must not choose", async () => {
    const { candidates } = await startHarness({ serverFallbacks: false });
    assert.equal(chainOf(candidates).length, 1);
  });

  test("fewer than four, where there are fewer", async () => {
    const { candidates } = await startHarness({}, {}, [{ request: question, pool: pool.slice(0, 2) }]);
    assert.equal(sorted(chainOf(candidates)), "ab");
  });

  test("nobody, where there is nobody", async () => {
    for (const tiers of [[], [{ request: question, pool: [] }]])
      assert.equal((await startHarness({}, {}, tiers)).candidates.next(), undefined);
  });

  test("pinned: that one first, then the others at random; and when it is spent, the others", async () => {
    const { candidates } = await startHarness({ strategy: "pinned", pinnedModel: "d" });
    const [first, ...others] = chainOf(candidates);
    assert.deepEqual([first, others.includes("d"), others.length], ["d", false, 3]);
    candidates.markTried("d");
    assert.ok(!chainOf(candidates).includes("d"));
  });

  test("pinned to one that is not there: the others", async () => {
    for (const pinnedModel of ["gone", undefined]) {
      const { candidates } = await startHarness({ strategy: "pinned", pinnedModel });
      assert.equal(chainOf(candidates).length, 4);
    }
  });

  test("pinned to one that rests: the others, and it at most as a spare", async () => {
    const { candidates } = await startHarness({ strategy: "pinned", pinnedModel: "d" }, { told: { d: 60 } });
    assert.ok(!chainOf(candidates).includes("d"));
  });

  test("fallbacks: in the user's order, then the others; named twice is asked once, unknown is passed over", async () => {
    const fallbacks = ["e", "gone", "b", "e"];
    const { candidates } = await startHarness({ strategy: "fallbacks", fallbacks });
    const chain = chainOf(candidates);
    assert.deepEqual([chain.slice(0, 2), chain.length, new Set(chain).size], [["e", "b"], 4, 4]);
    assert.deepEqual(everybody(candidates).slice(0, 2), ["e", "b"]);
  });

  test("server: the service's own router, alone; when that fails, the pool at random", async () => {
    const { candidates } = await startHarness({ strategy: "server" });
    assert.deepEqual(candidates.next(), { chain: ["openrouter/free"], request: question });
    candidates.markTried("openrouter/free");
    assert.equal(chainOf(candidates).length, 4);
  });

  test("adaptive: mostly those who do well, at first anybody", async () => {
    const { another, tracker } = await startHarness({ strategy: "adaptive" });
    const shareOf = (id: string): number => {
      let first = 0;
      for (let seed = 0; seed < 3_000; seed++) if (chainOf(another(seed))[0] === id) first++;
      return first / 3_000;
    };
    assert.ok(Math.abs(shareOf("a") - 1 / 6) < 0.03);
    for (let time = 0; time < 20; time++) {
      await tracker.add("a", { ok: true, timeToFirstTextMs: 300, tokensPerSecond: 200 });
      await tracker.add("b", { ok: false, reason: "unavailable" });
    }
    assert.ok(shareOf("a") > 0.4);
    const poor = shareOf("b");
    assert.ok(poor > 0.003 && poor < 0.08, `${poor}`);
  });
});

describe("who rests", () => {
  test("is not asked while others are awake, but may stand at the end of the chain if the rest is our guess", async () => {
    const guessed = { a: 60, b: 30, c: 90 };
    const { candidates } = await startHarness({}, { guessed, told: { d: 5 } });
    const chain = chainOf(candidates);
    assert.deepEqual([sorted(chain.slice(0, 2)), chain.slice(2)], ["ef", ["b", "a"]]);
  });

  test("longest stands first, whoever wakes first: what ailed it has most likely passed", async () => {
    const { candidates, clock, cooldowns } = await startHarness();
    for (const [id, seconds] of [
      ["a", 600],
      ["b", 300],
      ["c", 60],
      ["d", 20],
    ] as const) {
      await cooldowns.add(id, seconds);
      clock.advance(5_000);
    }
    assert.deepEqual(chainOf(candidates).slice(2), ["a", "b"]);
  });

  test("takes no place of somebody awake", async () => {
    const { candidates } = await startHarness({}, { guessed: { a: 1, b: 1 } });
    assert.equal(sorted(chainOf(candidates)), "cdef");
  });

  test("is asked all the same when nobody is awake, twice, and then it is said who is back first", async () => {
    const guessed = { a: 60, b: 30, c: 90, d: 100, e: 110, f: 120 };
    const { candidates, clock } = await startHarness({}, { guessed });
    const knocked: string[] = [];
    for (let knock = 0; knock < 2; knock++) {
      const [first = ""] = chainOf(candidates);
      knocked.push(first);
      candidates.markTried(first);
      candidates.recordBusy();
    }
    assert.deepEqual(knocked, ["b", "a"]);
    assert.throws(
      () => candidates.next(),
      (error) =>
        isRouterError(error) &&
        error.reason === "all-resting" &&
        error.retryAt === clock.now() + 90_000 &&
        /All 4 free models .* 2 minutes\./.test(error.message),
    );
    assert.equal(candidates.nextAvailableAt(), clock.now() + 30_000, "of all who can do it, the spent ones too");
  });

  test("does not open the door a third time only because others failed for reasons of their own", async () => {
    const guessed = Object.fromEntries(pool.map(({ id }) => [id, 60]));
    const { candidates } = await startHarness({}, { guessed });
    const asked = everybody(candidates);
    assert.equal(sorted(asked), "abcdef", "nobody was found busy, so each is worth a try");
  });

  test("as the service told is left alone", async () => {
    const told = Object.fromEntries(pool.map(({ id }, index) => [id, 40 + index]));
    const { candidates, clock } = await startHarness({}, { told });
    assert.throws(
      () => candidates.next(),
      (error) =>
        isRouterError(error) && error.retryAt === clock.now() + 40_000 && /6 free.* 40 seconds/.test(error.message),
    );
  });

  test("for a moment only is waited for, once", async () => {
    const { candidates, clock } = await startHarness({}, { told: { a: 15, b: 15.001 } }, [
      { request: question, pool: pool.slice(0, 2) },
    ]);
    assert.deepEqual(candidates.next(), { waitUntil: clock.now() + 15_000 });
    assert.throws(() => candidates.next(), /All 2 .* 15 seconds/, "the clock stands still: no second wait");
    clock.advance(15_000);
    assert.deepEqual(chainOf(candidates), ["a"]);
  });

  test("alone is told in the singular", async () => {
    const { candidates } = await startHarness({}, { told: { a: 60 } }, [{ request: question, pool: pool.slice(0, 1) }]);
    assert.throws(
      () => candidates.next(),
      /^RouterError: The only free model that can do this is resting.* 60 seconds/,
    );
  });

  test("but was asked already is none to wait for", async () => {
    const { candidates } = await startHarness({}, { guessed: { a: 10 } });
    everybody(candidates);
    assert.equal(candidates.next(), undefined);
  });
});

describe("a second chance", () => {
  const tiers = [{ request: question, pool: pool.slice(0, 3) }];

  test("have those who failed by chance, when everybody was asked; and no third one", async () => {
    const { candidates, clock, cooldowns } = await startHarness({}, {}, tiers);
    candidates.markTried("a", true);
    candidates.markTried("b");
    await cooldowns.add("a", 60);
    assert.deepEqual(chainOf(candidates), ["c"], "as long as somebody else is left, he is asked");
    clock.advance(1_000);
    candidates.markTried("c", true);
    await cooldowns.add("c", 20);
    assert.deepEqual(chainOf(candidates), ["a", "c"], "although they rest, and the longest ago first");
    candidates.markTried("a", true);
    candidates.markTried("c", true);
    assert.equal(candidates.next(), undefined);
  });

  test("has nobody whom the service told us to leave alone", async () => {
    const { candidates, cooldowns, clock } = await startHarness({}, {}, tiers);
    for (const { id } of tiers[0]?.pool ?? []) candidates.markTried(id, true);
    await cooldowns.add("a", 60, clock.now() + 60_000);
    assert.equal(sorted(chainOf(candidates)), "bc");
  });

  test("has nobody after all were found busy twice", async () => {
    const { candidates } = await startHarness({}, { guessed: { a: 60, b: 60, c: 60 } }, tiers);
    for (const [id, byChance] of [
      ["a", true],
      ["b", false],
      ["c", false],
    ] as const) {
      chainOf(candidates);
      candidates.markTried(id, byChance);
      if (!byChance) candidates.recordBusy();
    }
    assert.equal(candidates.next(), undefined);
  });
});

describe("too small a window", () => {
  const windows: Model[] = [
    ...[model("small", { contextLength: 8_000 }), model("middle", { contextLength: 32_000 })],
    ...[model("large", { contextLength: 128_000 }), model("large too", { contextLength: 128_000 })],
  ];
  const tiers = [{ request: question, pool: windows }];

  test("leaves those with a larger one", async () => {
    const { candidates } = await startHarness({}, {}, tiers);
    candidates.requireLargerContext("middle");
    assert.deepEqual([...chainOf(candidates)].sort(), ["large", "large too"]);
    candidates.requireLargerContext("small");
    assert.equal(chainOf(candidates).length, 2, "smaller news change nothing");
    candidates.requireLargerContext("large");
    assert.equal(candidates.next(), undefined);
  });

  test("of a model nobody knows leaves everybody", async () => {
    const { candidates } = await startHarness({}, {}, tiers);
    candidates.requireLargerContext("unknown");
    assert.equal(chainOf(candidates).length, 4);
  });
});

describe("two forms of one request", () => {
  const schema = { ...question, seed: 1 };
  const jsonMode = { ...question, seed: 2 };
  const tiers = [
    { request: schema, pool: pool.slice(0, 2) },
    { request: jsonMode, pool: pool.slice(2, 4) },
  ];

  test("the better form first, and never both in one chain", async () => {
    const { candidates } = await startHarness({}, {}, tiers);
    const turns = [ask(candidates.next())];
    for (const id of ["a", "b"]) candidates.markTried(id);
    turns.push(ask(candidates.next()));
    assert.deepEqual(
      turns.map(({ chain, request }) => [sorted(chain), request]),
      [
        ["ab", schema],
        ["cd", jsonMode],
      ],
    );
  });

  test("whoever is awake in the lesser form before whoever rests in the better one", async () => {
    const { candidates } = await startHarness({}, { guessed: { a: 60, b: 60 } }, tiers);
    const { chain, request } = ask(candidates.next());
    assert.deepEqual([sorted(chain), request], ["cd", jsonMode]);
  });

  test("nobody awake: the soonest of the better form", async () => {
    const { candidates } = await startHarness({}, { guessed: { a: 60, b: 40, c: 5, d: 6 } }, tiers);
    assert.deepEqual(candidates.next(), { chain: ["b", "a"], request: schema });
  });
});
