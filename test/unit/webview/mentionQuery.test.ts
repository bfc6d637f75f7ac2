import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { mentionQueryAt, withoutMentionQuery } from "../../../src/webview/mentionQuery";

/** The query at the cursor, which `|` marks. */
const queryAt = (text: string) => mentionQueryAt(text.replace("|", ""), text.indexOf("|"));

describe("mention query", () => {
  const queries: [text: string, start: number, query: string][] = [
    ["@|", 0, ""],
    ["@bas|", 0, "bas"],
    ["compare @src/bas|", 8, "src/bas"],
    ["first line\n@pri|", 11, "pri"],
    ["(@pri|", 1, "pri"],
    ["@one and @two|", 9, "two"],
    ["@bas|ket", 0, "bas"],
    ["@größe|", 0, "größe"],
  ];
  for (const [text, start, query] of queries)
    test(`starts at the @ in ${JSON.stringify(text)}`, () => assert.deepEqual(queryAt(text), { start, text: query }));

  for (const text of ["|", "a|", "me@home|", "@one |", "@one|".replace("one", "x".repeat(90)), "@@|", "a@b@c|"])
    test(`does not exist at the cursor in ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.equal(queryAt(text), undefined));

  test("is found at the end of a very long text", () => {
    const text = `${"word ".repeat(400_000)}@bas`;
    assert.deepEqual(mentionQueryAt(text, text.length), { start: text.length - 4, text: "bas" });
  });

  test("is replaced by the name of the attachment within a sentence, and removed at the start of the text", () => {
    assert.deepEqual(withoutMentionQuery("@bas", { start: 0, text: "bas" }, "basket.ts"), { text: "", cursor: 0 });
    assert.deepEqual(withoutMentionQuery("@bas is slow", { start: 0, text: "bas" }, "basket.ts"), {
      text: "is slow",
      cursor: 0,
    });
    assert.deepEqual(withoutMentionQuery("Why is @bas slow?", { start: 7, text: "bas" }, "basket.ts"), {
      text: "Why is basket.ts slow?",
      cursor: 17,
    });
    assert.deepEqual(withoutMentionQuery("Explain @", { start: 8, text: "" }, "basket.ts"), {
      text: "Explain basket.ts ",
      cursor: 18,
    });
    assert.deepEqual(withoutMentionQuery("Explain @prob", { start: 8, text: "prob" }, undefined), {
      text: "Explain ",
      cursor: 8,
    });
  });

  test("leaves the text before the @ and after the cursor unchanged", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", " ", "\n", "ß", "🙂") });
    fc.assert(
      fc.property(texts, texts, fc.option(fc.constant("b.ts"), { nil: undefined }), (before, after, name) => {
        const { text, cursor } = withoutMentionQuery(`${before}@q${after}`, { start: before.length, text: "q" }, name);
        assert.ok(text.startsWith(before) && text.endsWith(after.replace(/^ /, "")));
        assert.ok(cursor >= before.length && cursor <= text.length);
      }),
    );
  });
});
