import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { diffFiles, fitDiff } from "../../../src/context/diffBudget";

/** A new file of so many lines, as git tells it. */
function fileDiff(name: string, lines: number): string {
  const added = Array.from({ length: lines }, (_, line) => `+line ${line + 1}\n`).join("");
  return `diff --git a/${name} b/${name}\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1,${lines} @@\n${added}`;
}

describe("A diff that is sent", () => {
  it("is whole where it fits", () => {
    const diff = fileDiff("a.ts", 2) + fileDiff("b.ts", 2);
    assert.deepEqual(fitDiff(diff, diff.length), { text: diff });
  });

  it("keeps small files whole and the beginning of large ones, and says what is missing where it is", () => {
    const small = fileDiff("small.ts", 2);
    const { text, leftOut } = fitDiff(fileDiff("lock.json", 500) + small, 400);
    assert.ok(text.endsWith(small), text);
    assert.match(text, /^diff --git a\/lock\.json.*\+line 1\n/s);
    assert.match(text, new RegExp(`\\[${leftOut?.lines} more lines of this file's changes are left out\\]\n`));
    assert.equal(leftOut?.files, 1);
    assert.equal((text.match(/^\+line/gm)?.length ?? 0) + leftOut.lines, 502);
  });

  it("names every file, even where none has room", () => {
    const names = Array.from({ length: 40 }, (_, index) => `file${index}.ts`);
    const { text, leftOut } = fitDiff(names.map((name) => fileDiff(name, 30)).join(""), 200);
    for (const name of names) assert.ok(text.includes(`b/${name}\n`), name);
    assert.equal(leftOut?.files, names.length);
  });

  it("takes a merge's files apart too, and lines that only quote a diff not", () => {
    const merge = `diff --cc a.ts\n@@@ -1 -1 +1 @@@\n- x\n+ diff --git a/x b/x\n`;
    assert.deepEqual(diffFiles(merge + fileDiff("b.ts", 1)), [merge, fileDiff("b.ts", 1)]);
  });

  it("loses no line without counting it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 2_000 }),
        (sizes, budget) => {
          const diff = sizes.map((size, index) => fileDiff(`f${index}`, size)).join("");
          const { text, leftOut } = fitDiff(diff, budget);
          const notes = leftOut?.files ?? 0;
          assert.equal(text.split("\n").length - notes + (leftOut?.lines ?? 0), diff.split("\n").length);
        },
      ),
    );
  });
});
