import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { SearchIndex, weights } from "../../../src/project/searchIndex";
import { chunkOf, mergeSegments, SegmentBuilder, type Segment } from "../../../src/project/segment";

const shop: Readonly<Record<string, string>> = {
  "src/basket.ts":
    "export class Basket {\n  /** Takes a title out of the basket. */\n  remove(title: string): void {\n    delete this.lines[title];\n  }\n}",
  "src/price.ts":
    "/** Formats an amount of money for a customer. */\nexport function formatPrice(cents: number): string {\n  return `${cents}`;\n}",
  "src/shipping.ts":
    "export const zones = [1, 2];\nexport function shippingCost(weight: number): number {\n  return weight * 3; // see basket\n}",
  "test/basket.test.ts": "test('remove', () => {\n  const basket = new Basket();\n  basket.remove('title');\n});",
  "docs/basket.md": "# Basket\n\nRemove titles from the basket.",
};

/** A name of one word. */
const nameOf = (number: number): string => `zebra${String.fromCharCode(97 + (number % 26))}${number < 26 ? "q" : "v"}`;

function indexOf(files: Readonly<Record<string, string>> = shop): SearchIndex {
  const index = new SearchIndex();
  for (const [path, text] of Object.entries(files)) index.add(path, text);
  return index;
}

const paths = (index: SearchIndex, question: string, options = {}): string[] => [
  ...new Set(index.search({ question, limit: 20, ...options }).map(({ path }) => path)),
];

describe("Searching a project", () => {
  test("finds code by words of a question, tests and documents behind", () => {
    assert.deepEqual(paths(indexOf(), "How is a title removed from the basket?").slice(0, 1), ["src/basket.ts"]);
    assert.equal(paths(indexOf(), "Which test removes a title from the basket?")[0], "test/basket.test.ts");
    assert.equal(paths(indexOf(), "how is money formatted")[0], "src/price.ts");
  });

  test("names what a chunk defines", () => {
    const [first] = indexOf().search({ question: "Who calls formatPrice?", limit: 5 });
    assert.deepEqual([first?.path, first?.symbol], ["src/price.ts", { role: "defines", name: "formatPrice" }]);
  });

  test("prefers open files, and finds places that no word names", () => {
    assert.equal(paths(indexOf(), "basket", { recent: ["src/shipping.ts"] }).includes("src/shipping.ts"), true);
    const places = [{ path: "src/price.ts", line: 1, role: "defines", name: "zones" }];
    assert.equal(paths(indexOf(), "zones", { places }).includes("src/price.ts"), true);
  });

  test("ranks definitions of a symbol before its uses, and both before code with nothing in common", () => {
    const price = { path: "src/price.ts", line: 1, name: "amount" };
    const shipping = { path: "src/shipping.ts", line: 1, name: "amount" };
    const places = [
      { ...shipping, role: "uses" },
      { ...price, role: "uses" },
      { ...price, role: "defines" },
    ] as const;
    for (const given of [places, places.toReversed()]) {
      // No word of the question says anything about code, so that only the places count.
      const found = indexOf().search({ question: "How does this work?", places: given, limit: 5 });
      assert.deepEqual(
        found.map(({ path, score, symbol }) => [path, score, symbol?.role]),
        [
          ["src/price.ts", weights.defines, "defines"],
          ["src/shipping.ts", weights.uses, "uses"],
        ],
      );
    }
  });

  test("follows changed and removed files", () => {
    const index = indexOf();
    index.search({ question: "basket", limit: 5 });
    index.add("src/price.ts", "export const currency = 'EUR';");
    index.remove("src/basket.ts");
    assert.deepEqual(paths(index, "money"), []);
    assert.equal(paths(index, "currency")[0], "src/price.ts");
    assert.ok(!paths(index, "basket").includes("src/basket.ts"));
    assert.ok(index.removedShare > 0.2);
  });

  test("finds the same after many small changes as after one", () => {
    const index = indexOf();
    for (let round = 0; round < 40; round++) {
      index.add("src/price.ts", `${shop["src/price.ts"] ?? ""}\nconst ${nameOf(round)} = ${round};`);
      index.search({ question: "price", limit: 1 });
    }
    assert.equal(paths(index, "how is money formatted")[0], "src/price.ts");
    assert.equal(paths(index, nameOf(39))[0], "src/price.ts");
    assert.deepEqual(paths(index, nameOf(38)), []);
  });

  test("has nothing for an empty question or an empty project", () => {
    assert.deepEqual(indexOf().search({ question: "the of", limit: 5 }), []);
    assert.deepEqual(new SearchIndex().search({ question: "basket", limit: 5 }), []);
  });
});

describe("A segment", () => {
  const build = (chunks: readonly (readonly number[])[], first = 0): Segment => {
    const builder = new SegmentBuilder();
    chunks.forEach((terms, index) => {
      for (const term of terms) builder.count(term, 1);
      builder.endChunk(first + index);
    });
    return builder.build(50);
  };
  const lists = (segment: Segment): number[][] => Array.from({ length: 50 }, (_, term) => [...segment.postings(term)]);
  const chunks = fc.array(fc.array(fc.nat(49), { maxLength: 20 }), { maxLength: 12 });

  test("has the chunks of each term in order, with their counts", () => {
    fc.assert(
      fc.property(chunks, (terms) => {
        const segment = build(terms);
        for (let term = 0; term < 50; term++) {
          const expected = terms.flatMap((each, chunk) => {
            const count = each.filter((other) => other === term).length;
            return count > 0 ? [[chunk, count]] : [];
          });
          assert.deepEqual(
            [...segment.postings(term)].map((posting) => [chunkOf(posting), posting & 255]),
            expected,
          );
        }
      }),
    );
  });

  test("that is merged from several equals one of all their chunks", () => {
    fc.assert(
      fc.property(chunks, chunks, chunks, (one, two, three) => {
        const parts = [build(one), build(two, one.length), build(three, one.length + two.length)];
        assert.deepEqual(lists(mergeSegments(parts)), lists(build([...one, ...two, ...three])));
      }),
    );
  });
});
