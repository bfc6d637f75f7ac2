import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { maxSelectionAttachments, mergeSelections } from "../../../src/context/selections";

const range = (startLine: number, startCharacter: number, endLine: number, endCharacter: number) => ({
  ...{ startLine, startCharacter },
  ...{ endLine, endCharacter },
});

describe("mergeSelections", () => {
  test("sorts the selections and drops empty ones", () => {
    const second = { text: "second", range: range(9, 0, 9, 6) };
    const first = { text: "first", range: range(2, 4, 2, 9) };
    const cursor = { text: "", range: range(5, 0, 5, 0) };
    assert.deepEqual(mergeSelections([second, cursor, first]), { selections: [first, second], merged: false });
  });

  test("merges the selections of many cursors into one", () => {
    const selections = Array.from({ length: maxSelectionAttachments + 1 }, (_, line) => ({
      text: `word ${line}\n`,
      range: range(line, 2, line + 1, 0),
    }));
    assert.deepEqual(mergeSelections(selections), {
      selections: [
        {
          text: selections.map((_, line) => `word ${line}`).join("\n⋯\n"),
          range: range(0, 2, maxSelectionAttachments + 1, 0),
        },
      ],
      merged: true,
    });
  });

  test("is empty if nothing is selected", () => {
    assert.deepEqual(mergeSelections([{ text: "", range: range(0, 0, 0, 0) }]).selections, []);
  });
});
