import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorMessage } from "../../src/failureMessages";
import { defaultSettings, RouterError, type Quota, type ServiceState } from "../../src/router/index";
import { serviceStateText } from "../../src/status/serviceStateText";
import { statusRows } from "../../src/status/statusText";
import { formatDateTime, formatTimeAhead } from "../../src/timeFormat";

// Set before the first use of a Date, so that times are the same on every machine.
process.env["TZ"] = "UTC";

const midnight = Date.UTC(2030, 0, 2);
const minute = 60_000;

describe("formatTimeAhead", () => {
  for (const [before, text] of [
    [1, "12:00 AM (in less than a minute)"],
    [24_000, "12:00 AM (in less than a minute)"],
    [minute, "12:00 AM (in 1 min)"],
    [59 * minute, "12:00 AM (in 59 min)"],
    [59 * minute + 1, "12:00 AM (in 1 hour)"],
    [89 * minute, "12:00 AM (in 1 hour)"],
    [5 * 60 * minute, "12:00 AM (in 5 hours)"],
  ] as const)
    test(`says how far off a time is: ${text}`, () => assert.equal(formatTimeAhead(midnight, midnight - before), text));

  test("has the date of a time that is over", () => {
    assert.equal(formatTimeAhead(midnight, midnight + 1), formatDateTime(midnight));
  });
});

test("The same reset reads the same in the chat, the tooltip and the model picker", () => {
  const now = Date.now();
  const resetsAt = now + 5 * 60 * minute;
  const text = formatTimeAhead(resetsAt, now);
  const error = new RouterError("rate-limit-day", "For the log.", { retryAt: resetsAt });
  assert.equal(errorMessage(error).sentence, `Today's free requests are used up. The limit resets at ${text}.`);
  const quota: Quota = {
    ...{ used: 50, limit: 50, remaining: 0, resetsAt, exhausted: true },
    minute: { used: 0, limit: 20, resetsAt: now },
  };
  const rows = statusRows({
    ...{ now, key: "environment", running: undefined, nameOf: () => undefined, outcome: undefined, agent: undefined },
    ...{ quota, services: undefined, machine: "", statistics: [], modelSettings: defaultSettings },
  });
  assert.deepEqual(
    rows.find(([label]) => label === "Resets at"),
    ["Resets at", text],
  );
  const state: ServiceState = {
    ...{ id: "openrouter", kind: "openrouter", name: "OpenRouter", place: "remote", baseUrl: "", modelCount: 1, quota },
  };
  assert.equal(serviceStateText(state, { machine: "", now }), `used up until ${text}`);
});
