import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTwoFilesPatch } from "diff";
import fc from "fast-check";
import { changedLines, newFile, parseDiff, type ChangedFile } from "../../../src/review/changedFiles";
import { gitDiff } from "../../support/gitDiff";

/** The lines of the new or the old file, as far as the hunks have them. */
function side({ hunks }: ChangedFile, without: "added" | "removed"): string[] {
  return hunks.flatMap((hunk) => hunk.filter(({ kind }) => kind !== without).map(({ text }) => text));
}

describe("A parsed diff", () => {
  test("has both sides of any change, with the numbers of the new lines", () => {
    const text = fc.array(
      fc.constantFrom("a", "b", "", "- c", "+ d", "-- e", "++ f", "@@ -1 +1 @@", "diff --git", "🦊"),
      {
        maxLength: 14,
      },
    );
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before.join("\n") !== after.join("\n"));
        const [one, other] = [before, after].map((lines) => lines.map((line) => `${line}\n`).join(""));
        const patch = createTwoFilesPatch("a/x", "b/x", one ?? "", other ?? "", "", "", { context: 100 });
        const { files, unreadable } = parseDiff(`diff --git a/x b/x\n${patch.replace(/^=+\n/, "")}`);
        assert.equal(unreadable, 0);
        const [file] = files;
        assert.ok(file);
        assert.deepEqual(side(file, "added"), before);
        assert.deepEqual(side(file, "removed"), after);
        for (const line of file.hunks.flat())
          if (line.kind !== "removed") assert.equal(after[line.number - 1], line.text);
      }),
    );
  });

  test("names files without prefixes, whatever the prefixes are", () => {
    const before = { "b/one.ts": "1\n", "x.ts": "1\n", "a/old.ts": "same\nlines\nhere\n" };
    const after = { "b/one.ts": "2\n", "x.ts": "2\n", "a/new.ts": "same\nlines\nhere\n", "c/new.ts": "3\n" };
    const expected = ["a/new.ts < a/old.ts", "b/one.ts", "c/new.ts", "x.ts"];
    for (const settings of [[], ["diff.noprefix=true"], ["diff.mnemonicPrefix=true"]]) {
      const { files } = parseDiff(gitDiff(before, after, settings));
      const names = files.map(({ path, oldPath }) => (oldPath === undefined ? path : `${path} < ${oldPath}`));
      assert.deepEqual(names.sort(), expected, settings.join());
    }
  });

  test("counts binary files and files in conflict, which have no lines", () => {
    const binary = gitDiff({ "a.bin": Buffer.from([0, 1, 2]) }, { "a.bin": Buffer.from([0, 3]), "b.ts": "1\n" });
    const conflict = "diff --cc c.ts\nindex 1,2..3\n--- a/c.ts\n+++ b/c.ts\n@@@ -1,1 -1,1 +1,5 @@@\n++<<<<<<< HEAD\n";
    const { files, unreadable } = parseDiff(binary + conflict);
    assert.deepEqual([files.map(({ path }) => path), unreadable], [["b.ts"], 2]);
  });

  test("says which files are deleted", () => {
    const { files } = parseDiff(gitDiff({ "a.ts": "1\n", "b.ts": "1\n" }, { "b.ts": "2\n" }));
    assert.deepEqual(
      files.map(({ path, isDeleted }) => [path, isDeleted]),
      [
        ["a.ts", true],
        ["b.ts", false],
      ],
    );
  });

  test("is empty for no changes", () => assert.deepEqual(parseDiff(""), { files: [], unreadable: 0 }));
});

describe("A new file", () => {
  test("has only added lines", () => {
    assert.deepEqual(
      [...changedLines(newFile("a.ts", "one\r\ntwo\r\n"))],
      [
        [1, "one"],
        [2, "two"],
      ],
    );
    assert.deepEqual(newFile("empty.ts", "").hunks, []);
  });
});

describe("Changed lines", () => {
  const of = (before: string, after: string): number[] => {
    const spread = (text: string): string =>
      Array.from(text)
        .map((letter) => `${letter}\n`)
        .join("");
    const [file] = parseDiff(gitDiff({ x: spread(before) }, { x: spread(after) })).files;
    return file ? [...changedLines(file).keys()] : [];
  };
  const cases: [before: string, after: string, lines: number[]][] = [
    ["abc", "aXc", [2]],
    ["abcde", "abde", [2, 3]],
    ["abc", "bc", [1]],
    ["abc", "ab", [2]],
    ["abcd", "aXYd", [2, 3]],
    ["abc", "abcX", [4]],
  ];
  for (const [before, after, lines] of cases)
    test(`from ${before} to ${after}`, () => assert.deepEqual(of(before, after), lines));
});
