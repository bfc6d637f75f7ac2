import assert from "node:assert/strict";
import { test } from "node:test";
import { priceOf } from "../../../src/status/severalModels";

const [a, b, local] = ["m/a:free", "m/b:free", "ollama::qwen3:8b"];

for (const [models, left, sentence, isPossible] of [
  [[a], 31, "Choose two or three models.", false],
  [[a, b, local, "m/c:free"], 31, "Choose two or three models.", false],
  [[a, b, "m/c:free"], 31, "This takes at least 3 of your 31 free requests left today.", true],
  [[a, b], 1, "This takes at least 2 requests, but only 1 are left today.", false],
  [[a, b], undefined, "This takes at least 2 requests.", true],
  [[a, local], undefined, "This takes at least one request.", true],
  [[a, local], 1, "This takes at least 1 of your 1 free requests left today.", true],
  [[local, "ollama::gemma3"], 0, "This takes none of OpenRouter's requests.", true],
] as const)
  test(`The price of asking ${models.join(", ")} with ${left ?? "an unknown number of"} requests left`, () => {
    assert.deepEqual(priceOf(models, left), { sentence, isPossible });
  });
