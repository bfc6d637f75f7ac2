import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { excludedPaths } from "../../../src/context/ignoreRules";

describe("excludedPaths", () => {
  const cases: [what: string, rules: string, path: string, excluded: boolean][] = [
    ["a name at any depth", "customers.csv", "data/old/customers.csv", true],
    ["a folder with all that is in it", "private/", "private/a/b.ts", true],
    ["a folder itself", "private/", "private", true],
    ["a pattern", "*.sql", "db/dump.sql", true],
    ["an exception", "*.sql\n!schema.sql", "db/schema.sql", false],
    ["a comment and an empty line", "# a.ts\n\n", "a.ts", false],
    ["another file", "customers.csv", "src/customers.ts", false],
    ["a byte order mark", "\ufeffa.ts", "a.ts", true],
    ["a path out of the folder", "*", "../a.ts", false],
    ["an empty path", "*", "", false],
  ];
  for (const [what, rules, path, excluded] of cases)
    test(`handles ${what}`, () => assert.equal(excludedPaths(rules, [path]).has(path), excluded));
});
