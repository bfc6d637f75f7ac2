import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shuffled, weightedShuffled } from "../../../src/router/pick";
import { seededRandom, randomSequence } from "../../support/dice";

const picks = 200_000;
const pool = Array.from({ length: 18 }, (_, index) => index);
/** The value of chi-square that a fair draw among 18 exceeds once in a thousand times (17 degrees of freedom). */
const oncePerThousand = 40.79;

/** Pearson's chi-square: how far the counts are from what the shares promise. */
function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return counts.reduce((sum, count, index) => {
    const expected = (total * (shares[index] ?? 0)) / whole;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** How often each item came at each of the first four places, as many as a request can name. */
function placesOf(draw: () => number[]): number[][] {
  const places = Array.from({ length: 4 }, () => pool.map(() => 0));
  for (let pick = 0; pick < picks; pick++) {
    const order = draw();
    places.forEach((counts, place) => counts[order[place]!]!++);
  }
  return places;
}

describe("a pick among equals", () => {
  const draws: [what: string, draw: (random: () => number) => number[]][] = [
    ["shuffled", (random) => shuffled(pool, random)],
    ["weighted, all weights the same", (random) => weightedShuffled(pool, () => 0.37, random)],
  ];
  for (const [what, draw] of draws)
    test(`${what}: uniform at each place of the chain`, () => {
      const random = seededRandom(20260822);
      for (const counts of placesOf(() => draw(random))) {
        const value = chiSquare(counts, Array(18).fill(1));
        assert.ok(value < oncePerThousand, `chi-square ${value.toFixed(1)}`);
      }
    });

  test("the test itself notices a pick that is a little unfair", () => {
    const random = seededRandom(1);
    const unfair = placesOf(() => shuffled(pool, () => random() * 0.99));
    assert.ok(chiSquare(unfair[0]!, Array(18).fill(1)) > oncePerThousand);
  });

  test("whom the dice say, and nobody twice or never", () => {
    assert.deepEqual(shuffled(["a", "b", "c"], randomSequence([0, 0])), ["b", "c", "a"]);
    assert.deepEqual(shuffled(["a", "b", "c"], randomSequence([0.999, 0.999])), ["a", "b", "c"]);
    assert.deepEqual(shuffled([], randomSequence([])), []);
    assert.deepEqual(shuffled(["a"], randomSequence([])), ["a"]);
    const before = [...pool];
    assert.deepEqual(
      shuffled(pool, seededRandom(3)).sort((one, other) => one - other),
      before,
    );
    assert.deepEqual(pool, before, "the pool is left as it was");
  });
});

describe("a pick among unequals", () => {
  test("gives each its share", () => {
    const random = seededRandom(7);
    const weights = pool.map((item) => (item === 0 ? 0.05 : 0.1 + item / 20));
    const places = placesOf(() => weightedShuffled(pool, (item) => weights[item]!, random));
    assert.ok(chiSquare(places[0]!, weights) < oncePerThousand);
  });

  test("copes with dice of nought, and keeps everybody", () => {
    assert.deepEqual(
      weightedShuffled(
        ["a", "b", "c"],
        () => 1,
        () => 0,
      ).sort(),
      ["a", "b", "c"],
    );
  });
});
