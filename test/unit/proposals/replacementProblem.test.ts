import assert from "node:assert/strict";
import { test } from "node:test";
import { applyProblemMessage } from "../../../src/proposals/replacementProblem";

test("Apply names no button that is not there, and says what to ask for instead of a diff", () => {
  const messages = [
    ...["diff", "patch", "python"].map((language) => applyProblemMessage({ kind: "other-language", language })),
    applyProblemMessage({ kind: "left-out", line: "  // ..." }),
  ];
  assert.deepEqual(messages, [
    "A diff cannot be applied to a file, so nothing was changed. Ask for the changed code instead.",
    "A diff cannot be applied to a file, so nothing was changed. Ask for the changed code instead.",
    "The code is in another language (python) than the file, so nothing was changed.",
    "The code omits part of the file (“// ...”), so nothing was changed. Ask for the complete code.",
  ]);
});
