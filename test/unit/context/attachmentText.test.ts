import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { TextAttachment } from "../../../src/context/attachment";
import { attachmentText } from "../../../src/context/attachmentText";

const selection: TextAttachment = {
  id: "x",
  kind: "selection",
  label: "a.ts:1-2",
  text: "let a;\nlet b;",
  languageId: "typescript",
};

describe("attachmentText", () => {
  test("adds the surrounding code of a selection", () => {
    const surroundings = "import b;\n⋯ lines 1-2 (shown above) ⋯";
    assert.equal(
      attachmentText({ ...selection, surroundings }),
      [
        ...["Selected code: a.ts:1-2", "```typescript", "let a;", "let b;", "```"],
        ...["Surrounding code in the same file, for context (“⋯” marks omitted lines):"],
        ...["```typescript", "import b;", "⋯ lines 1-2 (shown above) ⋯", "```"],
      ].join("\n"),
    );
  });

  test("uses a fence that the text cannot close", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "~", "\n", "a") }), (text) => {
        const lines = attachmentText({ ...selection, text }).split("\n");
        const fence = /^`+/.exec(lines[1] ?? "")?.[0] ?? "";
        assert.ok(fence.length >= 3);
        const closers = lines.slice(2).filter((line) => /^`+$/.test(line) && line.length >= fence.length);
        assert.equal(closers.length, 1);
        assert.equal(lines.at(-1), fence);
      }),
    );
  });
});
