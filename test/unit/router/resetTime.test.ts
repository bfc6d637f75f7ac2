import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nextUtcMidnight, resetTime, retryAfterTime } from "../../../src/router/resetTime";
import { snapshotDay } from "../../support/clock";

const now = snapshotDay + 12 * 3_600_000;
const midnight = snapshotDay + 86_400_000;

describe("the instant of a reset", () => {
  const cases: [what: string, value: string | undefined, instant: number | undefined][] = [
    ["milliseconds", String(midnight), midnight],
    ["seconds since 1970", String(midnight / 1_000), midnight],
    ["seconds from now", "30", now + 30_000],
    ["parts of seconds", "0.5", now + 500],
    ["with white space", ` ${midnight} `, midnight],
    ["past", String(now - 1), undefined],
    ["now", String(now), undefined],
    ["in a year: no window is so long", String(now + 365 * 86_400_000), undefined],
    ["nothing", undefined, undefined],
    ["empty", "", undefined],
    ["nought", "0", undefined],
    ["negative", "-5", undefined],
    ["words", "tomorrow", undefined],
    ["endless", "Infinity", undefined],
  ];
  for (const [what, value, instant] of cases) test(what, () => assert.equal(resetTime(value, now), instant));
});

describe("the instant of a Retry-After", () => {
  const cases: [what: string, header: string | undefined, inBody: unknown, instant: number | undefined][] = [
    ["seconds", "7", undefined, now + 7_000],
    ["parts of seconds", "1.5", undefined, now + 1_500],
    ["a date", new Date(now + 90_000).toUTCString(), undefined, now + 90_000],
    ["in the body, as a number", undefined, 7, now + 7_000],
    ["in the body, as a text", undefined, "7", now + 7_000],
    ["in both: the header", "7", 9, now + 7_000],
    ["an hour: five minutes at most", "3600", undefined, now + 300_000],
    ["next year: five minutes at most", "Fri, 01 Jan 2027 00:00:00 GMT", undefined, now + 300_000],
    ["at once", "0", undefined, undefined],
    ["negative", "-1", undefined, undefined],
    ["yesterday", new Date(now - 86_400_000).toUTCString(), undefined, undefined],
    ["words", "soon", undefined, undefined],
    ["nothing", undefined, undefined, undefined],
    ["no text and no number", undefined, { seconds: 7 }, undefined],
    ["endless", undefined, Infinity, undefined],
  ];
  for (const [what, header, inBody, instant] of cases)
    test(what, () => {
      const headers = new Headers(header === undefined ? {} : { "Retry-After": header });
      assert.equal(retryAfterTime(headers, now, inBody), instant);
    });
});

test("the day ends at midnight UTC, whatever the hour, the year or the month", () => {
  assert.equal(nextUtcMidnight(now), midnight);
  assert.equal(nextUtcMidnight(midnight - 1), midnight);
  assert.equal(nextUtcMidnight(midnight), midnight + 86_400_000);
  assert.equal(nextUtcMidnight(Date.UTC(2026, 11, 31, 23)), Date.UTC(2027, 0, 1));
});
