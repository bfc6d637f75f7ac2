import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeFileName } from "../../../src/proposals/codeFileName";

describe("codeFileName", () => {
  for (const [info, code, expected] of [
    ["ts src/price.ts", "", "src/price.ts"],
    ["ts ./src/price.ts:11-15", "", "src/price.ts"],
    ["ts title=src/price.ts", "", "src/price.ts"],
    ['ts {title="src/price.ts"}', "", "src/price.ts"],
    ["ts:src/price.ts", "", "src/price.ts"],
    ["src/price.ts", "", "src/price.ts"],
    ["ts price.ts", "", "price.ts"],
    ["ts", "// src/price.ts\nconst a = 1;", "src/price.ts"],
    ["", "# reports/monthly.py\nprint(1)", "reports/monthly.py"],
    ["html", "<!-- web/index.html -->\n<p>", "web/index.html"],
    ["ts title=src/price.ts", "// src/other.ts", "src/price.ts"],
  ] as const)
    test(`finds ${expected} in ${JSON.stringify([info, code])}`, () =>
      assert.equal(codeFileName(info, code), expected));

  for (const [info, code] of [
    ["ts", "const a = 1;"],
    ["ts showLineNumbers", ""],
    ["js", "// Node.js\nrun();"],
    ["js", "// see src/price.ts for the rest"],
    ["sh", "#!/bin/sh"],
    ["ts ../price.ts", ""],
    ["ts src/../../price.ts", ""],
    ["ts title=C:/Windows/price.ts", ""],
    ["ts src/NUL.ts", ""],
    ["ts src/*.ts", ""],
    ["ini .git/config.ini", ""],
    ["ini title=shop/.GIT/config", ""],
  ] as const)
    test(`finds nothing in ${JSON.stringify([info, code])}`, () => assert.equal(codeFileName(info, code), undefined));

  test("takes linear time for hostile input", () => {
    const long = `${" ".repeat(100_000)}a${"/a".repeat(100_000)}`;
    assert.equal(codeFileName(long, `${"\n".repeat(100_000)}//${long}`), undefined);
  });
});
