import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ModelStatistics } from "../../../src/router/index";
import { statisticsHtml, type RequesterRow } from "../../../src/status/statisticsHtml";
import { launchChromium } from "../../support/chromium";
import { fakeClock } from "../../support/clock";
import { model } from "../router/sampleModels";

// Set before the first use of a Date, so that times are the same on every machine.
process.env["TZ"] = "UTC";

/** Noon UTC. */
const now = fakeClock().now();
const gemma: ModelStatistics = {
  ...{ model: "google/gemma-4-31b-it:free", attempts: 4, successes: 3, successRate: 0.8, lastUsedAt: now - 60_000 },
  ...{ timeToFirstTextMs: 812, tokensPerSecond: 43.6 },
  recent: [
    { at: now - 4, ok: true, timeToFirstTextMs: 700, tokensPerSecond: 40 },
    { at: now - 3, ok: false },
    { at: now - 2, ok: true, timeToFirstTextMs: 900, tokensPerSecond: 50 },
  ],
};
const coolingDown: ModelStatistics = {
  ...{ model: "z-ai/glm-5.2:free", attempts: 1, successes: 0, successRate: 0, lastUsedAt: now },
  ...{ restingUntil: now + 60_000, recent: [{ at: now, ok: false }] },
};
const page = (statistics: readonly ModelStatistics[], requesters: readonly RequesterRow[] = []): string =>
  statisticsHtml(statistics, {
    nonce: "abc",
    language: "en",
    now,
    requesters,
    models: [model(gemma.model, { name: "Google: Gemma 4 31B (free)" })],
  });

describe("statisticsHtml", () => {
  test("shows each model with its numbers, most recently used first", () => {
    const html = page([gemma, coolingDown]);
    assert.ok(html.indexOf("z-ai/glm-5.2") < html.indexOf("Gemma 4 31B"));
    for (const text of [
      ">Gemma 4 31B<",
      '75% <span class="note">3 of 4</span>',
      ">lately 80%<",
      "2 of 3 answered, 0.8 s to first token",
      ">44<",
      "Cooling down until",
    ]) {
      assert.ok(html.includes(text), text);
    }
  });

  test("shows one share of successes if the latest attempts went no differently", () => {
    const html = page([coolingDown]);
    assert.ok(html.includes('0% <span class="note">0 of 1</span>'));
    assert.doesNotMatch(html, />lately/);
  });

  test("shows the date on which a model was last used", () => {
    const html = page([{ ...gemma, lastUsedAt: now - 21 * 24 * 60 * 60_000 }]);
    assert.match(html, /Last used on Aug 1, 2026, 12:00/);
  });

  test("reports that no model has been used yet", () => assert.match(page([]), /No model has been used yet/));

  test("shows what extensions have spent, if any has asked", () => {
    const name = `Agent <b>X</b> (some.agent)`;
    const html = page([gemma], [{ name, requestsToday: 4, requests: 1_270, permission: "20 a day" }]);
    assert.match(html, /Agent &#60;b&#62;X.*>4<\/td>.*>1,270<\/td>.*>20 a day</);
    assert.doesNotMatch(html, /<b>/);
    assert.doesNotMatch(page([gemma]), /Extension/);
  });

  test("is readable at a width of 300 pixels: nothing is cut, and each figure has its label", async () => {
    await using browser = await launchChromium();
    const tab = await browser.newPage({ viewport: { width: 300, height: 600 } });
    const requesters = [{ name: "Some Agent", requestsToday: 4, requests: 1_270, permission: "20 a day" }];
    await tab.setContent(page([gemma, coolingDown], requesters));
    assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth), 300);
    const labels = await tab
      .locator("td")
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell, "::before").content));
    assert.deepEqual(labels.slice(0, 4), [
      '"Success rate"',
      '"Time to first token"',
      '"Tokens per second"',
      '"Status"',
    ]);
    assert.equal(labels.at(-1), '"Permission"');
    assert.equal(await tab.getByRole("row").count(), 5, "it is still a table");
    await tab.setViewportSize({ width: 800, height: 600 });
    assert.equal(
      await tab
        .locator("td")
        .first()
        .evaluate((cell) => getComputedStyle(cell, "::before").content),
      "none",
    );
  });

  test("allows only its own style and escapes names of models", () => {
    const html = page([{ ...gemma, model: `x/<img src=x onerror="alert(1)">` }]);
    assert.doesNotMatch(html, /<img|<script/);
    assert.match(html, /default-src 'none'; style-src 'nonce-abc'/);
  });
});
