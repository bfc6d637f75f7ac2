import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttributedFinding } from "../../../src/review/askForFindings";
import { parseDiff } from "../../../src/review/changedFiles";
import { locateLine } from "../../../src/review/locateLine";
import { reviewOutcome } from "../../../src/review/reviewOutcome";
import { gitDiff } from "../../support/gitDiff";
import { plantedBugs, type ScriptedFinding } from "./plantedBugs";

const attributed = (finding: ScriptedFinding, index: number): AttributedFinding => ({
  ...{ file: finding.file, line: finding.line, quote: finding.quote },
  ...{ severity: "high", title: `Finding ${index + 1}`, why: "Because.", model: "m/one:free" },
});

describe("A review in which half of the findings are made up", () => {
  for (const { name, before, after, findings } of plantedBugs)
    test(`shows only the real ones, at their lines: ${name}`, () => {
      const { files, unreadable } = parseDiff(gitDiff(before, after));
      assert.equal(unreadable, 0);
      const outcome = reviewOutcome(findings.map(attributed), files, { found: undefined, dismissed: new Set() });
      const shown = outcome.findings.map(({ title, line }) => `${title}: ${line}`);
      const real = findings.flatMap(({ at }, index) => (at === undefined ? [] : [`Finding ${index + 1}: ${at}`]));
      assert.deepEqual(shown.sort(), real.sort());
      assert.equal(outcome.dropped, findings.length - real.length);
      for (const { file, line, code } of outcome.findings) {
        const text = String(after[file.path]).split(/\r?\n/);
        assert.equal(text[line - 1], code);
        assert.equal(locateLine(file, line, text), line);
      }
    });

  test("covers at least 20 changes and as many made-up findings as real ones", () => {
    const all = plantedBugs.flatMap(({ findings }) => findings);
    assert.ok(plantedBugs.length >= 20);
    assert.equal(all.filter(({ at }) => at === undefined).length * 2, all.length);
  });
});
