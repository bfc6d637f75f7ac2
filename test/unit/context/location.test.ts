import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileName, maxSelectionChips, selectionParts, locationLabel } from "../../../src/context/location";

const range = (startLine: number, startCharacter: number, endLine: number, endCharacter: number) => ({
  ...{ startLine, startCharacter },
  ...{ endLine, endCharacter },
});

describe("A place in a text", () => {
  const labels: [what: string, label: string, from: ReturnType<typeof range>][] = [
    ["several lines", "router.ts:12-40", range(11, 0, 39, 7)],
    ["whole lines, up to the beginning of the next", "router.ts:12-40", range(11, 0, 40, 0)],
    ["a part of one line", "router.ts:12", range(11, 4, 11, 9)],
    ["one whole line", "router.ts:12", range(11, 0, 12, 0)],
  ];
  for (const [what, label, from] of labels) it(what, () => assert.equal(locationLabel("router.ts", from), label));

  it("is in a file of any name", () => {
    assert.deepEqual(
      ["/a/b/router.ts", "Untitled-1", "/a/b/", "/ü ☕.md"].map((path) => fileName(path)),
      ["router.ts", "Untitled-1", "b/", "ü ☕.md"],
    );
  });
});

describe("Selections", () => {
  it("are a piece each, in the order of the text, cursors without a selection left out", () => {
    const second = { text: "second", range: range(9, 0, 9, 6) };
    const first = { text: "first", range: range(2, 4, 2, 9) };
    const cursor = { text: "", range: range(5, 0, 5, 0) };
    assert.deepEqual(selectionParts([second, cursor, first]), { pieces: [first, second], joined: false });
  });

  it("of very many cursors are one piece", () => {
    const many = Array.from({ length: maxSelectionChips + 1 }, (_, line) => ({
      text: `word ${line}\n`,
      range: range(line, 2, line + 1, 0),
    }));
    const { pieces, joined } = selectionParts(many);
    assert.equal(joined, true);
    assert.deepEqual(pieces, [
      { text: many.map((_, line) => `word ${line}`).join("\n⋯\n"), range: range(0, 2, maxSelectionChips + 1, 0) },
    ]);
  });

  it("that are none leave no piece", () => {
    assert.deepEqual(selectionParts([{ text: "", range: range(0, 0, 0, 0) }]).pieces, []);
  });
});
