import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { splitDiff, truncateDiff } from "../../../src/context/diffBudget";

/** The diff of a new file with `lines` lines, as Git prints it. */
function fileDiff(name: string, lines: number): string {
  const added = Array.from({ length: lines }, (_, line) => `+line ${line + 1}\n`).join("");
  return `diff --git a/${name} b/${name}\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1,${lines} @@\n${added}`;
}

describe("truncateDiff", () => {
  test("returns a diff within the budget unchanged", () => {
    const diff = fileDiff("a.ts", 2) + fileDiff("b.ts", 2);
    assert.deepEqual(truncateDiff(diff, diff.length), { text: diff });
  });

  test("keeps small files and truncates large ones with a note", () => {
    const small = fileDiff("small.ts", 2);
    const { text, omitted } = truncateDiff(fileDiff("lock.json", 500) + small, 400);
    assert.ok(text.endsWith(small), text);
    assert.match(text, /^diff --git a\/lock\.json.*\+line 1\n/s);
    assert.match(text, new RegExp(`\\[${omitted?.lines} more changed lines of this file omitted\\]\n`));
    assert.equal(omitted?.files, 1);
    assert.equal((text.match(/^\+line/gm)?.length ?? 0) + omitted.lines, 502);
  });

  test("names every file, even if the budget has no room for any", () => {
    const names = Array.from({ length: 40 }, (_, index) => `file${index}.ts`);
    const { text, omitted } = truncateDiff(names.map((name) => fileDiff(name, 30)).join(""), 200);
    for (const name of names) assert.ok(text.includes(`b/${name}\n`), name);
    assert.equal(omitted?.files, names.length);
  });

  test("splits the files of a merge, but not at lines that quote a diff", () => {
    const merge = `diff --cc a.ts\n@@@ -1 -1 +1 @@@\n- x\n+ diff --git a/x b/x\n`;
    assert.deepEqual(splitDiff(merge + fileDiff("b.ts", 1)), [merge, fileDiff("b.ts", 1)]);
  });

  test("counts every omitted line", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 2_000 }),
        (sizes, budget) => {
          const diff = sizes.map((size, index) => fileDiff(`file${index}`, size)).join("");
          const { text, omitted } = truncateDiff(diff, budget);
          const notes = omitted?.files ?? 0;
          assert.equal(text.split("\n").length - notes + (omitted?.lines ?? 0), diff.split("\n").length);
        },
      ),
    );
  });
});
