import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ChatPageHarness } from "../../support/page/chatPage";
import { chatPages } from "../../support/page/chatPages";
import { deltasOf, mixedAnswer } from "../../support/page/mixedAnswer";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const earlierTurns = Array.from({ length: 4 }, (_, n) => turnViewOf(`q${n}`, {}, { text: "word ".repeat(150) }));
const streaming = { turns: [...earlierTurns, turnViewOf("t1", {}, { status: "streaming", text: "Begin.\n\n" })] };

describe("following a streaming answer", () => {
  test("follows a long mixed answer to its end in every width", async () => {
    // In the order of this seed, blocks move to a new chunk while the height of the whole stays the same.
    const deltas = deltasOf(mixedAnswer(5)).slice(0, 1300);
    const widths = [220, 320, 400, 600];
    const lost = await Promise.all(
      widths.map(async (width) => {
        await using chat = await open({ width, state: streaming });
        return [width, await stream(chat, deltas)];
      }),
    );
    assert.deepEqual(
      lost,
      widths.map((width) => [width, []]),
    );
  });

  test("keeps following when the content gets shorter and grows back before it is painted", async () => {
    await using chat = await open({ state: streaming });
    await chat.page.evaluate(async () => {
      const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);
      const footer = document.createElement("div");
      footer.style.height = "67px";
      document.querySelector(".transcript-content")?.append(footer);
      await nextFrame().then(nextFrame);
      footer.style.height = "0";
      document.querySelector(".transcript")?.getBoundingClientRect();
      footer.style.height = "67px";
      await nextFrame().then(nextFrame);
    });
    assert.equal(await chat.page.locator(".jump").count(), 0);
    assert.deepEqual(await stream(chat, ["word"]), []);
  });

  test("shows an empty chat from its start, however low the window is", async () => {
    for (const canAsk of [false, true]) {
      const state = { environment: { canAsk, modelChoice: "" }, turns: [] };
      await using chat = await open({ state, context: { viewport: { width: 320, height: 240 } } });
      const scrollTop = (): Promise<number> =>
        chat.page.locator(".transcript").evaluate((element) => element.scrollTop);
      await chat.page.setViewportSize({ width: 320, height: 250 });
      assert.equal(await scrollTop(), 0);
      const button = chat.page.locator(".empty button").first();
      assert.ok(await button.evaluate((element) => element.getBoundingClientRect().bottom < innerHeight / 2));
      await chat.page.locator(".transcript").evaluate((element) => (element.scrollTop = 10_000));
      await chat.page.setViewportSize({ width: 320, height: 260 });
      assert.ok((await scrollTop()) > 0, "stays where the reader has scrolled to");
    }
  });

  test("shows a failure from its start where it is higher than the window, until the reader scrolls on", async () => {
    const error = { sentence: "No.", label: "Retry", action: { do: "retry" }, detail: "404\n".repeat(9) } as const;
    const failed = turnViewOf("t1", {}, { status: "failed", text: "", error });
    const waiting = turnViewOf("t1", {}, { status: "waiting", text: "" });
    await using chat = await open({
      state: { turns: [...earlierTurns, waiting] },
      context: { viewport: { width: 1200, height: 250 } },
    });
    const { page } = chat;
    await chat.send({ type: "turns", from: 4, turns: [failed] });
    const isShown = (selector: string): Promise<boolean> =>
      page.locator(selector).evaluate((element) => {
        const { top, bottom, left } = element.getBoundingClientRect();
        const transcript = document.querySelector(".transcript")?.getBoundingClientRect();
        const isCovered = !element.contains(document.elementFromPoint(left + 2, top + 2));
        return transcript !== undefined && top >= transcript.top && bottom <= transcript.bottom && !isCovered;
      });
    assert.equal(await isShown(".error-text > p"), true);
    await chat.send({ type: "state", state: { ...chat.state, conversation: "c2", turns: [...earlierTurns, failed] } });
    assert.equal(await isShown(".error-text > p"), true);
    await page.hover(".transcript");
    await page.mouse.wheel(0, 1_000);
    await page.locator("summary").click();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.equal(await isShown("summary"), true);
    await chat.send({ type: "turns", from: 5, turns: [turnViewOf("t2", {}, { status: "waiting", text: "" })] });
    assert.equal(await isShown(".waiting"), true);
  });

  const gestures: Record<string, (chat: ChatPageHarness) => Promise<unknown>> = {
    "turns the wheel": async ({ page }) => {
      await page.hover(".transcript");
      await page.mouse.wheel(0, -300);
    },
    "presses a key": async ({ page }) => {
      await page.focus(".transcript");
      await page.keyboard.press("PageUp");
    },
    "moves the focus": async ({ page }) => {
      await page.focus(".composer-text");
      for (let presses = 0; presses < 8; presses++) await page.keyboard.press("Shift+Tab");
    },
    "drags with a finger": async ({ page, context }) => {
      const session = await context.newCDPSession(page);
      const touch = (type: "touchStart" | "touchMove", y: number): Promise<unknown> =>
        session.send("Input.dispatchTouchEvent", { type, touchPoints: [{ x: 200, y }] });
      await touch("touchStart", 100);
      for (let y = 120; y <= 400; y += 40) await touch("touchMove", y);
      await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    },
    "selects text": async ({ page }) => {
      await page.mouse.move(60, 300);
      await page.mouse.down();
      await page.mouse.move(250, 340, { steps: 3 });
      await page.mouse.up();
    },
  };
  for (const [name, gesture] of Object.entries(gestures)) {
    test(`stops following when the reader ${name}`, async () => {
      await using chat = await open({
        state: streaming,
        context: { viewport: { width: 400, height: 700 }, hasTouch: true },
      });
      await stream(chat, deltasOf("word ".repeat(200)));
      assert.equal(await chat.page.locator(".jump").count(), 0);
      await gesture(chat);
      await chat.page.waitForSelector(".jump");
      const [sent] = await stream(chat, deltasOf("word ".repeat(100)));
      assert.ok(sent !== undefined && (await chat.page.isVisible(".jump")));
    });
  }

  test("counts a new position without a gesture in a chat at rest, as assistive technology sets it", async () => {
    await using chat = await open({ state: { turns: earlierTurns } });
    // Once the page has settled.
    await chat.page.waitForFunction(() => {
      const scroller = document.querySelector(".transcript");
      if (scroller) scroller.scrollTop = 0;
      return document.querySelector(".jump");
    });
    assert.equal(await chat.page.$eval(".transcript", ({ scrollTop }) => scrollTop), 0);
  });

  test("keeps following when the reader clicks, or moves the cursor in the composer", async () => {
    await using chat = await open({ state: streaming });
    await chat.page.click(".transcript", { position: { x: 100, y: 100 } });
    await chat.page.fill(".composer-text", "one\ntwo");
    await chat.page.keyboard.press("ArrowUp");
    assert.deepEqual(await stream(chat, deltasOf("word ".repeat(300))), []);
  });
});

/** Streams the deltas, 150 a second. Returns how many had been sent when the page was found not to follow, at most three times. */
async function stream({ page }: ChatPageHarness, deltas: readonly string[]): Promise<number[]> {
  return page.evaluate(async (deltas) => {
    const lost: number[] = [];
    const started = performance.now();
    for (let sent = 0; sent < deltas.length;) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      const due = Math.min(deltas.length, Math.ceil((performance.now() - started) * 0.15));
      const text = deltas.slice(sent, due).join("");
      window.dispatchEvent(new MessageEvent("message", { data: [{ type: "delta", answer: "t1-a", text }] }));
      sent = due;
      if (document.querySelector(".jump") && lost.length < 3) lost.push(sent);
    }
    const fromEnd = (): number => {
      const scroller = document.querySelector(".transcript");
      return scroller ? scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop : NaN;
    };
    // On a busy machine the page still renders the last words in the next frames. Two more show that it stays at the end.
    for (let frames = 0; frames < 120 && !(fromEnd() < 2); frames++) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return fromEnd() < 2 ? lost : [...lost, deltas.length];
  }, deltas);
}
