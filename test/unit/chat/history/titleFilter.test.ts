import assert from "node:assert/strict";
import { test } from "node:test";
import { mayPassFilter } from "../../../../src/chat/history/titleFilter";

const title = "How tall is a giraffe in getUserName(2)?";

for (const query of ["how", "RAFFE", "how tall", "howtall", "hti", "how gi", "gUN", "name(2", "2", ""])
  test(`“${query}” may match`, () => assert.ok(mayPassFilter(query, title)));

for (const query of ["hw", "giraf in how", "zebra", "tl", "wl", "how tall is a giraffe in getUserName(2)??"])
  test(`“${query}” matches nothing`, () => assert.ok(!mayPassFilter(query, title)));
