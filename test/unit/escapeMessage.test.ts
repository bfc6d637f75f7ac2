import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { escapeMessage, promptText } from "../../src/escapeMessage";
import { visibleName } from "../../src/visibleText";
import { hostileNames } from "../support/hostileNames";
import { linksIn, renderIcons } from "../support/vscodeText";

describe("escapeMessage", () => {
  test("removes every link from any text", () => {
    const parts = fc.constantFrom(
      ..."[]()\n\u200b".split(""),
      "command:",
      "https://",
      "file:",
      "x",
      " ",
      '"',
      "other text",
    );
    fc.assert(
      fc.property(fc.array(parts), (pieces) => {
        assert.deepEqual(linksIn(escapeMessage(pieces.join(""))), []);
      }),
    );
    assert.equal(escapeMessage("// … [text](command:evil)"), "// … [text] (command:evil)");
  });

  test("leaves text without links unchanged", () =>
    assert.equal(escapeMessage("list[0] (see f())."), "list[0] (see f())."));

  test("joins lines as VS Code does, and shows other invisible characters", () =>
    assert.equal(escapeMessage("two\r\nlines\u202e."), "two lines⟦U+202E⟧."));

  for (const name of hostileNames)
    test(`keeps ${JSON.stringify(name.slice(0, 40))} readable`, () => {
      const shown = escapeMessage(`Could not attach ${visibleName(name)}.`);
      assert.deepEqual(linksIn(shown), []);
      assert.ok(shown.replaceAll("] (", "](").includes(visibleName(name).replaceAll("] (", "](")), shown);
    });
});

describe("promptText", () => {
  for (const name of hostileNames)
    test(`shows neither a link nor an icon for ${JSON.stringify(name.slice(0, 40))}`, () => {
      const prompt = promptText(name);
      assert.deepEqual([linksIn(prompt), renderIcons(prompt)], [[], { text: escapeMessage(name), icons: [] }]);
    });
});
