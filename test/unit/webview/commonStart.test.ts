import assert from "node:assert/strict";
import { test } from "node:test";
import { commonStart } from "../../../src/webview/commonStart";

const cases: [names: string[], start: string][] = [
  [["NVIDIA: Nemotron Nano 9B", "NVIDIA: Nemotron 3 Nano"], "NVIDIA: Nemotron "],
  [["Google: Gemma 3 27B", "Google: Gemma 3 12B", "Google: Gemini"], "Google: "],
  [["Qwen3 Coder", "Qwen3 Coder"], "Qwen3 "],
  [["Qwen3", "Qwen3 Coder"], ""],
  [["DeepSeek", "DeepSpeed"], ""],
  [["One model"], ""],
  [[], ""],
];

for (const [names, start] of cases)
  test(`${names.join(", ")} begin with “${start}”`, () => assert.equal(commonStart(names), start.length));
