// What the page can show, at 150 % and 200 % zoom in a side bar of 440 pixels and in a low panel, in all themes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import type { AnswerView, ChatState, LookView, ToWebview, TurnView } from "../../../src/chat/page/protocol";
import type { FailureMessage } from "../../../src/failureAction";
import { chatPages } from "../../support/page/chatPages";
import { themeNames } from "../../support/page/themes";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const open = chatPages();

/** As long as names get. */
const model = { id: "nvidia/nemotron-nano-12b-v2-vl:free", name: "NVIDIA Nemotron Nano 12B 2 VL (free)" };
const environment = { canAsk: true, modelChoice: model.name };

const text = [
  "# A long answer\n\nThe `total` of [`src/checkout/basketOfTheCustomer.ts`](src/a.ts), and $x^2$:\n\n",
  "```ts\nexport const sum = (prices: readonly number[]): number => prices.reduce((a, b) => a + b, 0);\n```\n\n",
  "| Month | Sum of the month | Change | Remark |\n| --- | ---: | ---: | --- |\n| September | 1,234,567 | 12 % | none |\n\n",
  "> [!WARNING]\n> Floating-point numbers are not made for money.\n\n",
  "$$\\sum_{i=1}^{n} a_i = a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + \\dots + a_n$$\n\n",
  `- [x] ${"donaudampfschifffahrt".repeat(4)}\n`,
].join("");

const error: FailureMessage = {
  sentence: "Tried 12 free models, and none of them answered.",
  label: "Ask Another Model",
  action: { do: "another-model" },
  others: [{ label: "Choose the Order of Services", action: { do: "choose-order" } }],
  detail: "429 Provider returned error: https://openrouter.ai/docs/api-reference/limits#rate-limits-and-credits",
};

const look: LookView = {
  ...{ current: 2, most: 4, left: 31, failed: 1 },
  calls: [
    { id: "k1", name: "read_lines", label: "Read src/checkout/basketOfTheCustomer.ts:1-60", state: "done" },
    { id: "k2", name: "search", label: "Searched for “price of a basket”", state: "problem" },
    { id: "k3", name: "list_folder", label: "Listed src/checkout/", state: "running" },
  ],
};

const attachments = ["basketOfTheCustomer.ts:12-48", "priceWithDiscounts.ts", "shipping.ts"].map((label, index) => ({
  ...{ id: `d${index}`, kind: "selection" as const, label, reason: "contains basket", length: 1_200 },
}));

const emptyDraft = { text: "", attachments: [], queued: [], revision: 1 };

function inOneTurn(view: Partial<AnswerView>, turn: Partial<TurnView> = {}): Partial<ChatState> {
  return { environment, turns: [turnViewOf("t1", turn, { model, ...view })] };
}

const compared: TurnView = {
  ...turnViewOf("t1"),
  variants: ["c0", "c1"],
  columns: [
    { ...answerHeader({ id: "c0", model, status: "streaming" }), text, reasoning: "" },
    { ...answerHeader({ id: "c1", model, status: "failed", error }), text: "", reasoning: "" },
  ],
};

interface Shown {
  state: Partial<ChatState>;
  /** What the host sends then. */
  messages?: ToWebview[];
  /** What the user does then. */
  act?: (page: Page) => Promise<void>;
}

const shownStates: Readonly<Record<string, Shown>> = {
  "without a key": { state: { environment: { ...environment, canAsk: false } } },
  "before the first question": { state: { environment: { ...environment, recommendsAdaptive: true } } },
  "while a sign-in waits for the browser": {
    state: {
      environment: { ...environment, canAsk: false, isSigningIn: true },
      draft: { ...emptyDraft, text: "Why?" },
    },
  },
  "while a slow model is asked": {
    state: inOneTurn({
      ...{ status: "waiting", text: "", failures: ["12 busy"], startedAt: Date.now() - 10_000 },
      wait: { until: Date.now() + 600_000, reason: "slow" },
    }),
  },
  "while a model reasons": {
    state: inOneTurn({ status: "waiting", text: "", reasoning: "Hm. ".repeat(100) }),
    act: (page) => page.locator(".answer .fold").click(),
  },
  "while an answer is written, with notices and a queue": {
    state: {
      ...inOneTurn({ status: "streaming", text, reasoning: "Hm. ".repeat(100) }),
      draft: {
        ...emptyDraft,
        text: "And then?",
        queued: [1, 2, 3].map((n) => ({
          id: `q${n}`,
          text: `A question that waits for its turn, ${n}`,
          attachments: n,
        })),
      },
    },
    messages: [
      { type: "notice", notice: { severity: "error", text: "This chat cannot be saved: ENOSPC.", about: "saving" } },
      { type: "notice", notice: { severity: "info", text: "The code was copied to the clipboard." } },
    ],
    act: (page) => page.locator(".markdown math[display=block]").waitFor(),
  },
  "with versions, reasoning, and an open attachment": {
    state: inOneTurn(
      { text, reasoning: "Hm. ".repeat(100), reasoningMs: 12_100, truncated: true },
      { versions: ["t1", "t9"], variants: ["q", "t1-a"], question: { text: "Why? ".repeat(200), attachments } },
    ),
    act: async (page) => {
      await page.locator(".markdown math[display=block]").waitFor();
      await page.locator(".answer .fold").first().click();
      await page.locator(".chip-label").first().click();
    },
  },
  "with a failed answer": {
    state: inOneTurn({ status: "failed", text: "", failures: ["12 busy"], error }),
    act: (page) => page.click("summary"),
  },
  "while a question is edited": {
    state: inOneTurn({}, { question: { text: "Why? ".repeat(30), attachments } }),
    act: (page) => page.click("[aria-label='Edit and Ask Again']"),
  },
  "with answers of several models": {
    state: { environment, turns: [compared] },
    act: (page) => page.locator("[role=tab], .column-header").first().waitFor(),
  },
  "while a model looks into the project": {
    state: {
      ...inOneTurn({ status: "waiting", text: "", look }),
      draft: { ...emptyDraft, text: "@project Why?", attachments },
    },
    messages: [
      {
        ...{ type: "send-preview", conversation: "c1" },
        preview: {
          instructions: [{ id: "i", kind: "file", label: "AGENTS.md" }],
          tokenEstimate: { share: 0.9, text: "About 28,000 tokens" },
          warning: { text: "This is too long.", action: { label: "Start a New Chat", message: { type: "new-chat" } } },
          lookCloser: { isOn: true, most: 4, left: 31 },
        },
      },
    ],
  },
  "with the find bar": {
    state: inOneTurn({ text }),
    act: async (page) => {
      await page.keyboard.press("Control+f");
      await page.keyboard.type("month");
      await page.locator(".find-count", { hasText: "of" }).waitFor();
      // Clicks only if nothing covers it, such as the reminder of the question.
      await page.locator(".find-input").click();
    },
  },
};

const sideBar = { width: 220, height: 400 };
const screens = {
  "side bar at 200 %": sideBar,
  "side bar at 150 %": { width: 293, height: 533 },
  "panel at 200 %": { width: 640, height: 140 },
  "panel at 150 %": { width: 853, height: 187 },
};

for (const [name, { state, messages = [], act }] of Object.entries(shownStates))
  test(`The page fits small screens and is accessible in all themes ${name}`, async () => {
    await using chat = await open({ state, context: { viewport: sideBar, deviceScaleFactor: 2 } });
    const { page } = chat;
    await chat.send(...messages);
    await act?.(page);
    for (const [what, size] of Object.entries(screens)) {
      await page.setViewportSize(size);
      assert.deepEqual(await misplaced(page), [], what);
      if (process.env["SHOTS"]) await page.screenshot({ path: `${process.env["SHOTS"]}/${name}-${what}.png` });
    }

    await page.setViewportSize(sideBar);
    await page.evaluate(showFaintest);
    for (const theme of themeNames) {
      await chat.setTheme(theme);
      const { violations } = theme === "dark" ? await allViolations(page) : await page.evaluate(contrastViolations);
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ""}`),
      );
      assert.deepEqual(found, [], theme);
    }
    assert.deepEqual(chat.errors, []);
  });

type Violations = Pick<Awaited<ReturnType<AxeBuilder["analyze"]>>, "violations">;

declare const axe: { run(options: object): Promise<Violations> };

/** The usual mode opens a page for each run, which only pages with frames need. */
const allViolations = (page: Page): Promise<Violations> => new AxeBuilder({ page }).setLegacyMode().analyze();

/** Runs in the page after `allViolations`, which has added `axe`: adding it again takes longer than this run. Only colors differ between themes. */
const contrastViolations = (): Promise<Violations> =>
  axe.run({ runOnly: ["color-contrast"], resultTypes: ["violations"] });

describe("Little room", () => {
  test("leaves the texts of a deep tree wider than a letter, which scrolls", async () => {
    const levels = Array.from({ length: 12 }, (_, level) => `${"  ".repeat(level)}- folder${level}`);
    await using chat = await open({ state: inOneTurn({ text: levels.join("\n") }), width: 220 });
    const { page } = chat;
    await page.getByText("folder11").waitFor();
    const heights = await page
      .locator(".markdown li > p")
      .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
    assert.equal(heights.length, 12);
    assert.ok(Math.max(...heights) < 2 * Math.min(...heights), heights.join());
    assert.deepEqual(
      await page
        .locator(".markdown ul")
        .evaluateAll((lists) =>
          lists.flatMap((list, depth) =>
            list.scrollWidth > list.clientWidth && getComputedStyle(list).overflowX === "auto" ? depth : [],
          ),
        ),
      [0],
    );
  });

  test("shows all examples of an empty chat in a low panel", async () => {
    await using chat = await open({ state: { environment }, width: 900, height: 222 });
    const bottoms = await chat.page
      .locator(".example")
      .evaluateAll((examples) => examples.map((example) => example.getBoundingClientRect().bottom));
    const { y } = (await chat.page.locator(".privacy").boundingBox()) ?? assert.fail();
    assert.ok(bottoms.length >= 3 && Math.max(...bottoms) <= y, `${bottoms.join()} above ${y}`);
  });
});

/** Runs in the page. What pulses is faintest when its animation starts, and must be readable then. */
function showFaintest(): void {
  for (const animation of document.getAnimations()) {
    animation.pause();
    animation.currentTime = 0;
  }
}

/** Elements that are too wide or cut off, and buttons and fields that are too small. */
function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** Smaller targets are hard to hit. CSS pixels. */
    const minTarget = 22;
    const found = new Set<string>();
    const report = (problem: string, element: Element): unknown =>
      found.add(`${problem}: ${element.outerHTML.slice(0, 120)}`);
    const scrolls = (element: Element): boolean => /auto|scroll/.test(getComputedStyle(element).overflow);
    const shown = (selector: string): Element[] =>
      [...document.querySelectorAll(selector)].filter(
        (element) => !element.closest(".visually-hidden") && element.checkVisibility({ visibilityProperty: true }),
      );

    for (const element of shown("main *:not(math *)")) {
      if (element.parentElement?.closest("pre, .table, .math")) continue;
      if (element.getBoundingClientRect().right > innerWidth + 0.5) report("too wide", element);
    }
    for (const element of shown("main :is(button, summary, input, textarea):enabled, main summary")) {
      const { width, height, top, bottom } = element.getBoundingClientRect();
      if (Math.min(width, height) < minTarget && !element.matches("p .text-button"))
        report(`${Math.round(width)} × ${Math.round(height)}`, element);
      let parent = element.parentElement;
      for (; parent && !scrolls(parent); parent = parent.parentElement) {
        const outer = parent.getBoundingClientRect();
        if (getComputedStyle(parent).overflow !== "visible" && (bottom > outer.bottom + 1 || top < outer.top - 1))
          report("cut off", element);
      }
    }
    return [...found];
  });
}

describe("Motion on the page", () => {
  const everythingMoves: Partial<ChatState> = {
    environment,
    turns: [
      { ...compared, id: "t0" },
      turnViewOf("t1", {}, { status: "waiting", text: "", look }),
      turnViewOf("t2", {}, { status: "streaming", text: "", reasoning: "Hm." }),
    ],
  };

  for (const reducedMotion of ["no-preference", "reduce"] as const)
    test(`ends with the setting of VS Code, or with that of the system (${reducedMotion})`, async () => {
      await using chat = await open({ state: everythingMoves, context: { reducedMotion } });
      const { page } = chat;
      await page.locator("[role=tab]").first().waitFor();
      const moving = (): Promise<number> => page.evaluate(() => document.getAnimations().length);
      assert.equal((await moving()) > 3, reducedMotion === "no-preference");
      await page.evaluate(() => document.body.classList.add("vscode-reduce-motion"));
      assert.equal(await moving(), 0);
    });
});

test("The privacy notice is in view before the first question, however small the window is", async () => {
  for (const canAsk of [true, false]) {
    const state = { environment: { ...environment, canAsk, recommendsAdaptive: true } };
    await using chat = await open({ state });
    for (const [width, height] of [
      [220, 420],
      [340, 300],
      [300, 470],
      [600, 900],
    ] as const) {
      await chat.page.setViewportSize({ width, height });
      const [notice, list] = await Promise.all(
        [".privacy", ".transcript"].map((selector) => chat.page.locator(selector).boundingBox()),
      );
      assert.ok(notice && list);
      const isInView = notice.y >= list.y && notice.y + notice.height <= list.y + list.height + 1;
      assert.ok(isInView, `${width} × ${height}: ${JSON.stringify({ notice, list })}`);
    }
  }
});
