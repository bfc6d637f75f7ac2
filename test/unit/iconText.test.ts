import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { icon, iconText } from "../../src/iconText";
import { visibleText } from "../../src/visibleText";
import { hostileNames } from "../support/hostileNames";
import { renderIcons } from "../support/vscodeText";

describe("iconText", () => {
  test("joins icons and texts with spaces", () => {
    assert.equal(iconText(icon("loading~spin"), "gemma", "", "3 s"), "$(loading~spin) gemma 3 s");
    assert.equal(iconText(""), "");
  });

  for (const name of hostileNames)
    test(`shows ${JSON.stringify(name.slice(0, 40))} as text`, () => {
      const { text, icons } = renderIcons(iconText(icon("file"), name));
      assert.deepEqual([text, icons], [` ${visibleText(name)}`, ["file"]]);
    });

  test("shows any text as it is", () => {
    const parts = fc.constantFrom(..."$()\\~-".split(""), "$(", "bug", "\\$(a)", " ");
    fc.assert(
      fc.property(fc.array(parts), fc.array(parts), (first, second) => {
        const [a, b] = [first.join(""), second.join("")];
        const expected = [a, b].filter((each) => each !== "").join(" ");
        assert.deepEqual(renderIcons(iconText(a, b)), { text: expected, icons: [] });
      }),
    );
  });
});
