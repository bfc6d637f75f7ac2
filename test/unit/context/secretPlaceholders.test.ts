import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { maskSecret } from "../../../src/context/maskSecret";
import { SecretPlaceholders } from "../../../src/context/secretPlaceholders";

describe("SecretPlaceholders", () => {
  test("gives each secret one number and puts it back, whatever characters it has", () => {
    const placeholders = new SecretPlaceholders();
    const secret = "a$&b$1\n";
    assert.deepEqual(
      [secret, "b", secret].map((each) => placeholders.of(each)),
      ["<SECRET_1>", "<SECRET_2>", "<SECRET_1>"],
    );
    assert.deepEqual(placeholders.restore("x <SECRET_1> y <SECRET_2>", []), { code: `x ${secret} y b` });
  });

  test("refuses a placeholder that it does not know, unless the user wrote it", () => {
    const placeholders = new SecretPlaceholders();
    assert.deepEqual(placeholders.restore("<SECRET_1>", []), { unknown: "<SECRET_1>" });
    assert.deepEqual(placeholders.restore("<SECRET_1>", ["Docs of <SECRET_1>"]), { code: "<SECRET_1>" });
    placeholders.reserve("Docs of <SECRET_1>");
    assert.equal(placeholders.of("a"), "<SECRET_2>");
  });
});

describe("maskSecret", () => {
  for (const [secret, masked] of [
    ["AKIAIOSFODNN7EXAMPLE", "AKIA…LE"],
    ["hunter2", "h…"],
    ["", "…"],
    ["-----BEGIN PRIVATE KEY-----\nMIIE", "----…--"],
    ["😀😀😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀…😀😀"],
    ["\u202eAKIAIOSFODNN7EXAMPLE", "AKIA…LE"],
  ] as const)
    test(`shows ${JSON.stringify(secret)} as ${masked}`, () => assert.equal(maskSecret(secret), masked));
});
