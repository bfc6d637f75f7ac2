import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { visibleLines, visibleName, visibleText } from "../../src/visibleText";
import { hostileNames } from "../support/hostileNames";

describe("visibleText", () => {
  const shown: [what: string, text: string, shown: string][] = [
    ["a right-to-left override", "invoice\u202etxt.exe", "invoice⟦U+202E⟧txt.exe"],
    ["an isolate", "a\u2066b\u2069", "a⟦U+2066⟧b⟦U+2069⟧"],
    ["a zero-width space", "pay\u200bpal.ts", "pay⟦U+200B⟧pal.ts"],
    ["a joiner between Latin letters", "pay\u200dpal.ts", "pay⟦U+200D⟧pal.ts"],
    ["line breaks", "a\nb\r\u2028", "a␊b␍⟦U+2028⟧"],
    ["a terminal escape", "\u001b[31m", "␛[31m"],
    ["delete and C1 controls", "\u007f\u009b", "␡⟦U+009B⟧"],
    ["hidden ASCII", "a\u{e0041}", "a⟦U+E0041⟧"],
    ["hidden data in variation selectors", "a\ufe01\u{e0100}", "a⟦U+FE01⟧⟦U+E0100⟧"],
    ["a Hangul filler", "\u3164.ts", "⟦U+3164⟧.ts"],
    ["half a surrogate pair", "a\ud83d", "a⟦U+D83D⟧"],
  ];
  for (const [what, text, expected] of shown) test(`shows ${what}`, () => assert.equal(visibleText(text), expected));

  const kept = [
    ...[
      "größe.md",
      "👩‍💻 notes.md",
      "👍🏽‍.md",
      "❤️.ts",
      "1️⃣.md",
      "می‌خواهم.txt",
      "क्‍ष.md",
      "葛\u{e0100}.txt",
      "ملف.ts",
      "a b.ts",
    ],
    ...["[link](x)", "$(bug)", "<b>", "`x`", "{0}", "%20", "..", "a\\b"],
  ];
  for (const text of kept) test(`keeps ${JSON.stringify(text)}`, () => assert.equal(visibleText(text), text));

  test("shortens a long text in its middle, in bounded time", () => {
    const long = visibleText(`start ${"x".repeat(5_000_000)} end.ts`);
    assert.equal(long.length, 1_000);
    assert.match(long, /^start x+…x+ end\.ts$/);
  });

  test("changes nothing more the second time, and never splits a surrogate pair", () => {
    const units = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.constantFrom(...hostileNames));
    fc.assert(
      fc.property(units, (text) => {
        const once = visibleText(text);
        assert.equal(visibleText(once), once);
        assert.ok(once.isWellFormed() && once.length <= 1_000);
      }),
    );
  });
});

describe("visibleName", () => {
  test("shows spaces at the ends of a name", () => {
    assert.equal(visibleName(" a b.ts  "), "␠a b.ts␠␠");
  });

  test("bounds the length and keeps the file extension", () => {
    const name = visibleName(`${"\u202e".repeat(300)}.exe`);
    assert.ok(name.length <= 160 && name.endsWith(".exe"), name);
  });
});

describe("visibleLines", () => {
  test("keeps line breaks", () => {
    assert.equal(visibleLines("a\u202e\r\nb\rc\nd"), "a⟦U+202E⟧\nb\nc\nd");
  });
});
