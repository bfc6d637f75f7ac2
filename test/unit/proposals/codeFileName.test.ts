import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeFileName, withoutFileName } from "../../../src/proposals/codeFileName";

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

describe("withoutFileName", () => {
  for (const [code, path, expected] of [
    ["// src/price.ts\nconst a = 1;", "/shop/src/price.ts", "const a = 1;"],
    ["\n// ./src/price.ts\r\n\r\n  a();\r\nb();", "/shop/src/price.ts", "  a();\r\nb();"],
    ["# a.py\nprint(1)", "/shop/src/a.py", "print(1)"],
    ["<!-- a.html -->\n<p>", "/shop/a.html", "<p>"],
    ["/* web/a.css */\np {}", "web/a.css", "p {}"],
  ] as const)
    test(`leaves it out of ${JSON.stringify(code)}`, () =>
      assert.equal(withoutFileName(code, path, "old();"), expected));

  for (const [what, code, path, existing] of [
    ["another file", "// src/other.ts\na();", "/shop/src/price.ts"],
    ["the end of another name", "// price.ts\na();", "/shop/unitprice.ts"],
    ["a file that begins with it", "// src/price.ts\na();", "/shop/src/price.ts", "// src/price.ts\n\nb();"],
    ["a sentence", "// see src/price.ts\na();", "/shop/src/price.ts"],
    ["a line that is not the first", "a();\n// src/price.ts", "/shop/src/price.ts"],
    ["nothing else", "// src/price.ts\n", "/shop/src/price.ts"],
  ] as const)
    test(`keeps ${what}`, () => assert.equal(withoutFileName(code, path, existing), code));

  test("takes linear time for hostile input", () => {
    const code = `// src/price.ts${" \n".repeat(200_000)}${" ".repeat(200_000)}a`;
    assert.equal(withoutFileName(code, "/src/price.ts").trim(), "a");
  });
});
