import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { ChatState, TurnView } from "../../../src/chat/page/protocol";
import { chatPages } from "../../support/page/chatPages";
import { themeNames } from "../../support/page/themes";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const open = chatPages();

const failed = {
  status: "failed",
  text: "",
  error: {
    sentence: "Your privacy settings exclude all free models.",
    label: "Open Privacy Settings",
    action: { do: "open-link", url: "https://openrouter.ai/settings/privacy" },
    detail: "404 No endpoints found",
  },
} as const;

/** One of everything that the page can show. */
const everything: Partial<ChatState> = {
  turns: [
    turnViewOf(
      "t1",
      { question: { text: "Explain.", attachments: [{ id: "x", kind: "selection", label: "a.ts:1-4" }] } },
      { reasoning: "Hm.", reasoningMs: 2100, failures: ["2 busy"] },
    ),
    turnViewOf("t2", { versions: ["t2", "t9"], variants: ["q", "t2-a"] }, failed),
    turnViewOf("t3", {}, { status: "interrupted", text: "Half an" }),
    turnViewOf("t4", {}, { status: "streaming", text: "Text" }),
  ],
  draft: {
    text: "next",
    attachments: [{ id: "y", kind: "file", label: "b.ts" }],
    queued: [{ id: "q", text: "And then?", attachments: 0 }],
    revision: 1,
  },
};

describe("transcript", () => {
  test("streams an answer and announces its start and end", async () => {
    await using chat = await open();
    const { page } = chat;
    const waiting = { id: "t1-a", status: "waiting", text: "", startedAt: Date.now() } as const;
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, waiting)] });
    assert.match((await page.textContent(".waiting")) ?? "", /Asking Gemma 3 27B/);
    const header = answerHeader({ id: "t1-a", status: "waiting", startedAt: Date.now(), failures: ["1 busy"] });
    await chat.send({ type: "answer", answer: header });
    assert.match((await page.textContent(".waiting")) ?? "", /1 busy, asking Gemma 3 27B/);
    await chat.send({ type: "answer", answer: { ...header, startedAt: Date.now() - 4_000 } });
    assert.match((await page.textContent(".waiting-time")) ?? "", /^\d+ s$/);
    await chat.send(
      { type: "delta", answer: "t1-a", text: "Hello " },
      { type: "delta", answer: "t1-a", text: "there" },
    );
    await page.waitForFunction(() => document.querySelector(".markdown")?.textContent.includes("Hello there"));
    assert.equal(await page.textContent("[role=status]"), "Answer started.");
    await chat.send({ type: "answer", answer: answerHeader({ id: "t1-a" }) });
    assert.equal(await page.textContent("[role=status]"), "Answer complete.");
    const details = await page.locator(".answer-detail").allTextContents();
    const tooltip = await page.getAttribute(".answer-detail:has-text('total time')", "title");
    assert.equal(tooltip, "Total time: 8.2 s · Time to first token: 1.2 s");
    assert.deepEqual(details, ["Gemma 3 27B", "Google AI Studio", "total time 8.2 s", "345 tokens"]);
    assert.deepEqual(chat.errors, []);
  });

  test("announces why there is no answer, and nothing about an answer in a chat that was left", async () => {
    await using chat = await open();
    const announced = (): Promise<string | null> => chat.page.textContent("[role=status]");
    const waiting = turnViewOf("t1", {}, { status: "waiting", text: "" });
    await chat.send({ type: "turns", from: 0, turns: [waiting] });
    assert.equal(await announced(), "Question sent.");
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, failed)] });
    assert.equal(await announced(), failed.error.sentence);
    const streaming = turnViewOf("t2", {}, { status: "streaming", text: "Half an" });
    await chat.send({ type: "turns", from: 0, turns: [streaming] });
    assert.equal(await announced(), "Answer started.");
    await chat.send({ type: "state", state: { ...chat.state, conversation: "c2", turns: [] } });
    assert.equal(await announced(), "Answer started.");
  });

  test("shows an error with one button, and the message of the service under Details", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, failed)] } });
    assert.match((await chat.page.textContent(".error-box")) ?? "", /exclude all free models/);
    assert.ok(!(await chat.page.isVisible(".error-box pre")));
    await chat.page.click("summary");
    assert.equal(await chat.page.textContent(".error-box pre"), "404 No endpoints found");
    const act = chat.nextMessage("act");
    await chat.page.click(".error-box .button >> nth=0");
    assert.deepEqual(await act, { type: "act", answer: "t1-a", action: failed.error.action });
  });

  test("goes on with an answer that reached its length limit", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, { text: "Half an", truncated: true })] } });
    assert.match((await chat.page.textContent(".interrupted")) ?? "", /reached its length limit/);
    const act = chat.nextMessage("act");
    await chat.page.click("button:has-text('Continue')");
    assert.deepEqual(await act, { type: "act", answer: "t1-a", action: { do: "continue" } });
  });

  test("goes on with an answer that the user stopped, from its footer, if it has text", async () => {
    const turns = ["Half an", ""].map((text, n) => turnViewOf(`t${n}`, {}, { text, status: "stopped" }));
    await using chat = await open({ state: { turns } });
    assert.equal(await chat.page.getByRole("button", { name: "Continue" }).count(), 1);
    const act = chat.nextMessage("act");
    await chat.page.click(".answer-footer > button:has-text('Continue')");
    assert.deepEqual(await act, { type: "act", answer: "t0-a", action: { do: "continue" } });
  });

  test("does not say how long a model reasoned that hardly did", async () => {
    const turns = [0, 99, 100].map((reasoningMs, n) => turnViewOf(`t${n}`, {}, { reasoning: "Hm.", reasoningMs }));
    await using chat = await open({ state: { turns } });
    const labels = await chat.page.locator(".reasoning .fold").allTextContents();
    assert.deepEqual(labels, ["Reasoning", "Reasoning", "Reasoned for 0.1 s"]);
  });

  test("shows the check boxes of a task list in the middle of their first line", async () => {
    const text = `- [x] done\n- [ ] to do\n\n  and more\n- [x] ${"word ".repeat(80)}`;
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, { text })] } });
    await chat.page.waitForFunction(() => document.querySelectorAll(".task").length === 3);
    const offsets = await chat.page.locator(".task").evaluateAll((tasks) =>
      tasks.map((task) => {
        const text = document.createRange();
        text.selectNodeContents(task.querySelector("p") ?? task);
        const [line, box] = [text.getClientRects()[0], task.querySelector("input")?.getBoundingClientRect()];
        return line && box ? (line.top + line.bottom - box.top - box.bottom) / 2 : NaN;
      }),
    );
    for (const offset of offsets) assert.ok(Math.abs(offset) <= 1, String(offsets));
  });

  test("switches between answers and versions of a question, asks another model, and edits the question", async () => {
    await using chat = await open({
      state: { turns: [turnViewOf("t2", { versions: ["t2", "t9"], variants: ["q", "t2-a"], after: "p" })] },
    });
    const shown = chat.nextMessage("show");
    await chat.page.click(".answer-actions [aria-label=Previous]");
    assert.deepEqual(await shown, { type: "show", after: "t2", id: "q" });
    const versionShown = chat.nextMessage("show");
    await chat.page.click(".question-actions [aria-label=Next]");
    assert.deepEqual(await versionShown, { type: "show", after: "p", id: "t9" });
    const another = chat.nextMessage("regenerate");
    await chat.page.click("[aria-label='Ask Another Model']");
    assert.deepEqual(await another, { type: "regenerate", turn: "t2", another: true });
    const edited = chat.nextMessage("edit");
    await chat.page.click("[aria-label='Edit and Ask Again']");
    await chat.page.fill(".question-editor textarea", "In other words?");
    await chat.page.press(".question-editor textarea", "Enter");
    assert.deepEqual(await edited, { type: "edit", turn: "t2", text: "In other words?" });
  });

  test("opens VS Code's context menu where the button is, for the answer it belongs to", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1"), turnViewOf("t2")] } });
    const menu = await chat.page.evaluate(async () => {
      const button = document.querySelector<HTMLElement>("#turn-t1 [aria-label='More…']");
      const opened = new Promise<MouseEvent>((resolve) =>
        window.addEventListener("contextmenu", resolve, { once: true }),
      );
      button?.click();
      const { target, clientX, clientY } = await opened;
      const { left, bottom } = button?.getBoundingClientRect() ?? {};
      const context = target instanceof HTMLElement ? target.dataset["vscodeContext"] : undefined;
      return { isAtButton: clientX === Math.trunc(left ?? 0) && clientY === Math.trunc(bottom ?? 0), context };
    });
    assert.ok(menu.isAtButton);
    assert.deepEqual(JSON.parse(menu.context ?? ""), {
      ...{ webviewSection: "freeModelsAnswer", conversation: "c1", answer: "t1-a", answerHasModel: true },
      preventDefaultContextMenuItems: true,
    });
  });

  test("moves the cursor to the end of a question as soon as it is edited", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")] } });
    const cursor = await chat.page.evaluate(async () => {
      document.querySelector<HTMLElement>("[aria-label='Edit and Ask Again']")?.click();
      await new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
      const field = document.activeElement;
      return field instanceof HTMLTextAreaElement && [field.value, field.selectionStart, field.selectionEnd];
    });
    assert.deepEqual(cursor, ["Question t1?", 12, 12]);
  });

  test("follows the end of the chat until the user scrolls up", async () => {
    const turns = Array.from({ length: 12 }, (_, n) => turnViewOf(`t${n}`, {}, { text: "word ".repeat(150) }));
    turns.push(turnViewOf("last", {}, { status: "streaming", text: "Begin. " }));
    await using chat = await open({ state: { turns } });
    const fromEnd = (): Promise<number> =>
      chat.page.$eval(".transcript", (element) => element.scrollHeight - element.clientHeight - element.scrollTop);
    const grow = async (): Promise<void> => {
      await chat.send({ type: "delta", answer: "last-a", text: "more words ".repeat(100) });
      await chat.page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
    };
    await grow();
    assert.ok((await fromEnd()) < 2, `${await fromEnd()}`);
    await chat.page.hover(".transcript");
    await chat.page.mouse.wheel(0, -600);
    await chat.page.waitForSelector(".jump");
    const edges = await chat.page.evaluate(() =>
      [".transcript", ".jump", ".composer"].map((selector) => {
        const { top, bottom } = document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        return [top, bottom] as const;
      }),
    );
    const [answer, jump, composer] = edges;
    assert.ok(
      answer && jump && composer && answer[1] <= jump[0] && jump[1] <= composer[0],
      "nothing covers the answer",
    );
    const top = await chat.page.$eval(".transcript", (element) => element.scrollTop);
    await grow();
    assert.equal(await chat.page.$eval(".transcript", (element) => element.scrollTop), top);
    await chat.page.click(".jump");
    await grow();
    assert.ok((await fromEnd()) < 2);
    await chat.page.waitForSelector(".jump", { state: "detached" });
  });

  test("restores the scroll position when the page is loaded again", async () => {
    const turns = Array.from({ length: 12 }, (_, n) => turnViewOf(`t${n}`, {}, { text: "word ".repeat(150) }));
    await using chat = await open({ state: { turns } });
    const topmost = (): Promise<string | undefined> =>
      chat.page.evaluate(
        () => document.elementFromPoint(200, 60)?.closest<HTMLElement>("[data-turn]")?.dataset["turn"],
      );
    await chat.page.hover(".transcript");
    await chat.page.mouse.wheel(0, -1500);
    await chat.page.waitForSelector(".jump");
    await chat.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    const before = await topmost();
    await chat.load();
    await chat.page.waitForSelector(".jump");
    assert.equal(await topmost(), before);
  });

  test("renders the newest of a thousand turns at once, and the others when the page is idle", async () => {
    await using chat = await open();
    const turns = Array.from({ length: 1000 }, (_, n) => turnViewOf(`t${n}`, {}, { text: `Answer ${n}. `.repeat(40) }));
    const first = await chat.page.evaluate(
      async (state) => {
        window.dispatchEvent(new MessageEvent("message", { data: [{ type: "state", state }] }));
        await new Promise(requestAnimationFrame);
        return document.querySelectorAll(".turn").length;
      },
      { ...chat.state, conversation: "c2", turns },
    );
    assert.ok(first >= 12 && first < 100, `${first} turns in the first frame`);
    assert.ok(await chat.page.locator("#turn-t999").isVisible());
    await chat.page.waitForSelector("#turn-t0", { state: "attached" });
    assert.equal(await chat.page.locator(".turn").count(), 1000);
    assert.ok(await chat.page.locator("#turn-t999").isVisible());
  });

  test("offers to sign in or enter an API key, and example questions once there is a key", async () => {
    await using chat = await open({ state: { environment: { canAsk: false, modelChoice: "Automatic" } } });
    const signIn = chat.nextMessage("sign-in");
    await chat.page.click("text=Sign In with OpenRouter");
    await signIn;
    const setKey = chat.nextMessage("set-key");
    await chat.page.click("text=Enter a Key Instead");
    await setKey;
    await chat.send({ type: "environment", environment: { canAsk: true, modelChoice: "Automatic" } });
    const example = chat.nextMessage("example");
    await chat.page.click("text=Explain the open file");
    assert.equal((await example).subject, "editor");
    assert.equal(await chat.page.locator(".example").count(), 4);
  });

  test("recommends to select models by quality until the user has chosen", async () => {
    const environment = { canAsk: true, modelChoice: "Automatic (random)" };
    await using chat = await open({ state: { environment: { ...environment, recommendsAdaptive: true } } });
    const chosen = chat.nextMessage("use-adaptive");
    await chat.page.click("text=Use Automatic (adaptive)");
    await chosen;
    await chat.send({ type: "environment", environment });
    await chat.page.locator(".recommendation").waitFor({ state: "detached" });
  });

  test("leaves the room of the recommendation to attachments", async () => {
    const environment = { canAsk: true, modelChoice: "Automatic (random)", recommendsAdaptive: true };
    await using chat = await open({ state: { environment } });
    const draft = (attachments: { id: string; kind: "file"; label: string }[], revision: number) =>
      chat.send({ type: "draft", draft: { text: "", attachments, queued: [], revision } });
    await chat.page.locator(".recommendation").waitFor();
    await draft([{ id: "1", kind: "file", label: "price.ts" }], 1);
    await chat.page.locator(".recommendation").waitFor({ state: "detached" });
    await draft([], 2);
    await chat.page.locator(".recommendation").waitFor();
  });

  test("shows an error when rendering fails, and recovers", async () => {
    await using chat = await open({ state: everything });
    const crashed = chat.nextMessage("crash");
    const broken = { ...turnViewOf("bad"), question: undefined } as unknown as TurnView;
    await chat.send({ type: "turns", from: 0, turns: [broken] });
    await crashed;
    await chat.page.waitForSelector(".crash");
    const copied = chat.nextMessage("copy-diagnostics");
    await chat.page.click("button:text-is('Copy Diagnostics')");
    await copied;
    const ready = chat.nextMessage("ready");
    await chat.page.click("button:text-is('Reload')");
    await ready;
    await chat.page.waitForSelector(".turn");
    assert.equal(await chat.page.locator(".turn").count(), 4);
  });

  const emptyChats = [
    { environment: { canAsk: false, modelChoice: "Automatic" } },
    { environment: { canAsk: true, modelChoice: "Automatic", recommendsAdaptive: true } },
  ];
  for (const theme of themeNames) {
    test(`is accessible (${theme})`, async () => {
      for (const state of [everything, {}, ...emptyChats]) {
        await using chat = await open({ state, theme });
        const { violations } = await new AxeBuilder({ page: chat.page }).analyze();
        const found = violations.map(({ id, nodes }) =>
          [id, ...nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`)].join("\n"),
        );
        assert.deepEqual(found, []);
        assert.deepEqual(chat.errors, []);
      }
    });
  }

  test("fits widths from 180 to 900 pixels, also at 200 %", async () => {
    for (const [width, deviceScaleFactor] of [
      [180, 1],
      [300, 1],
      [900, 1],
      [200, 2],
    ] as const) {
      await using chat = await open({
        state: everything,
        width,
        context: { viewport: { width, height: 600 }, deviceScaleFactor },
      });
      const overflowing = await chat.page.evaluate(() =>
        [...document.querySelectorAll("main *")]
          .filter((element) => !element.closest(".visually-hidden, pre, .codicon"))
          .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 0.5)
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(overflowing, [], `${width} px`);
    }
  });

  test("makes every control reachable with the keyboard", async () => {
    await using chat = await open({ state: everything });
    // The reminder of a question can only be reached while it is shown.
    const selector = "main button:enabled:not(.question-reminder > *), main textarea";
    const controls = chat.page.locator(selector);
    const reached = new Set<string>();
    await chat.page.focus(".composer-text");
    for (let n = 0; n < (await controls.count()) + 15; n++) {
      reached.add(
        await chat.page.evaluate((selector) => {
          const all = [...document.querySelectorAll(selector)];
          return String(document.activeElement ? all.indexOf(document.activeElement) : -1);
        }, selector),
      );
      await chat.page.keyboard.press("Shift+Tab");
    }
    reached.delete("-1");
    // At least, because *Jump to Latest* appears and disappears while scrolling.
    assert.ok(reached.size >= (await controls.count()));
  });
});
