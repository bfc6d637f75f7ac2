import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { languageIdOf } from "../../../src/proposals/languageId";

suite("the language of a block", () => {
  test("a fence's word becomes VS Code's language, where there is one", () => {
    const known = ["typescript", "go", "shellscript", "vue"];
    assert.deepEqual(
      ["ts", "Go", "bash", "vue", "brainfuck", "", "py"].map((word) => languageIdOf(word, known)),
      ["typescript", "go", "shellscript", "vue", "plaintext", "plaintext", "plaintext"],
    );
  });
});
