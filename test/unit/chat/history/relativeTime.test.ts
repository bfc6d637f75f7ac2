import assert from "node:assert/strict";
import { test } from "node:test";
import { relativeTime } from "../../../../src/chat/history/relativeTime";
import { fakeClock } from "../../../support/clock";

// Set before the first use of a Date, so that times are the same on every machine.
process.env["TZ"] = "UTC";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

test("relativeTime says how long ago a chat was changed, and the date after a week", () => {
  const now = fakeClock().now();
  const ages: [age: number, text: string][] = [
    [-10_000, "just now"],
    [59_000, "just now"],
    [minute, "1 minute ago"],
    [5 * minute + 59_000, "5 minutes ago"],
    [hour, "1 hour ago"],
    [day - 1, "23 hours ago"],
    [day, "1 day ago"],
    [7 * day - 1, "6 days ago"],
    [7 * day, "Aug 15, 2026, 12:00 PM"],
    [-hour, "Aug 22, 2026, 1:00 PM"],
  ];
  for (const [age, text] of ages) assert.equal(relativeTime(now - age, now).replace(/\s/g, " "), text);
});
