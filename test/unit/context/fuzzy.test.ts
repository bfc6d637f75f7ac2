import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fuzzyScore, fuzzySort } from "../../../src/context/fuzzy";

describe("What is typed after @", () => {
  const files = ["src/basket.ts", "src/obstacle.ts", "test/basketTotal.test.ts", "README.md", "src/backet/total.ts"];
  const cases: [query: string, found: string[]][] = [
    ["", files],
    ["readme", ["README.md"]],
    ["basket", ["src/basket.ts", "test/basketTotal.test.ts"]],
    ["bt", ["src/basket.ts", "src/backet/total.ts", "test/basketTotal.test.ts", "src/obstacle.ts"]],
    ["basket total", ["test/basketTotal.test.ts"]],
    ["src ob", ["src/obstacle.ts"]],
    ["zebra", []],
  ];
  for (const [query, found] of cases)
    it(`"${query}" finds ${found.join(", ") || "nothing"}`, () =>
      assert.deepEqual(
        fuzzySort(query, files, (each) => [each]),
        found,
      ));

  it("goes by the text that fits best, and keeps the order of equals", () => {
    const items = [
      { label: "total", path: "b" },
      { label: "total", path: "a" },
      { label: "other", path: "total.ts" },
    ];
    assert.deepEqual(
      fuzzySort("total", items, ({ label, path }) => [label, path]).map(({ path }) => path),
      ["b", "a", "total.ts"],
    );
  });

  it("may be longer than what it is compared with, or in another alphabet", () => {
    assert.equal(fuzzyScore("basket.ts.map", "basket.ts"), undefined);
    assert.ok((fuzzyScore("Ж", "жук.ts") ?? 0) > 0);
  });
});
