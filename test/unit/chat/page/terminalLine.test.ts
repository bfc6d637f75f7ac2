import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { terminalLine } from "../../../../src/chat/page/terminalLine";

describe("terminalLine", () => {
  test("returns a single command without its prompt", () => {
    const cases: [string, string | undefined][] = [
      ["npm ci\n", "npm ci"],
      ["$ git status", "git status"],
      ["  echo $HOME  ", "echo $HOME"],
      ["cd a\nrm -rf b", undefined],
      ["ls\r", "ls"],
      ["\tgit\tstatus\t-s", "git status -s"],
      ["a\u2028b", undefined],
      ["", undefined],
      ["echo \u001b[2J\u0003hi", "echo [2Jhi"],
      ["echo \u202egnp.exe", "echo gnp.exe"],
    ];
    for (const [code, line] of cases) assert.equal(terminalLine(code), line, JSON.stringify(code));
  });

  test("removes all control and invisible characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (code) => {
        assert.doesNotMatch(terminalLine(code) ?? "", /[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});
