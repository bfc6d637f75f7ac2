import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ModelStatistics } from "../../../src/router/index";
import { statisticsHtml } from "../../../src/status/statisticsHtml";
import { plot, successStrip } from "../../../src/status/statisticsPlot";
import { fakeClock } from "../../support/clock";

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
const resting: ModelStatistics = {
  ...{ model: "z-ai/glm-5.2:free", attempts: 1, successes: 0, successRate: 0, lastUsedAt: now },
  ...{ restingUntil: now + 60_000, recent: [{ at: now, ok: false }] },
};
const page = (statistics: readonly ModelStatistics[]): string =>
  statisticsHtml(statistics, {
    nonce: "abc",
    language: "en",
    now,
    names: new Map([[gemma.model, "Google: Gemma 4 31B (free)"]]),
  });

describe("the page of model statistics", () => {
  it("shows the latest used first, each with its figures, by name where it is known", () => {
    const html = page([gemma, resting]);
    assert.ok(html.indexOf("z-ai/glm-5.2") < html.indexOf("Google: Gemma 4 31B"));
    for (const words of ["Google: Gemma 4 31B<", "80 %", "3 of 4", "0.8 s", ">44<", "rests until"]) {
      assert.ok(html.includes(words), words);
    }
  });

  it("tells the day on which a model was asked last: it may be weeks ago", () => {
    const asked = new Date(now - 21 * 24 * 60 * 60_000);
    const html = page([{ ...gemma, lastUsedAt: asked.getTime() }]);
    assert.ok(html.includes(`last asked on ${asked.toLocaleDateString(undefined, { dateStyle: "medium" })}, `));
  });

  it("says so when there is nothing to show", () => assert.match(page([]), /No model has been asked yet/));

  it("lets in nothing but its own style, whatever a model is called", () => {
    const html = page([{ ...gemma, model: `x/<img src=x onerror="alert(1)">` }]);
    assert.doesNotMatch(html, /<img|<script/);
    assert.match(html, /default-src 'none'; style-src 'nonce-abc'/);
  });
});

describe("plots", () => {
  it("tell their values in words too", () => {
    assert.match(successStrip(gemma.recent, "Newest"), /aria-label="Newest: ✓ ✗ ✓"/);
    assert.match(plot([700, 900.4], "First words"), /aria-label="First words: 700, 900"/);
  });

  it("draw the newest 24 within the picture, from zero up", () => {
    const values = Array.from({ length: 60 }, (_, index) => index);
    const points = /points="([^"]*)"/
      .exec(plot(values, ""))?.[1]
      ?.split(" ")
      .map((point) => point.split(",").map(Number));
    assert.equal(points?.length, 24);
    for (const [x = -1, y = -1] of points) assert.ok(x >= 0 && x <= 120 && y >= 0 && y <= 24);
    assert.equal(
      successStrip(
        values.map(() => ({ ok: true })),
        "",
      ).match(/<rect/g)?.length,
      24,
    );
  });

  it("need two values to be a line", () => assert.equal(plot([1], ""), ""));
});
