import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";
import { compareStreamed } from "./markdown/compareStreamed";
import { attacks, bombs, invisibleCharacters } from "./markdown/hostileText";
import { splitText } from "./markdown/markdownText";

declare global {
  interface Window {
    /** The arguments of all calls to `ran`, which only scripts of an attack make. */
    executed: string[];
    ran: (name: unknown) => void;
  }
}

/** Elements that format text, and elements that the renderer creates. */
const harmlessElements = new Set(
  (
    "a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 " +
    "h5 h6 hr i input ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody td " +
    "tfoot th thead tr tt u ul var wbr math mfrac menclose mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms " +
    "button.footnote-back section.footnotes mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
  ).split(" "),
);
const harmlessAttributes =
  /^(id|align|alt|aria-(hidden|label|level)|checked|class|colspan|data-(alert|align|depth|language|path|tex)|dir|disabled|headers|href|lang|open|rel|reversed|role|rowspan|scope|start|style|tabindex|title|type|accent(under)?|columnspan|depth|display(style)?|fence|form|height|largeop|linethickness|lspace|math(size|variant)|(max|min)size|movablelimits|rspace|scriptlevel|separator|stretchy|symmetric|voffset|width)$/;
/** Styles that the renderer sets: lengths and lines of formulas, and which parts the browser may skip. */
const harmlessStyle =
  /^((display: block|content-visibility: auto|contain-intrinsic-size: [^;]*|font-weight: bold|math-depth: \d|transform: scaleX\(-1\)|background: currentcolor|(padding|border|width)[a-z-]*: [\d.]*[a-z%]*( [\w.%]+)*);\s*)+$/;

describe("hostile Markdown", () => {
  let browser: Browser;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());

  /** Opens a page without a content security policy, to record every script that runs and every request. */
  async function openUnprotected(): Promise<MarkdownPage> {
    const harness = await MarkdownPage.open(browser, { unprotected: true });
    await harness.page.evaluate(() => {
      window.executed = [];
      window.ran = (name) => window.executed.push(String(name));
    });
    return harness;
  }

  for (const [name, text] of Object.entries(attacks))
    test(`runs nothing and fetches nothing: ${name}`, async () => {
      await using harness = await openUnprotected();
      const globals = await harness.page.evaluate(() => Object.keys(window).length);
      const difference = await harness.page.evaluate(compareStreamed, [{ text, deltas: splitText(text, repeat(7)) }]);
      assert.deepEqual(difference, undefined);
      const found = await harness.page.evaluate(triggerEverything);
      assert.deepEqual(
        found.elements.filter((each) => !harmlessElements.has(each)),
        [],
      );
      assert.deepEqual(
        found.attributes.filter((each) => !harmlessAttributes.test(each)),
        [],
      );
      assert.deepEqual(
        found.links.filter((href) => !/^((https?|mailto):|#footnote-)/.test(href)),
        [],
      );
      assert.deepEqual(
        found.styles.filter((style) => !harmlessStyle.test(style)),
        [],
      );
      assert.deepEqual(
        found.ids.filter((id) => !id.startsWith("footnote-")),
        [],
      );
      // No element of the text became a global variable of the page.
      assert.equal(await harness.page.evaluate(() => Object.keys(window).length), globals);
      assert.deepEqual(
        [found.executed, harness.requests, harness.errors, harness.page.url()],
        [[], [], [], "http://markdown.test/"],
      );
    });

  for (const [name, text] of Object.entries(bombs))
    test(`limits time and elements: ${name}`, { timeout: 60_000 }, async () => {
      await using harness = await MarkdownPage.open(browser);
      const difference = await harness.page.evaluate(compareStreamed, [{ text, deltas: splitText(text, repeat(400)) }]);
      const elements = await harness.page.evaluate(() => document.querySelectorAll("main *").length);
      assert.equal(difference && JSON.stringify(difference).slice(0, 2000), undefined);
      assert.ok(elements < 15_000, `${elements} elements`);
      assert.deepEqual([harness.requests, harness.errors], [[], []]);
    });

  test("shows invisible and bidirectional control characters, in text and in code", async () => {
    await using harness = await MarkdownPage.open(browser);
    const difference = await harness.page.evaluate(compareStreamed, [
      { text: invisibleCharacters, deltas: splitText(invisibleCharacters, repeat(1)) },
    ]);
    assert.deepEqual(difference, undefined);
    const shown = await harness.page.evaluate(() => document.querySelector("main")?.textContent ?? "");
    assert.match(shown, /Text ⟦U\+202E⟧esrever⟦U\+202C⟧ and ⟦U\+2066⟧isolated⟦U\+2069⟧/);
    assert.match(shown, /⟦U\+200B⟧⟦U\+2060⟧⟦U\+FEFF⟧/);
    assert.match(shown, /let s⟦U\+202E⟧tring = 1;/);
    assert.match(shown, /␛\[2Jx␇␀\ufffd/);
    assert.doesNotMatch(shown, /[\0-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  });
});

function* repeat(length: number): Generator<number> {
  for (;;) yield length;
}

/** Runs in the page. Fires the events that could trigger a script on every element, and returns everything found. */
async function triggerEverything(): Promise<
  Record<"elements" | "attributes" | "ids" | "links" | "styles" | "executed", string[]>
> {
  const all = [...document.querySelectorAll("main *")];
  document.addEventListener("click", (event) => event.preventDefault());
  for (const element of all) {
    for (const type of ["click", "mouseover", "pointerenter", "focus", "toggle", "error", "load", "animationstart"])
      element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
    if (element instanceof HTMLElement) element.focus();
    if (element instanceof HTMLDetailsElement) element.open = true;
  }
  await new Promise((resolve) => setTimeout(resolve));
  const attributes = all.flatMap((element) => [...element.attributes]);
  const valuesOf = (name: string): string[] =>
    attributes.filter((each) => each.name === name).map(({ value }) => value);
  return {
    elements: all.map(({ localName, className }) =>
      ["button", "section"].includes(localName) ? `${localName}.${className}` : localName,
    ),
    attributes: attributes.map(({ name }) => name),
    ids: valuesOf("id"),
    links: valuesOf("href"),
    styles: valuesOf("style"),
    executed: window.executed,
  };
}
