import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shuffled, weightedShuffled } from "../../../src/router/pick";
import { seededRandom, randomSequence } from "../../support/random";

const picks = 200_000;
const pool = Array.from({ length: 18 }, (_, index) => index);
/** A fair choice among 18 exceeds this chi-square value once in a thousand times (17 degrees of freedom). */
const chiSquareLimit = 40.79;

/** Pearson's chi-square: the deviation of the counts from the expected shares. */
function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return counts.reduce((sum, count, index) => {
    const expected = (total * (shares[index] ?? 0)) / whole;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** How often each item had each of the first four positions, which are the ones that a request can name. */
function countPositions(draw: () => number[]): number[][] {
  const positions = Array.from({ length: 4 }, () => pool.map(() => 0));
  for (let pick = 0; pick < picks; pick++) {
    const order = draw();
    positions.forEach((counts, position) => counts[order[position]!]!++);
  }
  return positions;
}

describe("a uniform choice", () => {
  const draws: [name: string, draw: (random: () => number) => number[]][] = [
    ["shuffled", (random) => shuffled(pool, random)],
    ["weightedShuffled with equal weights", (random) => weightedShuffled(pool, () => 0.37, random)],
  ];
  for (const [name, draw] of draws)
    test(`${name} is uniform at each position of a chain`, () => {
      const random = seededRandom(20260822);
      for (const counts of countPositions(() => draw(random))) {
        const value = chiSquare(counts, Array(18).fill(1));
        assert.ok(value < chiSquareLimit, `chi-square ${value.toFixed(1)}`);
      }
    });

  test("differs measurably from a slightly biased choice", () => {
    const random = seededRandom(1);
    const biased = countPositions(() => shuffled(pool, () => random() * 0.99));
    assert.ok(chiSquare(biased[0]!, Array(18).fill(1)) > chiSquareLimit);
  });

  test("follows the random numbers and contains each item once", () => {
    assert.deepEqual(shuffled(["a", "b", "c"], randomSequence([0, 0])), ["b", "c", "a"]);
    assert.deepEqual(shuffled(["a", "b", "c"], randomSequence([0.999, 0.999])), ["a", "b", "c"]);
    assert.deepEqual(shuffled([], randomSequence([])), []);
    assert.deepEqual(shuffled(["a"], randomSequence([])), ["a"]);
    const before = [...pool];
    assert.deepEqual(
      shuffled(pool, seededRandom(3)).sort((one, other) => one - other),
      before,
    );
    assert.deepEqual(pool, before, "the pool is not modified");
  });
});

describe("a weighted choice", () => {
  test("is proportional to the weights", () => {
    const random = seededRandom(7);
    const weights = pool.map((item) => (item === 0 ? 0.05 : 0.1 + item / 20));
    const positions = countPositions(() => weightedShuffled(pool, (item) => weights[item]!, random));
    assert.ok(chiSquare(positions[0]!, weights) < chiSquareLimit);
  });

  test("contains each item even if all random numbers are zero", () => {
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
