import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isUtcMidnight, nextUtcMidnight, resetTime, retryAfterTime } from "../../../src/router/resetTime";
import { snapshotDay } from "../../support/clock";

const now = snapshotDay + 12 * 3_600_000;
const midnight = snapshotDay + 86_400_000;

describe("parsing a reset time", () => {
  const cases: [name: string, value: string | undefined, expected: number | undefined][] = [
    ["milliseconds", String(midnight), midnight],
    ["seconds since 1970", String(midnight / 1_000), midnight],
    ["seconds from now", "30", now + 30_000],
    ["a fraction of a second", "0.5", now + 500],
    ["surrounding white space", ` ${midnight} `, midnight],
    ["24.5 hours from now, by clocks that differ", String(now + 24.5 * 3_600_000), now + 24.5 * 3_600_000],
    ["more than 25 hours from now", String(now + 25.1 * 3_600_000), undefined],
    ["minutes and seconds", "6m0s", now + 360_000],
    ["milliseconds with a unit", "120ms", now + 120],
    ["fractions of seconds with a unit", "2m59.5s", now + 179_500],
    ["hours, minutes and seconds", "1h2m3s", now + 3_723_000],
    ["days", "1d", now + 86_400_000],
    ["two days", "2d", undefined],
    ["a duration of zero", "0s", undefined],
    ["an unknown unit", "5w", undefined],
    ["a duration with other text", "in 5s", undefined],
    ["a past time", String(now - 1), undefined],
    ["the current time", String(now), undefined],
    ["a year from now, longer than any limit", String(now + 365 * 86_400_000), undefined],
    ["no value", undefined, undefined],
    ["an empty string", "", undefined],
    ["zero", "0", undefined],
    ["a negative number", "-5", undefined],
    ["text", "tomorrow", undefined],
    ["infinity", "Infinity", undefined],
  ];
  for (const [name, value, expected] of cases)
    test(`${name}: ${expected === undefined ? "ignored" : "accepted"}`, () =>
      assert.equal(resetTime(value, now), expected));
});

describe("parsing Retry-After", () => {
  const cases: [name: string, header: string | undefined, body: unknown, expected: number | undefined][] = [
    ["seconds", "7", undefined, now + 7_000],
    ["fractions of seconds", "1.5", undefined, now + 1_500],
    ["a date", new Date(now + 90_000).toUTCString(), undefined, now + 90_000],
    ["in the body, as a number", undefined, 7, now + 7_000],
    ["in the body, as a string", undefined, "7", now + 7_000],
    ["in both, where the header wins", "7", 9, now + 7_000],
    ["an hour, capped at five minutes", "3600", undefined, now + 300_000],
    ["next year, capped at five minutes", "Fri, 01 Jan 2027 00:00:00 GMT", undefined, now + 300_000],
    ["zero", "0", undefined, undefined],
    ["a negative number", "-1", undefined, undefined],
    ["a past date", new Date(now - 86_400_000).toUTCString(), undefined, undefined],
    ["text", "soon", undefined, undefined],
    ["no value", undefined, undefined, undefined],
    ["an object", undefined, { seconds: 7 }, undefined],
    ["infinity", undefined, Infinity, undefined],
  ];
  for (const [name, header, body, expected] of cases)
    test(`${name}: ${expected === undefined ? "ignored" : "accepted"}`, () => {
      const headers = new Headers(header === undefined ? {} : { "Retry-After": header });
      assert.equal(retryAfterTime(headers, now, body), expected);
    });
});

test("the day ends at midnight UTC, also at the end of a year", () => {
  assert.equal(nextUtcMidnight(now), midnight);
  assert.equal(nextUtcMidnight(midnight - 1), midnight);
  assert.equal(nextUtcMidnight(midnight), midnight + 86_400_000);
  assert.equal(nextUtcMidnight(Date.UTC(2026, 11, 31, 23)), Date.UTC(2027, 0, 1));
});

test("only the start of a UTC day is midnight", () => {
  for (const time of [midnight, midnight - 86_400_000]) assert.ok(isUtcMidnight(time));
  for (const time of [now, midnight - 1_000, midnight + 60_000]) assert.ok(!isUtcMidnight(time));
});
