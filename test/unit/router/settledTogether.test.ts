import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settledTogether } from "../../../src/router/settledTogether";

const never = new Promise<string>(() => undefined);

describe("promises that settle together", () => {
  test("give their values and errors in their own order", async () => {
    const later = new Promise<string>((resolve) => setImmediate(resolve, "later"));
    const failing = Promise.reject(new Error("refused"));
    assert.deepEqual(await settledTogether([later, failing, Promise.resolve("now")], 1_000), {
      values: ["later", "now"],
      errors: [new Error("refused")],
    });
  });

  test("do not wait for one that is late, once there is a value", async () => {
    assert.deepEqual(await settledTogether([never, Promise.resolve("now")], 1), { values: ["now"], errors: [] });
  });

  test("wait as long as there is no value", async () => {
    const late = new Promise<string>((resolve) => setTimeout(resolve, 20, "late"));
    const settled = await settledTogether([late, Promise.reject(new Error("refused"))], 1);
    assert.deepEqual(settled.values, ["late"]);
  });

  test("may be none", async () => {
    assert.deepEqual(await settledTogether([], 1), { values: [], errors: [] });
  });
});
