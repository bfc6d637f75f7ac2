import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { AnswerView, ChatState, TurnView } from "../../../src/chat/page/protocol";
import { chatPages } from "../../support/page/chatPages";
import { themeNames } from "../../support/page/themes";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const open = chatPages();
const names = ["Model A", "Model B", "Model C"];

/** The answers of three models, with these changes by column. */
function comparison(...changes: Partial<AnswerView>[]): TurnView {
  const { answer, ...turn } = turnViewOf("t1");
  const columns = names.map((name, index) => ({
    ...answerHeader({ id: `c${index}`, model: { id: `m/${index}:free`, name } }),
    ...{ text: `The **answer** of ${name}.`, reasoning: "" },
    ...changes[index],
  }));
  return { ...turn, columns, variants: columns.map(({ id }) => id) };
}

const state = (turn: TurnView): Partial<ChatState> => ({ turns: [turn] });
const running: Partial<AnswerView> = { status: "streaming" };

describe("several answers to a question", () => {
  test("stand side by side where each has 320 pixels, else in tabs", async () => {
    await using chat = await open({ state: state(comparison()), width: 1_100 });
    const { page } = chat;
    assert.deepEqual(await page.locator(".column-row .column-header").allTextContents(), names);
    assert.equal(await page.locator(".column .markdown").count(), 3);
    await page.setViewportSize({ width: 600, height: 700 });
    await page.locator("[role=tab]").first().waitFor();
    assert.deepEqual(await page.locator("[role=tab]").allTextContents(), ["1Model A", "2Model B", "3Model C"]);
    assert.match((await page.textContent("[role=tabpanel] .markdown")) ?? "", /Model A/);
  });

  test("have tabs with a number and the part of the name that differs, and name the model in full", async () => {
    const models = ["NVIDIA: Nemotron Nano 9B", "NVIDIA: Nemotron 3 Nano 30B"];
    const named = models.map((name) => ({ model: { id: "m", name } }));
    await using chat = await open({
      state: state(comparison(...named, { model: { id: "m", name: "NVIDIA: Nemotron X" } })),
    });
    const { page } = chat;
    for (const [width, isCut] of [
      [220, true],
      [970, false],
    ] as const) {
      await page.setViewportSize({ width, height: 600 });
      await page.locator("[role=tab]").first().waitFor();
      const tabs = await page.locator("[role=tab]").evaluateAll((all) =>
        all.map((tab) => {
          const [start, rest] = [...tab.querySelectorAll<HTMLElement>(".tab-name > *")];
          const number = tab.querySelector(".column-number");
          return {
            title: (tab as HTMLElement).title,
            number: (number?.getBoundingClientRect().width ?? 0) > 0 && number?.textContent,
            start: start?.textContent,
            cut: (start?.getBoundingClientRect().top ?? 0) > tab.getBoundingClientRect().bottom - 10,
            rest: (rest?.clientWidth ?? 0) > 0 && rest?.textContent,
          };
        }),
      );
      const start = "NVIDIA: Nemotron ";
      const expected = { start, cut: isCut };
      assert.deepEqual(tabs, [
        { ...expected, title: models[0], number: "1", rest: "Nano 9B" },
        { ...expected, title: models[1], number: "2", rest: "3 Nano 30B" },
        { ...expected, title: `${start}X`, number: "3", rest: "X" },
      ]);
      await page.getByRole("tab", { name: models[1] ?? "" }).click();
      assert.equal(await page.locator("[role=tabpanel] .model").innerText(), models[1]);
    }
  });

  test("are shown one by one with the keyboard", async () => {
    await using chat = await open({ state: state(comparison()), width: 320 });
    const { page } = chat;
    await page.locator("[role=tab][aria-selected=true]").focus();
    const shown = (): Promise<string | null> => page.textContent("[role=tabpanel] .markdown");
    for (const [key, name] of [
      ["ArrowRight", "B"],
      ["ArrowRight", "C"],
      ["ArrowRight", "A"],
      ["ArrowLeft", "C"],
      ["Home", "A"],
      ["End", "C"],
    ]) {
      await page.keyboard.press(key ?? "");
      assert.match((await shown()) ?? "", new RegExp(`Model ${name}`));
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-selected")), "true");
    }
  });

  test("receive their own words and states", async () => {
    await using chat = await open({ state: state(comparison(running, running, running)), width: 1_100 });
    const { page } = chat;
    await chat.send(
      { type: "delta", answer: "c0", text: " One" },
      { type: "delta", answer: "c2", text: " Three" },
      { type: "answer", answer: answerHeader({ id: "c2", model: { id: "m/2:free", name: "Model C" } }) },
    );
    await page.locator(".column:nth-child(3) .keep").waitFor();
    assert.match((await page.textContent(".column:nth-child(1)")) ?? "", /Model A\. One/);
    assert.match((await page.textContent(".column:nth-child(3)")) ?? "", /Model C\. Three/);
    assert.equal(await page.locator(".keep").count(), 1, "an answer that is still written cannot be kept");
    assert.equal(await page.textContent("[role=status]"), "Model C has ended its answer.");
  });

  test("are shown once, also when one of them starts over and the host sends all again", async () => {
    const turn = comparison(running, running, running);
    await using chat = await open({ state: state(turn), width: 1_100 });
    const columns = turn.columns?.map((each, index) => (index === 1 ? { ...each, id: "c9", text: "Anew." } : each));
    await chat.send({ type: "turns", from: 0, turns: [{ ...turn, columns: columns ?? [] }] });
    await chat.page.getByText("Anew.").waitFor();
    assert.deepEqual(await chat.page.locator(".column .markdown").allInnerTexts(), [
      "The answer of Model A.",
      "Anew.",
      "The answer of Model C.",
    ]);
  });

  test("are announced when they end, also if their tab is not selected", async () => {
    await using chat = await open({ state: state(comparison(running, running, running)), width: 320 });
    await chat.page.locator("[role=tab]").first().waitFor();
    await chat.send({ type: "answer", answer: answerHeader({ id: "c2", model: { id: "m/2:free", name: "Model C" } }) });
    await chat.page.locator("[role=tab]:nth-child(3) .codicon-check").waitFor();
    assert.equal(await chat.page.textContent("[role=status]"), "Model C has ended its answer.");
  });

  test("can be stopped, asked again and kept, each by itself", async () => {
    await using chat = await open({ state: state(comparison(running, {}, {})), width: 1_100 });
    const press = async (type: Parameters<typeof chat.nextMessage>[0], selector: string) => {
      const message = chat.nextMessage(type);
      await chat.page.click(selector);
      return message;
    };
    assert.deepEqual(await press("stop", "[aria-label='Stop This Answer']"), { type: "stop", answer: "c0" });
    assert.deepEqual(await press("regenerate", ".column:nth-child(2) [aria-label='Ask Another Model']"), {
      ...{ type: "regenerate", turn: "t1", another: true, column: "c1" },
    });
    assert.deepEqual(await press("keep", ".column:nth-child(3) .keep"), { type: "keep", answer: "c2" });
    await chat.send({ type: "answer", answer: answerHeader({ id: "c1", status: "stopped" }) });
    assert.deepEqual(await press("act", ".column:nth-child(2) .answer-footer button:has-text('Continue')"), {
      ...{ type: "act", answer: "c1", action: { do: "continue" } },
    });
  });

  test("say in the composer which of them the next question goes on from", async () => {
    await using chat = await open({ state: state(comparison({ status: "failed" })), width: 1_100 });
    assert.equal(await chat.page.getAttribute(".composer-text", "placeholder"), "Ask a follow-up to Model B…");
  });

  test("in tabs let the next question go on from the one that is read", async () => {
    await using chat = await open({ state: state(comparison({}, {}, running)), width: 320 });
    const { page } = chat;
    const placeholder = (): Promise<string | null> => page.getAttribute(".composer-text", "placeholder");
    assert.equal(await placeholder(), "Ask a follow-up to Model A…");
    const read = chat.nextMessage("read");
    await page.getByRole("tab", { name: "Model B" }).click();
    assert.deepEqual(await read, { type: "read", answer: "c1" });
    assert.equal(await placeholder(), "Ask a follow-up to Model B…");
    // A question that is asked now waits for it.
    await page.getByRole("tab", { name: "Model C" }).click();
    assert.equal(await placeholder(), "Ask a follow-up to Model C…");
    const sideBySide = chat.nextMessage("read");
    await page.setViewportSize({ width: 1_100, height: 700 });
    assert.deepEqual(await sideBySide, { type: "read" });
  });

  test("do not lock each other's failure boxes", async () => {
    const error = { sentence: "It failed.", label: "Retry", action: { do: "retry" } } as const;
    const failed: Partial<AnswerView> = { status: "failed", text: "", error };
    await using chat = await open({ state: state(comparison(failed, running)), width: 1_100 });
    const message = chat.nextMessage("act");
    await chat.page.click(".error-box button");
    assert.deepEqual(await message, { type: "act", answer: "c0", action: { do: "retry" } });
  });

  const long = { text: "A line of the answer.\n\n".repeat(200) };
  for (const theme of themeNames)
    for (const [width, selector] of [
      [220, ".column-tabs"],
      [1_100, ".column-header"],
    ] as const)
      test(`keep the names of their models in view below the question (${theme}, ${width} pixels)`, async () => {
        await using chat = await open({ state: state(comparison(long, long, long)), width, theme });
        const { page } = chat;
        await page.waitForFunction(() => {
          const scroller = document.querySelector(".transcript");
          if (scroller) scroller.scrollTop = 2_000;
          return document.querySelector(".jump");
        });
        await page.locator(".question-reminder > button:visible").waitFor();
        const names = await page.locator(selector).evaluateAll((all) =>
          all.map((element) => {
            const { left, top, right, bottom } = element.getBoundingClientRect();
            const reminder = document.querySelector(".question-reminder > button")?.getBoundingClientRect();
            const shown = document.elementFromPoint((left + right) / 2, bottom - 3);
            const [, , , alpha = 1] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? [];
            return { gap: top - (reminder?.bottom ?? 0), isShown: element.contains(shown), alpha: Number(alpha) };
          }),
        );
        assert.deepEqual(names, Array(names.length).fill({ gap: 0, isShown: true, alpha: 1 }));
      });

  test("have icons at the end of a footer that wraps", async () => {
    const provider = { provider: "A Provider With a Long Name" };
    await using chat = await open({ state: state(comparison(provider, provider, provider)), width: 1_100 });
    const ends = await chat.page
      .locator(".column")
      .first()
      .evaluate((column) => {
        const endOf = (selector: string) => column.querySelector(selector)?.getBoundingClientRect();
        const [footer, details, icons, keep] = [".answer-footer", ".answer-details", ".answer-actions", ".keep"].map(
          endOf,
        );
        return {
          wraps: (icons?.top ?? 0) > (details?.top ?? 0) + 10,
          free: Math.round((footer?.right ?? 0) - (keep?.right ?? 0)),
          between: Math.round((keep?.left ?? 0) - (icons?.right ?? 0)),
        };
      });
    assert.deepEqual(ends, { wraps: true, free: 0, between: 4 });
  });

  for (const theme of themeNames)
    for (const width of [220, 1_100])
      test(`are accessible (${theme}, ${width} pixels)`, async () => {
        await using chat = await open({ state: state(comparison(running)), width, theme });
        await chat.page.locator(".column").first().waitFor();
        const { violations } = await new AxeBuilder({ page: chat.page }).include(".turn").analyze();
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
        );
        const overflow = await chat.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
      });
});

test("Asking several models takes what is in the composer", async () => {
  await using chat = await open();
  const { page } = chat;
  const button = page.locator("[aria-label='Ask Several Models…']");
  assert.ok(await button.isDisabled());
  await page.fill(".composer-text", "Which is best?");
  const message = chat.nextMessage("submit");
  await button.click();
  const { text, several } = await message;
  assert.deepEqual([text, several], ["Which is best?", true]);
});
