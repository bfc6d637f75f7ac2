import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IdentifierTable, visitIdentifiers } from "../../../src/project/identifiers";

const pattern = /[A-Za-z_$][\w$]*|[^\x00-\x7f]+|\d{2,}/g;
const texts = fc.string({ unit: fc.constantFrom("a", "B", "_", "$", "1", "2", " ", ".", "é", "漢", "🙂", "\n", "\0") });

test("Identifiers, numbers and other letters are found as a regular expression would find them", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const found: string[] = [];
      visitIdentifiers(text, (start, end) => found.push(text.slice(start, end)));
      assert.deepEqual(found, text.match(pattern) ?? []);
    }),
  );
});

test("A table has one value for each identifier, wherever it stands, however many there are", () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `name${(index * 7919) % 5_000}`);
  const text = names.join(" ");
  const table = new IdentifierTable<string>();
  const values: string[] = [];
  let created = 0;
  visitIdentifiers(text, (start, end, hash) => {
    values.push(table.at(text, start, end, hash, (identifier) => `${identifier} ${created++}`));
  });
  assert.deepEqual(
    values.map((value) => value.split(" ")[0]),
    names,
  );
  assert.equal(created, 5_000);
});
