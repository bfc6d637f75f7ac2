import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findingsSchema, readFindings } from "../../../src/review/answeredFindings";
import { loadSchemaCompiler } from "../../../src/router/jsonSchema";

const finding = { file: "a.ts", line: 1, quote: "go();", severity: "low", title: "Goes", why: "Why." };

describe("The findings in an answer", () => {
  test("are read if they match the schema", async () => {
    const answer = { findings: [finding] };
    const check = (await loadSchemaCompiler())(findingsSchema, "answer");
    assert.equal(check(answer), undefined);
    assert.deepEqual(readFindings(JSON.stringify(answer)), [finding]);
  });

  test("have plain texts, and quote the code as it is", () => {
    const marked = { ...finding, quote: "`a` **b**", title: "**Goes** on", why: "Calls `go`." };
    const plain = { ...marked, title: "Goes on", why: "Calls go." };
    assert.deepEqual(readFindings(JSON.stringify({ findings: [marked] })), [plain]);
  });

  const others: unknown[] = [
    { ...finding, line: "1" },
    { ...finding, severity: "critical" },
    { ...finding, quote: undefined },
    "text",
    null,
  ];
  for (const other of others)
    test(`are not ${JSON.stringify(other)}`, async () => {
      const answer = JSON.stringify({ findings: [other, finding] });
      const check = (await loadSchemaCompiler())(findingsSchema, "answer");
      assert.notEqual(check(JSON.parse(answer)), undefined);
      assert.deepEqual(readFindings(answer), [finding]);
    });

  test("are none in other JSON, and text that is no JSON is an error", () => {
    assert.deepEqual([readFindings("[]"), readFindings("null"), readFindings('{"findings":{}}')], [[], [], []]);
    assert.throws(() => readFindings("No findings."));
  });
});
