import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { partialReplacement } from "../../../src/proposals/readReplacement";
import { PartialCodeReader, updateIntervalMs } from "../../../src/commands/partialCodeReader";

suite("PartialCodeReader", () => {
  test("reads the answer at most once per interval", () => {
    const read: string[] = [];
    let now = 1_000;
    const code = new PartialCodeReader({
      read: (answer) => {
        read.push(answer);
        return partialReplacement(answer);
      },
      now: () => now,
    });
    assert.equal(code.read("```ts"), undefined);
    for (let letter = 0; letter < 1_000; letter++) assert.equal(code.read("```ts\na();\n"), undefined);
    now += updateIntervalMs - 1;
    assert.equal(code.read("```ts\na();\nb"), undefined);
    now += 1;
    assert.deepEqual(code.read("```ts\na();\nb();\n"), ["a();", "b();"]);
    assert.deepEqual(read, ["```ts", "```ts\na();\nb();\n"]);
  });
});
