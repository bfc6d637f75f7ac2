import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { mentionQueryAt, withoutMentionQuery } from "../../../src/webview/mentionQuery";

/** The mention at the `|` of a text. */
const at = (text: string) => mentionQueryAt(text.replace("|", ""), text.indexOf("|"));

suite("an @ in the composer", () => {
  const begins: [text: string, start: number, query: string][] = [
    ["@|", 0, ""],
    ["@bas|", 0, "bas"],
    ["compare @src/bas|", 8, "src/bas"],
    ["first line\n@pri|", 11, "pri"],
    ["(@pri|", 1, "pri"],
    ["@one and @two|", 9, "two"],
    ["@bas|ket", 0, "bas"],
    ["@größe|", 0, "größe"],
  ];
  for (const [text, start, query] of begins)
    test(`begins a mention: ${JSON.stringify(text)}`, () => assert.deepEqual(at(text), { start, query }));

  for (const text of ["|", "a|", "me@home|", "@one |", "@one|".replace("one", "x".repeat(90)), "@@|", "a@b@c|"])
    test(`begins none: ${JSON.stringify(text.slice(0, 20))}`, () => assert.equal(at(text), undefined));

  test("is found at the end of a very long text without reading it", () => {
    const text = `${"word ".repeat(400_000)}@bas`;
    assert.deepEqual(mentionQueryAt(text, text.length), { start: text.length - 4, query: "bas" });
  });

  test("alone goes when its thing becomes a chip; within a sentence the name stays", () => {
    assert.deepEqual(withoutMentionQuery("@bas", { start: 0, query: "bas" }, "basket.ts"), { text: "", cursor: 0 });
    assert.deepEqual(withoutMentionQuery("@bas is slow", { start: 0, query: "bas" }, "basket.ts"), {
      text: "is slow",
      cursor: 0,
    });
    assert.deepEqual(withoutMentionQuery("Why is @bas slow?", { start: 7, query: "bas" }, "basket.ts"), {
      text: "Why is basket.ts slow?",
      cursor: 17,
    });
    assert.deepEqual(withoutMentionQuery("Explain @", { start: 8, query: "" }, "basket.ts"), {
      text: "Explain basket.ts ",
      cursor: 18,
    });
    assert.deepEqual(withoutMentionQuery("Explain @prob", { start: 8, query: "prob" }, undefined), {
      text: "Explain ",
      cursor: 8,
    });
  });

  test("never touches what stands before it or behind the cursor", () => {
    const words = fc.string({ unit: fc.constantFrom("a", " ", "\n", "ß", "🙂") });
    fc.assert(
      fc.property(words, words, fc.option(fc.constant("b.ts"), { nil: undefined }), (before, after, name) => {
        const { text, cursor } = withoutMentionQuery(`${before}@q${after}`, { start: before.length, query: "q" }, name);
        assert.ok(text.startsWith(before) && text.endsWith(after.replace(/^ /, "")));
        assert.ok(cursor >= before.length && cursor <= text.length);
      }),
    );
  });
});
