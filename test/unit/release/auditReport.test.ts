import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findingsIn, type AuditReport } from "../../../release/auditReport.mts";

const advisory = { name: "marked", severity: "high", title: "Catastrophic backtracking", url: "https://github.com/…" };
const report: AuditReport = {
  vulnerabilities: {
    marked: { nodes: ["node_modules/marked", "node_modules/mocha/node_modules/marked"], via: [advisory] },
    mocha: { nodes: ["node_modules/mocha"], via: ["marked", { ...advisory, name: "mocha" }] },
    preact: { nodes: ["node_modules/preact"], via: ["marked"] },
  },
};

describe("the audit of what is bundled", () => {
  test("finds advisories about bundled packages only", () => {
    const { name, ...rest } = advisory;
    assert.deepEqual(findingsIn(report, ["node_modules/marked", "node_modules/preact"]), [{ package: name, ...rest }]);
    assert.deepEqual(findingsIn(report, ["node_modules/preact"]), []);
  });

  test("ignores a vulnerable version of a bundled package that is installed elsewhere", () => {
    const elsewhere = { marked: { nodes: ["node_modules/mocha/node_modules/marked"], via: [advisory] } };
    assert.deepEqual(findingsIn({ vulnerabilities: elsewhere }, ["node_modules/marked"]), []);
  });

  test("never passes if npm could not check", () => {
    assert.throws(
      () => findingsIn({ message: "request to https://registry.npmjs.org/ failed" }, []),
      /request to .* failed/,
    );
    assert.throws(() => findingsIn({}, []), /neither vulnerabilities nor a reason/);
  });
});
