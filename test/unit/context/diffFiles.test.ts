import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { diffFiles } from "../../../src/context/diffFiles";

describe("diffFiles", () => {
  const samples: [what: string, text: string, names: string[][]][] = [
    [
      "a changed file",
      "diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-a\n+b\n",
      [["a.ts"]],
    ],
    [
      "a renamed file",
      "diff --git a/.env b/notes.txt\nrename from .env\nrename to notes.txt\n",
      [["notes.txt", ".env"]],
    ],
    ["a name with spaces", "diff --git a/my notes.txt b/my notes.txt\n", [["my notes.txt", "my", "notes.txt"]]],
    ["a quoted name", 'diff --git "a/\\303\\244/.env" "b/\\303\\244/.env"\n', [[".env"]]],
    ["a merge", "diff --cc .env\nindex 1,2..3\n", [[".env"]]],
    ["a binary file", "diff --git a/k.p12 b/k.p12\nBinary files a/k.p12 and b/k.p12 differ\n", [["k.p12"]]],
    ["another tool", "--- .env\t2026-01-01\n+++ .env\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n", [[".env"]]],
    ["Windows line breaks", "--- a/.env\r\n+++ b/.env\r\n@@ -1 +1 @@\r\n", [[".env"]]],
    ["a diff in a question", "What is this?\ndiff --git a/.env b/.env\n", [[".env"]]],
    [
      "a removed line with dashes",
      "diff --git a/a.sql b/a.sql\n--- a/a.sql\n+++ b/a.sql\n@@ -1 +1 @@\n--- .env\n+x\n",
      [["a.sql"]],
    ],
    ["the names of untracked files", "diff --git a/a.ts b/a.ts\n@@ -1 +1 @@\nUntracked files:\n+++ .env\n", [["a.ts"]]],
    ["no diff", "--- \ntitle: x\n---\n", []],
  ];
  for (const [what, text, names] of samples)
    test(`finds all names: ${what}`, () => {
      const found = diffFiles(text).map((each) => each.names);
      for (const [index, expected] of names.entries())
        assert.ok(
          expected.every((name) => found[index]?.includes(name)),
          JSON.stringify(found),
        );
      assert.equal(found.length, names.length);
    });

  test("returns the part of the text of each file", () => {
    const [first, second] = ["diff --git a/a b/a\n@@ -1 +1 @@\n+1\n", "diff --git a/b b/b\n@@ -1 +1 @@\n+2\n"];
    const text = `Text\n${first}${second}`;
    assert.deepEqual(
      diffFiles(text).map(({ start, end }) => text.slice(start, end)),
      [first, second],
    );
  });
});
