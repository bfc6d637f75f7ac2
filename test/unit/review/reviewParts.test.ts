import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { newFile, parseDiff, type ChangedFile, type HunkLine } from "../../../src/review/changedFiles";
import { splitIntoParts } from "../../../src/review/reviewParts";
import { gitDiff } from "../../support/gitDiff";

const textOf = (files: readonly ChangedFile[], maxBytes?: number): string[] =>
  splitIntoParts(files, maxBytes).map((part) => part.map(({ text }) => text).join(""));

const line = fc.record({ kind: fc.constantFrom("added", "unchanged", "removed"), text: fc.string({ maxLength: 30 }) });
const file = fc.array(fc.array(line, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
const files = fc.array(file, { maxLength: 5 }).map((all) =>
  all.map((hunks, index): ChangedFile => {
    let number = 1;
    return {
      path: `src/file${index}.ts`,
      isDeleted: false,
      hunks: hunks.map((hunk) => hunk.map(({ kind, text }): HunkLine => ({ kind, text, number: number++ }))),
    };
  }),
);

describe("The parts of a review", () => {
  test("name each file and have the numbers of its lines", () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
    const after = before.map((each) => each.replace("line 2\n", "two\n")).filter((each) => each !== "line 25\n");
    const { files: changed } = parseDiff(
      gitDiff({ "old.ts": before.join(""), "gone.ts": "1\n" }, { "new.ts": after.join("") }),
    );
    assert.deepEqual(textOf(changed), [
      [
        "File: gone.ts (deleted)",
        "File: new.ts (was old.ts)",
        ...["1 | line 1", "- line 2", "2 + two", "3 | line 3", "4 | line 4", "5 | line 5", "⋯"],
        ...[
          "22 | line 22",
          "23 | line 23",
          "24 | line 24",
          "- line 25",
          "25 | line 26",
          "26 | line 27",
          "27 | line 28",
          "⋯",
        ],
        "",
      ].join("\n"),
    ]);
  });

  test("contain each line of any change exactly once and in order, and stay within their size", () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 120, max: 900 }), (changed, maxBytes) => {
        const parts = splitIntoParts(changed, maxBytes);
        for (const part of parts)
          assert.ok(part.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) <= maxBytes);
        for (const each of changed) {
          const sections = parts.flat().filter((section) => section.file === each);
          const sent = sections.flatMap(({ text }) => text.split("\n").slice(1, -1)).filter((text) => text !== "⋯");
          const expected = each.hunks.flat().map((one) => {
            if (one.kind === "removed") return `- ${one.text}`;
            return `${one.number} ${one.kind === "added" ? "+" : "|"} ${one.text}`;
          });
          assert.deepEqual(sent, expected);
        }
      }),
    );
  });

  test("keep a file together if it fits into one request", () => {
    const changed = ["a", "b", "c"].map((name) => newFile(name, "x".repeat(600)));
    assert.deepEqual(
      splitIntoParts(changed, 1_500).map((part) => part.map((section) => section.file.path)),
      [["a", "b"], ["c"]],
    );
  });

  test("cut very long lines without breaking an emoji", () => {
    const [text = ""] = textOf([newFile("data.ts", `${"a".repeat(999)}🦊${"b".repeat(200_000)}`)]);
    assert.equal(text, `File: data.ts\n1 + ${"a".repeat(999)}…\n⋯\n`);
  });

  test("show hidden characters in names, which could imitate other lines", () => {
    assert.match(textOf([newFile("a\nFile: b.ts", "1")]).join(""), /^File: a␊File: b\.ts\n/);
  });
});
