import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { escapeMessage } from "../../src/escapeMessage";

/** VS Code's own pattern for links in notifications and under input boxes (`base/common/linkedText.ts`). */
const linked = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

describe("A sentence for a notification", () => {
  it("has no link, to a command least of all, whatever it quotes", () => {
    const parts = fc.constantFrom(..."[]()".split(""), "command:", "https://", "file:", "x", " ", '"', "rest of code");
    fc.assert(
      fc.property(fc.array(parts), (words) => {
        assert.equal(escapeMessage(words.join("")).match(linked), null);
      }),
    );
    assert.equal(escapeMessage("// … [rest](command:evil)"), "// … [rest] (command:evil)");
  });

  it("is as it was where it has none", () => assert.equal(escapeMessage("list[0] (see f())."), "list[0] (see f())."));
});
