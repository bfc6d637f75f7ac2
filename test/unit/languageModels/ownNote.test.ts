import assert from "node:assert/strict";
import { test } from "node:test";
import { closingFence } from "../../../src/languageModels/closingFence";
import { ownNote, withoutNotes } from "../../../src/languageModels/ownNote";

test("A note is removed from an answer, and nothing else", () => {
  assert.equal(withoutNotes(`Before\n\n${ownNote("A_b broke off.\nNext:")}\n\nAfter`), "Before\n\n\n\nAfter");
  assert.equal(withoutNotes(ownNote("Busy.")), "");
  assert.equal(withoutNotes("The words _Free Models: in a sentence"), "The words _Free Models: in a sentence");
  assert.equal(withoutNotes(" untouched "), " untouched ");
});

const fences: [what: string, markdown: string, closing: string][] = [
  ["text", "Some `code` in text", ""],
  ["an open block", "Look:\n```ts\nconst a = 1;", "\n```"],
  ["a closed block", "```\na\n```\nText", ""],
  ["a longer fence", "````md\n```\na\n```\n", "\n````"],
  ["tildes", "~~~\n```\n", "\n~~~"],
  ["an indented fence", "  ```\na", "\n```"],
  ["a code span of three backticks", "```inline``` text", ""],
  ["a second block", "```\na\n```\n```js\nb", "\n```"],
  ["a line with words after backticks inside a block", "```\n``` not the end\n", "\n```"],
];
for (const [what, markdown, closing] of fences)
  test(`The code in which an answer breaks off is closed: ${what}`, () =>
    assert.equal(closingFence(markdown), closing));
