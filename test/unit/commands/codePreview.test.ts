import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { replacementSoFar } from "../../../src/proposals/replacementText";
import { CodePreview, followMs } from "../../../src/commands/codePreview";

suite("The code in an answer that is being written", () => {
  test("is looked for every so often, however many pieces come", () => {
    const read: string[] = [];
    let now = 1_000;
    const code = new CodePreview({
      read: (answer) => {
        read.push(answer);
        return replacementSoFar(answer);
      },
      now: () => now,
    });
    assert.equal(code.in("```ts"), undefined);
    for (let letter = 0; letter < 1_000; letter++) assert.equal(code.in("```ts\na();\n"), undefined);
    now += followMs - 1;
    assert.equal(code.in("```ts\na();\nb"), undefined);
    now += 1;
    assert.deepEqual(code.in("```ts\na();\nb();\n"), ["a();", "b();"]);
    assert.deepEqual(read, ["```ts", "```ts\na();\nb();\n"]);
  });
});
