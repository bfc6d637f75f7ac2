import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { languageIdOf } from "../../../src/proposals/languageId";

suite("languageIdOf", () => {
  test("returns VS Code's language id for a fence label, or plaintext", () => {
    const known = ["typescript", "go", "shellscript", "vue"];
    assert.deepEqual(
      ["ts", "Go", "bash", "vue", "brainfuck", "", "py"].map((label) => languageIdOf(label, known)),
      ["typescript", "go", "shellscript", "vue", "plaintext", "plaintext", "plaintext"],
    );
  });
});
