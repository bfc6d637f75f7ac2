import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { plot, successStrip } from "../../../src/status/statisticsPlot";

describe("statisticsPlot", () => {
  test("has a label with the values", () => {
    assert.match(successStrip([{ ok: true }, { ok: false }, { ok: true }], "Latest"), /aria-label="Latest: ✓ ✗ ✓"/);
    assert.match(plot([700, 900.4], "Time"), /aria-label="Time: 700, 900"/);
  });

  test("draws the latest 24 values within the image", () => {
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

  test("is empty for a single value", () => assert.equal(plot([1], ""), ""));
});
