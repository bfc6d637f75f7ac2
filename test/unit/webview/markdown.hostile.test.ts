import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";
import { compareStreamed } from "./markdown/compareStreamed";
import { attacks, bombs, disguises } from "./markdown/hostileText";
import { cut } from "./markdown/markdownText";

declare global {
  interface Window {
    /** What ran that must not, by its own word. */
    heard: string[];
    ran: (name: unknown) => void;
  }
}

/** Elements that format text, and those that the renderer itself makes. */
const harmless = new Set(
  (
    "a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 " +
    "h5 h6 hr i input ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody td " +
    "tfoot th thead tr tt u ul var wbr"
  ).split(" "),
);
const harmlessAttributes =
  /^(align|alt|aria-(label|level)|checked|class|colspan|data-(align|depth|language|path)|dir|disabled|headers|href|lang|open|rel|reversed|role|rowspan|scope|start|style|tabindex|title|type)$/;

suite("hostile Markdown", () => {
  let browser: Browser;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());

  /** A page without any policy, in which all that a text could run or fetch is seen. */
  async function openTrap(): Promise<MarkdownPage> {
    const trap = await MarkdownPage.open(browser, { unprotected: true });
    await trap.page.evaluate(() => {
      window.heard = [];
      window.ran = (name) => window.heard.push(String(name));
    });
    return trap;
  }

  for (const [name, text] of Object.entries(attacks))
    test(`runs nothing and fetches nothing: ${name}`, async () => {
      await using trap = await openTrap();
      const before = await trap.page.evaluate(() => Object.keys(window).length);
      const differing = await trap.page.evaluate(compareStreamed, [{ text, pieces: cut(text, steps(7)) }]);
      assert.deepEqual(differing, undefined);
      const found = await trap.page.evaluate(useEverything);
      assert.deepEqual(
        found.elements.filter((each) => !harmless.has(each)),
        [],
      );
      assert.deepEqual(
        found.attributes.filter((each) => !harmlessAttributes.test(each)),
        [],
      );
      assert.deepEqual(
        found.links.filter((href) => !/^(https?|mailto):/.test(href)),
        [],
      );
      assert.deepEqual(
        found.styles.filter(
          (style) =>
            !/^(display: block;|content-visibility: auto; contain-intrinsic-size: [^;]*;)+$/.test(
              style.replaceAll("; ", ";").replaceAll(";", "; ").trim(),
            ),
        ),
        [],
      );
      // What the page knows by name is no element of the text, in a form or elsewhere.
      assert.equal(await trap.page.evaluate(() => Object.keys(window).length), before);
      assert.deepEqual(
        [found.heard, trap.requests, trap.problems, trap.page.url()],
        [[], [], [], "http://markdown.test/"],
      );
    });

  for (const [name, text] of Object.entries(bombs))
    test(`costs no more than it may: ${name}`, { timeout: 60_000 }, async () => {
      await using harness = await MarkdownPage.open(browser);
      const differing = await harness.page.evaluate(compareStreamed, [{ text, pieces: cut(text, steps(400)) }]);
      const elements = await harness.page.evaluate(() => document.querySelectorAll("main *").length);
      assert.equal(differing && JSON.stringify(differing).slice(0, 2000), undefined);
      assert.ok(elements < 15_000, `${elements} elements`);
      assert.deepEqual([harness.requests, harness.problems], [[], []]);
    });

  test("shows what is invisible or turns the direction of writing, in text and in code", async () => {
    await using harness = await MarkdownPage.open(browser);
    const differing = await harness.page.evaluate(compareStreamed, [
      { text: disguises, pieces: cut(disguises, steps(1)) },
    ]);
    assert.deepEqual(differing, undefined);
    const shown = await harness.page.evaluate(() => document.querySelector("main")?.textContent ?? "");
    assert.match(shown, /Text ⟦U\+202E⟧esrever⟦U\+202C⟧ and ⟦U\+2066⟧isolated⟦U\+2069⟧/);
    assert.match(shown, /⟦U\+200B⟧⟦U\+2060⟧⟦U\+FEFF⟧/);
    assert.match(shown, /let s⟦U\+202E⟧tring = 1;/);
    assert.match(shown, /␛\[2Jx␇␀\ufffd/);
    assert.doesNotMatch(shown, /[\0-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  });
});

function* steps(length: number): Generator<number> {
  for (;;) yield length;
}

/** Runs in the page: does what a reader could do with everything that is shown, and tells what is there. */
async function useEverything(): Promise<Record<"elements" | "attributes" | "links" | "styles" | "heard", string[]>> {
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
    elements: all.map(({ localName }) => localName),
    attributes: attributes.map(({ name }) => name),
    links: valuesOf("href"),
    styles: valuesOf("style"),
    heard: window.heard,
  };
}
