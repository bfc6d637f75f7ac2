import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseToolPath } from "../../../../src/project/tools/toolPath";

describe("parseToolPath", () => {
  const inside: [path: string, names: string[]][] = [
    ["src/basket.ts", ["src", "basket.ts"]],
    ["./src//basket.ts", ["src", "basket.ts"]],
    ["src\\basket.ts", ["src", "basket.ts"]],
    ["src/", ["src"]],
    ["", []],
    [".", []],
    ["a b/ö.ts", ["a b", "ö.ts"]],
  ];
  for (const [path, names] of inside)
    test(`reads ${JSON.stringify(path)}`, () => assert.deepEqual(parseToolPath(path), names));

  const refused = [
    ...[
      "../x",
      "src/../../x",
      "src/..",
      "..\\x",
      "/etc/passwd",
      "//server/share",
      "~/.ssh/id_rsa",
      "~",
      "C:\\x",
      "c:/x",
    ],
    ...[
      "file:///etc/passwd",
      "https://example.com",
      "a\0b",
      "src/NUL.txt",
      "src/.env::$DATA",
      "src/x. ",
      " /etc/passwd",
    ],
    ...[".git/config", "app/.GIT/config", ".ssh/id_rsa", "node_modules/x/index.js"],
  ];
  for (const path of refused)
    test(`refuses ${JSON.stringify(path)}`, () => assert.ok("problem" in parseToolPath(path)));

  test("never lets a path leave the folder", () => {
    const part = fc.constantFrom("..", ".", "a", "/", "\\", "~", ":", "\0", " ", "b.ts", "%2e%2e");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const parsed = parseToolPath(parts.join(""));
        if ("problem" in parsed) return;
        assert.ok(parsed.every((name) => !/^\.{1,2}$|[/\\\0:]/.test(name) && name !== ""));
      }),
    );
  });
});
