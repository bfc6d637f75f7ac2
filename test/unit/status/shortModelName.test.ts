import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shortModelName } from "../../../src/status/shortModelName";

describe("shortModelName", () => {
  const names: [id: string, name: string][] = [
    ["google/gemma-4-31b-it:free", "gemma-4-31b"],
    ["z-ai/glm-5.2:free", "glm-5.2"],
    ["stealth/ox-alpha", "ox-alpha"],
    ["openrouter/free", "free"],
    ["nvidia/nemotron-3-super-120b-a12b:free", "nemotron-3-super-120b"],
    ["google/gemma-4-26b-a4b-it:free", "gemma-4-26b"],
    ["nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free", "nemotron-3-nano-omni-30…"],
    ["meta/llama-instruct:free", "llama"],
    ["ollama::gemma4:latest", "gemma4"],
    ["ollama::qwen3:8b", "qwen3:8b"],
    ["groq::openai/gpt-oss-120b", "gpt-oss-120b"],
  ];
  for (const [id, name] of names) test(`shortens ${id}`, () => assert.equal(shortModelName(id), name));

  test("prefers the name of the model", () => {
    assert.equal(shortModelName("google/gemma-4-31b-it:free", "Gemma 4 31B"), "Gemma 4 31B");
    assert.equal(shortModelName("x/y:free", "Nemotron 3 Nano Omni 30B Reasoning"), "Nemotron 3 Nano Omni 30…");
  });
});
