import assert from "node:assert/strict";
import { test } from "node:test";
import { selectedNames } from "../../../src/project/selectedNames";

const namesIn = (code: string): string[] => selectedNames(code).map(({ name }) => name);

test("A selected word is looked up, whatever it is", () => {
  assert.deepEqual(selectedNames("  total"), [{ name: "total", offset: 2 }]);
  assert.deepEqual(namesIn("größe"), ["größe"]);
  assert.deepEqual(namesIn(" \n "), []);
});

test("What selected code defines is looked up first, then what it calls and names like types", () => {
  const code = [
    "/** Adds Up All Lines. */",
    "function total(lines) {",
    "  let sum = 0;",
    "  for (const line of lines) sum += discounted(line, line.copies);",
    "  return new Price(sum);",
    "}",
  ].join("\r\n");
  const names = selectedNames(code);
  assert.deepEqual(
    names.map(({ name }) => name),
    ["total", "discounted", "Price", "function"],
  );
  for (const { name, offset } of names) assert.equal(code.slice(offset, offset + name.length), name);
});

test("A few names are looked up, and only the start of a very long selection is read", () => {
  assert.equal(namesIn("a b c d e f g").length, 4);
  assert.deepEqual(namesIn(`${"\n".repeat(30_000)}total`), []);
});
