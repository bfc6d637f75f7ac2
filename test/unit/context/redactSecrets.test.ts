import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { redactSecrets } from "../../../src/context/redactSecrets";
import { findSecret } from "../../../src/context/secrets";
import { secretLookAlikes } from "../../support/secretLookAlikes";
import { expandSample, secretSamples } from "../../support/secretSamples";

describe("redactSecrets", () => {
  const password = ["Vq8m", "Tz2pLr"].join("");
  const texts: [what: string, text: string, redacted: string][] = [
    ["a password in a URL", `postgres://app:${password}@db/shop`, "postgres://app:[redacted]@db/shop"],
    ["a value in JSON", `{"password": "${password}", "user": "app"}`, '{"password": "[redacted]", "user": "app"}'],
    [
      "basic credentials",
      `{"Authorization": "Basic ${btoa(`a:${password}`)}"}`,
      '{"Authorization": "Basic [redacted]"}',
    ],
    ["no prose", "a basic example of Visual Basic code", "a basic example of Visual Basic code"],
    ["no short word after Bearer", 'curl -H "Authorization: Bearer abc"', 'curl -H "Authorization: Bearer abc"'],
  ];
  for (const [what, text, redacted] of texts)
    test(`redacts ${what}`, () => assert.equal(redactSecrets(text), redacted));

  test("leaves no secret of any sample, in any surroundings", () => {
    const anySample = fc
      .tuple(fc.constantFrom(...secretSamples, ...secretLookAlikes), fc.nat())
      .map(([sample, seed]) => expandSample(sample, seed));
    const parts = fc.array(fc.oneof(anySample, fc.string()), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(parts, (list) => {
        const texts = list.map((part) => (typeof part === "string" ? { text: part, secrets: [] } : part));
        const redacted = redactSecrets(texts.map(({ text }) => text).join("\n\n"));
        assert.deepEqual(findSecret({ text: redacted }), []);
        for (const { text, secrets } of texts)
          for (const { start, end } of secrets) assert.ok(!redacted.includes(text.slice(start, end)), redacted);
      }),
    );
  });
});
