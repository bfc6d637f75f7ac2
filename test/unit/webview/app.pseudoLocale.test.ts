// Finds strings on the page that are not localized, with a pseudo-locale that puts brackets around every localized string.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";
import { collectSourceTexts } from "../../support/sourceTexts";

/** The pseudo-locale: each string of the source code in brackets. */
const pseudo = Object.fromEntries(collectSourceTexts().texts.map(({ text }) => [text, `⟦${text}⟧`]));

const open = chatPages();

/** Text and labels on the page that are not in brackets. Data from the host is ignored: these tests use only digits for it. */
async function unlocalized(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
      if (!walker.currentNode.parentElement?.closest("script, style")) found.push(walker.currentNode.textContent ?? "");
    for (const element of document.querySelectorAll("*"))
      for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(element.getAttribute(name) ?? "");
    return found;
  });
  return texts.filter((text) => /\p{L}{2}/u.test(text.replace(/⟦[^⟦⟧]*⟧/gu, "").replace(/⟦.*⟧/gsu, "")));
}

const digits = { id: "1/1", name: "1" };
const header = { model: digits, provider: "2", text: "3", failures: ["4"] };

describe("page in a pseudo-locale", () => {
  for (const canAsk of [false, true])
    test(`localizes the empty chat ${canAsk ? "with" : "without"} an API key`, async () => {
      await using chat = await open({
        translations: pseudo,
        state: { environment: { canAsk, modelChoice: "1", recommendsAdaptive: true } },
      });
      await chat.page.waitForSelector(".empty");
      assert.deepEqual(await unlocalized(chat.page), []);
    });

  test("localizes questions and answers in every state", async () => {
    await using chat = await open({
      translations: pseudo,
      state: {
        environment: { canAsk: true, modelChoice: "1" },
        turns: [
          turnViewOf(
            "1",
            { question: { text: "5", attachments: [{ id: "6", kind: "selection", label: "7" }] } },
            { ...header, reasoning: "8", reasoningMs: 2_100 },
          ),
          turnViewOf(
            "2",
            { versions: ["2", "9"], variants: ["3", "2-a"], question: { text: "5", attachments: [] } },
            {
              ...header,
              status: "failed",
              error: { sentence: "1", label: "2", action: { do: "retry" }, detail: "3" },
            },
          ),
          turnViewOf("3", { question: { text: "5", attachments: [] } }, { ...header, status: "interrupted" }),
          turnViewOf("4", { question: { text: "5", attachments: [] } }, { ...header, status: "streaming" }),
        ],
        draft: {
          text: "1",
          attachments: [{ id: "1", kind: "file", label: "2" }],
          queued: [{ id: "3", text: "4", attachments: 1 }],
          revision: 1,
        },
      },
    });
    await chat.page.waitForSelector(".error-box");
    assert.deepEqual(await unlocalized(chat.page), []);
  });

  test("localizes the labels of code, tables, tasks, alerts, footnotes and images in an answer", async () => {
    const text =
      "```\n1\n```\n\n```c\n2\n```\n\n| | |\n|-|-|\n| 1 | 2 |\n\n| 3 | 4 |\n|-|-|\n\n- [ ] 5\n- [x] 6\n\n" +
      "![](x) ![7](x) <img> <img alt=8>\n\n<p><img src=x></p>\n\n> <img>\n\n- <img>\n\n> [!TIP]\n> 9\n\n1[^2]\n\n[^2]: 3\n";
    await using chat = await open({
      translations: pseudo,
      state: {
        environment: { canAsk: true, modelChoice: "1" },
        turns: [turnViewOf("1", { question: { text: "0", attachments: [] } }, { ...header, text })],
      },
    });
    await chat.page.waitForSelector(".image-placeholder >> nth=6");
    const labels = await chat.page.evaluate(() =>
      [...document.querySelectorAll(".markdown :is([aria-label], .image-placeholder)")].map(
        (element) => element.getAttribute("aria-label") ?? element.textContent,
      ),
    );
    assert.ok(labels.includes("⟦Image not loaded: 7⟧") && labels.includes("⟦Table: 3, 4⟧"), labels.join("\n"));
    assert.deepEqual(await unlocalized(chat.page), []);
  });
});
