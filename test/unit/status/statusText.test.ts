import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTime } from "../../../src/timeFormat";
import { RouterError, type Completion, type ModelStatistics, type Quota } from "../../../src/router/index";
import { shortModelName } from "../../../src/status/shortModelName";
import { modelChoiceLabel, statusRows, statusText, type StatusTextOptions } from "../../../src/status/statusText";
import { fakeClock } from "../../support/clock";

const now = fakeClock().now();
const gemma = "google/gemma-4-31b-it:free";
const midnight = now + 12 * 3_600_000;
const completion: Completion = {
  model: gemma,
  provider: "Google AI Studio",
  finishReason: "stop",
  usage: { promptTokens: 1_204, completionTokens: 356 },
  attempts: 2,
  passedOver: [],
  timeToFirstTextMs: 812,
  durationMs: 14_400,
};
const quota: Quota = {
  used: 12,
  limit: 50,
  remaining: 38,
  resetsAt: midnight,
  exhausted: false,
  minute: { used: 1, limit: 20, resetsAt: now + 60_000 },
};
const resting = (until: number): ModelStatistics => ({
  ...{ model: gemma, attempts: 1, successes: 0, successRate: 0, lastUsedAt: now, recent: [] },
  restingUntil: until,
});
const facts: StatusTextOptions = {
  now,
  key: "secret storage",
  running: undefined,
  outcome: undefined,
  quota: undefined,
  next: { strategy: "random", pinnedModel: undefined },
  statistics: [],
};

describe("The status bar", () => {
  const error = new RouterError("offline", "OpenRouter could not be reached.");
  const lines: [what: string, facts: Partial<StatusTextOptions>, text: string, warning?: boolean][] = [
    ["before the first question", {}, "$(sparkle) Free Models"],
    ["without a key", { key: undefined }, "$(account) Free Models: sign in"],
    ["after an answer", { outcome: { completion }, quota }, "$(sparkle) gemma-4-31b"],
    ["after a failure", { outcome: { error, sentence: error.message } }, "$(warning) Free Models"],
    [
      "when few requests are left",
      { outcome: { completion }, quota: { ...quota, remaining: 3 } },
      "$(sparkle) gemma-4-31b · 3 left",
    ],
    [
      "when none is left",
      { outcome: { completion }, quota: { ...quota, remaining: 0, exhausted: true } },
      `$(history) Free again at ${formatTime(midnight)}`,
      true,
    ],
    ["before a model is known", { running: { since: now - 700, answering: false } }, "$(loading~spin) Free Models 0 s"],
    [
      "while a model is silent",
      { running: { since: now - 4_200, answering: false, model: gemma } },
      "$(loading~spin) gemma-4-31b 4 s",
    ],
    [
      "while it writes",
      { running: { since: now - 9_000, answering: true, model: gemma } },
      "$(loading~spin) gemma-4-31b",
    ],
    [
      "while the minute is used up",
      { running: { since: now, answering: false, waitsUntil: now + 11_001 } },
      "$(watch) goes on in 12 s",
    ],
    [
      "when that wait is over",
      { running: { since: now, answering: false, waitsUntil: now } },
      "$(loading~spin) Free Models 0 s",
    ],
  ];
  for (const [what, changes, text, warning = false] of lines)
    it(what, () => assert.deepEqual(statusText({ ...facts, ...changes }), { text, warning }));
});

describe("Its tooltip", () => {
  it("tells all there is", () => {
    const rows = statusRows({
      ...facts,
      outcome: { completion },
      quota,
      statistics: [resting(now + 120_000), resting(now + 60_000), resting(now - 1)],
      next: { strategy: "pinned", pinnedModel: gemma },
    });
    assert.deepEqual(rows, [
      ["Last answer", gemma],
      ["Provider", "Google AI Studio"],
      ["First words after", "0.8 s"],
      ["Whole answer after", "14 s"],
      ["Tokens", "1,204 read, 356 written"],
      ["Attempts", "2"],
      ["Free requests today", "38 of 50 left"],
      ["All back at", `${formatTime(midnight)} (in 12 h)`],
      ["Resting models", `2, the first until ${formatTime(now + 60_000)}`],
      ["Next question", "gemma-4-31b"],
      ["Key from", "secret storage"],
    ]);
  });

  it("leaves out what is not known", () => {
    const little: Completion = { model: gemma, finishReason: "stop", attempts: 2, passedOver: [], durationMs: 14_400 };
    assert.deepEqual(
      statusRows({
        ...facts,
        key: "environment",
        outcome: { completion: little },
        quota: { ...quota, limit: undefined, remaining: undefined },
      }),
      [
        ["Last answer", gemma],
        ["Whole answer after", "14 s"],
        ["Attempts", "2"],
        ["Free requests today", "12 used"],
        ["All back at", `${formatTime(midnight)} (in 12 h)`],
        ["Next question", "Automatic (random)"],
        ["Key from", "OPENROUTER_API_KEY"],
      ],
    );
  });

  it("says what went wrong", () => {
    const outcome = {
      error: new RouterError("offline", "For the log."),
      sentence: "OpenRouter could not be reached. Try again.",
    };
    const told = "OpenRouter could not be reached.";
    assert.deepEqual(statusRows({ ...facts, outcome })[0], ["Last question", told]);
  });
});

describe("A model's short name", () => {
  const names: [id: string, name: string][] = [
    [gemma, "gemma-4-31b"],
    ["z-ai/glm-5.2:free", "glm-5.2"],
    ["stealth/ox-alpha", "ox-alpha"],
    ["openrouter/free", "free"],
    ["nvidia/nemotron-3-super-120b-a12b:free", "nemotron-3-super-120b"],
    ["google/gemma-4-26b-a4b-it:free", "gemma-4-26b"],
    ["nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free", "nemotron-3-nano-omni-30…"],
    ["meta/llama-instruct:free", "llama"],
  ];
  for (const [id, name] of names) it(id, () => assert.equal(shortModelName(id), name));

  it("is what the next question says when one model is pinned", () => {
    assert.equal(modelChoiceLabel({ strategy: "pinned", pinnedModel: gemma }), "gemma-4-31b");
    assert.equal(modelChoiceLabel({ strategy: "adaptive", pinnedModel: gemma }), "Automatic (adaptive)");
  });
});
