import assert from "node:assert/strict";
import { test } from "node:test";
import { priceOf } from "../../../src/status/severalModels";

const [a, b, local] = ["m/a:free", "m/b:free", "ollama::qwen3:8b"];

for (const [models, left, sentence, isPossible] of [
  [[a], 31, "Choose two or three models.", false],
  [[a, b, local, "m/c:free"], 31, "Choose two or three models.", false],
  [[a, b, "m/c:free"], 31, "This takes 3 of the 31 requests left today.", true],
  [[a, b], 1, "This takes 2 requests, but only 1 are left today.", false],
  [[a, b], undefined, "This takes 2 requests.", true],
  [[a, local], undefined, "This takes one request.", true],
  [[a, local], 1, "This takes 1 of the 1 requests left today.", true],
  [[local, "ollama::gemma3"], 0, "This takes none of OpenRouter's requests.", true],
] as const)
  test(`The price of asking ${models.join(", ")} with ${left ?? "an unknown number of"} requests left`, () => {
    assert.deepEqual(priceOf(models, left), { sentence, isPossible });
  });
