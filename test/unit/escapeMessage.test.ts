import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { escapeMessage } from "../../src/escapeMessage";

/** VS Code's own pattern for links in notifications and input boxes (`base/common/linkedText.ts`). */
const linkPattern = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

describe("escapeMessage", () => {
  test("removes every link from any text", () => {
    const parts = fc.constantFrom(..."[]()".split(""), "command:", "https://", "file:", "x", " ", '"', "other text");
    fc.assert(
      fc.property(fc.array(parts), (pieces) => {
        assert.equal(escapeMessage(pieces.join("")).match(linkPattern), null);
      }),
    );
    assert.equal(escapeMessage("// … [text](command:evil)"), "// … [text] (command:evil)");
  });

  test("leaves text without links unchanged", () =>
    assert.equal(escapeMessage("list[0] (see f())."), "list[0] (see f())."));
});
