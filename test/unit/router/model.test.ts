import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { normalizeModelId } from "../../../src/router/model";
import { model } from "./sampleModels";

describe("model names from the service", () => {
  const models = [
    model("nvidia/super:free", { canonicalSlug: "nvidia/super-20230311" }),
    model("stealth/ox", { canonicalSlug: "stealth/ox-20260801" }),
    model("openrouter/free", { canonicalSlug: "openrouter/free-1", router: true }),
  ];
  const cases: [name: string, id: string][] = [
    ["nvidia/super:free", "nvidia/super:free"],
    ["nvidia/super-20230311:free", "nvidia/super:free"],
    ["nvidia/super-20230311", "nvidia/super:free"],
    ["stealth/ox-20260801", "stealth/ox"],
    ["openrouter/free-1", "openrouter/free-1"],
    ["unknown/model", "unknown/model"],
    ["unknown/model:free", "unknown/model:free"],
    ["nvidia/super", "nvidia/super:free"],
    ["stealth/ox:free", "stealth/ox:free"],
    ["", ""],
  ];
  for (const [name, id] of cases)
    test(`${name || "an empty name"} becomes ${id || "an empty id"}`, () =>
      assert.equal(normalizeModelId(name, models), id));
});
