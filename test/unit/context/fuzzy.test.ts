import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fuzzyScore, fuzzySort } from "../../../src/context/fuzzy";

describe("fuzzySort", () => {
  const files = ["src/basket.ts", "src/obstacle.ts", "test/basketTotal.test.ts", "README.md", "src/backet/total.ts"];
  const cases: [query: string, matches: string[]][] = [
    ["", files],
    ["readme", ["README.md"]],
    ["basket", ["src/basket.ts", "test/basketTotal.test.ts"]],
    ["bt", ["src/basket.ts", "src/backet/total.ts", "test/basketTotal.test.ts", "src/obstacle.ts"]],
    ["basket total", ["test/basketTotal.test.ts"]],
    ["src ob", ["src/obstacle.ts"]],
    ["zebra", []],
  ];
  for (const [query, matches] of cases)
    test(`"${query}" finds ${matches.join(", ") || "nothing"}`, () =>
      assert.deepEqual(
        fuzzySort(query, files, (file) => [file]),
        matches,
      ));

  test("scores an item by its best text and is stable", () => {
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

  test("supports queries longer than the text and other alphabets", () => {
    assert.equal(fuzzyScore("basket.ts.map", "basket.ts"), undefined);
    assert.ok((fuzzyScore("Ж", "жук.ts") ?? 0) > 0);
  });
});
