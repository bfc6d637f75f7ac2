import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findSecret } from "../../../src/context/secrets";
import { secretLookAlikes } from "../../support/secretLookAlikes";
import { expandSample, secretSamples } from "../../support/secretSamples";
import { heldOutLookAlikes, heldOutSecrets } from "../../support/secretSamplesHeldOut";

const seeds = [1, 2, 3];

describe("findSecret on samples", () => {
  for (const sample of [...secretSamples, ...heldOutSecrets])
    test(`finds ${sample[0]} in ${sample[1]}`, () => {
      for (const seed of seeds) {
        const { text, secrets } = expandSample(sample, seed);
        const ranges = findSecret({ text }).map(({ range }) => range);
        for (const { start, end } of secrets)
          assert.ok(
            ranges.some((range) => range && range.start <= start && range.end >= end),
            `${JSON.stringify(text.slice(start, end))} is not covered by ${JSON.stringify(ranges)} in ${JSON.stringify(text)}`,
          );
        const length = ranges.reduce((sum, range) => sum + (range ? range.end - range.start : 0), 0);
        const expected = secrets.reduce((sum, { start, end }) => sum + end - start, 0);
        assert.ok(length <= expected + 12, `only the secret is found in ${JSON.stringify(text)}`);
      }
    });

  for (const sample of [...secretLookAlikes, ...heldOutLookAlikes])
    test(`finds nothing in ${sample[0]} in ${sample[1]}`, () => {
      for (const seed of seeds) {
        const { text } = expandSample(sample, seed);
        const found = findSecret({ text }).map(({ rule, range }) => `${rule} ${text.slice(range?.start, range?.end)}`);
        assert.deepEqual(found, [], text);
      }
    });

  test("has samples enough", () => {
    assert.ok(secretSamples.length >= 80 && secretLookAlikes.length >= 120);
  });
});
