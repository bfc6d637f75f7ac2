import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf, stemOf } from "../../../src/project/words";
import { termsOf } from "../../../src/project/vocabulary";
import { queryTerms } from "../../../src/project/queryTerms";

test("An identifier is split into its words", () => {
  const samples: [string, string[]][] = [
    ["parseURLQuery2", ["parse", "url", "query", "2"]],
    ["HTTP_STATUS_CODES", ["http", "status", "codes"]],
    ["__init__", ["init"]],
    ["basket", ["basket"]],
    ["größe", ["gr", "öß", "e"]],
    ["", []],
  ];
  for (const [identifier, parts] of samples) assert.deepEqual(partsOf(identifier), parts, identifier);
});

test("Forms of a word have the same stem", () => {
  for (const forms of [
    ["parse", "parses", "parsed", "parsing"],
    ["retry", "retries"],
    ["request", "requests", "requested", "requesting"],
    ["stop", "stops", "stopped", "stopping"],
    ["class", "classes"],
    ["cache", "caches", "cached", "caching"],
  ])
    assert.equal(new Set(forms.map(stemOf)).size, 1, forms.join());
  for (const words of [
    ["status", "stat"],
    ["ring", "r"],
    ["address", "addres"],
    ["this", "thi"],
  ])
    assert.equal(new Set(words.map(stemOf)).size, words.length, words.join());
});

test("An identifier is found by its words and as a whole", () => {
  assert.deepEqual(termsOf("removeItems"), ["remov", "item", "removeitems"]);
  assert.deepEqual(termsOf("items"), ["item"]);
});

test("A question is reduced to what can be searched for", () => {
  const terms = (question: string) => queryTerms(question).map(({ term, weight, isName }) => [term, weight, isName]);
  assert.deepEqual(terms("How does the basket work?"), [["basket", 1, false]]);
  assert.deepEqual(terms("What is `total` for?"), [["total", 2, true]]);
  assert.deepEqual(terms("Where is Basket.removeItem called?"), [
    ["basket", 1, false],
    ["removeitem", 2, true],
    ["remov", 0.7, false],
    ["item", 0.7, false],
    ["call", 1, false],
  ]);
  assert.deepEqual(terms("why?"), []);
});
