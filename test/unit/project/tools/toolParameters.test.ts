import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { projectTool } from "../../../../src/project/tools/projectTool";
import { lineParameter, ofType, textParameter } from "../../../../src/project/tools/toolParameters";

describe("The parameters of a tool", () => {
  test("are texts of a limited length", () => {
    assert.deepEqual(
      [undefined, null, "", "a.ts", "x".repeat(11), 7, {}, ["a"]].map((value) => textParameter(value, 10)),
      ["", "", "", "a.ts", undefined, undefined, undefined, undefined],
    );
  });

  test("are line numbers from 1, also in digits", () => {
    assert.deepEqual([1, "12", 0, -1, 1.5, NaN, Infinity, "1e3", "", null, 1e9].map(lineParameter), [
      1,
      12,
      ...Array<undefined>(9).fill(undefined),
    ]);
  });

  test("are checked before the tool is run", async () => {
    const tool = projectTool({
      ...{ name: "read", purpose: "Reads.", properties: { path: ofType("string", "A path") }, required: ["path"] },
      read: (given) => textParameter(given["path"], 10) || undefined,
      label: (path) => `Read ${path}`,
      run: (path) => Promise.resolve({ parts: [{ text: path }] }),
    });
    const { signal } = new AbortController();
    const good = tool.prepare({ path: "a.ts", more: 1 });
    assert.deepEqual([good.label, await good.run(signal)], ["Read a.ts", { parts: [{ text: "a.ts" }] }]);
    for (const wrong of [{}, { path: 7 }, null, "a.ts", ["a.ts"], undefined]) {
      const bad = tool.prepare(wrong);
      assert.equal(bad.label, "read");
      assert.match(JSON.stringify(await bad.run(signal)), /The arguments are not valid\. Required: path\./);
    }
  });
});
