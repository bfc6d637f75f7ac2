import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  defaultSettings,
  RouterError,
  type Completion,
  type ModelStatistics,
  type Quota,
  type ServiceState,
  type ServiceUse,
} from "../../../src/router/index";
import { modelChoiceLabel, statusRows, statusText, type StatusTextOptions } from "../../../src/status/statusText";
import { fakeClock } from "../../support/clock";
import { hostileNames } from "../../support/hostileNames";
import { renderIcons } from "../../support/vscodeText";

// Set before the first use of a Date, so that times are the same on every machine.
process.env["TZ"] = "UTC";

/** Noon UTC. */
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
const coolingDown = (until: number): ModelStatistics => ({
  ...{ model: gemma, attempts: 1, successes: 0, successRate: 0, lastUsedAt: now, recent: [] },
  restingUntil: until,
});
const ollamaUse: ServiceUse = { id: "ollama", kind: "ollama", baseUrl: "http://127.0.0.1:11434/v1", automatic: true };
const options: StatusTextOptions = {
  now,
  key: "secret storage",
  ...{ running: undefined, nameOf: () => undefined },
  ...{ outcome: undefined, agent: undefined },
  ...{ quota: undefined, services: undefined, machine: "this computer" },
  modelSettings: { strategy: "random", pinnedModel: undefined, services: [], serviceOrder: "openrouter-first" },
  statistics: [],
};

describe("statusText", () => {
  const error = new RouterError("offline", "OpenRouter could not be reached.");
  const lines: [name: string, changes: Partial<StatusTextOptions>, text: string, warning?: boolean][] = [
    ["before the first question", {}, "$(sparkle) Free Models"],
    ["without a key", { key: undefined }, "$(account) Free Models: Sign In"],
    [
      "during the first request of an agent",
      { agent: { requests: 0, isHeld: false } },
      "$(loading~spin) Agent · request 1",
    ],
    [
      "between the requests of an agent",
      { agent: { requests: 5, isHeld: false }, outcome: { completion }, quota },
      "$(loading~spin) Agent · request 6 · 38 left today",
    ],
    [
      "while an agent waits for the user",
      { agent: { requests: 12, isHeld: true }, quota },
      "$(debug-pause) Agent paused: continue?",
      true,
    ],
    ["after an answer", { outcome: { completion }, quota }, "$(sparkle) gemma-4-31b"],
    ["after a failure", { outcome: { error, sentence: error.message } }, "$(warning) Free Models"],
    [
      "when few requests are left",
      { outcome: { completion }, quota: { ...quota, remaining: 3 } },
      "$(sparkle) gemma-4-31b · 3 left",
    ],
    [
      "when a local model answers, which does not count",
      {
        outcome: { completion: { ...completion, model: "ollama::qwen3:8b" } },
        quota: { ...quota, remaining: 0, exhausted: true },
        modelSettings: { ...options.modelSettings, services: [ollamaUse] },
      },
      "$(sparkle) qwen3:8b",
    ],
    [
      "when none is left",
      { outcome: { completion }, quota: { ...quota, remaining: 0, exhausted: true } },
      "$(history) Limit resets at 12:00 AM",
      true,
    ],
    [
      "before a model is selected",
      { running: { since: now - 700, answering: false } },
      "$(loading~spin) Free Models 0 s",
    ],
    [
      "before a model answers",
      { running: { since: now - 4_200, answering: false, model: gemma } },
      "$(loading~spin) gemma-4-31b 4 s",
    ],
    [
      "while a model answers",
      { running: { since: now - 9_000, answering: true, model: gemma } },
      "$(loading~spin) gemma-4-31b",
    ],
    [
      "while waiting for the per-minute limit",
      { running: { since: now, answering: false, waitsUntil: now + 11_001 } },
      "$(watch) Sending in 12 s",
    ],
    [
      "after that wait",
      { running: { since: now, answering: false, waitsUntil: now } },
      "$(loading~spin) Free Models 0 s",
    ],
  ];
  for (const [name, changes, text, warning = false] of lines)
    test(`shows the state ${name}`, () => assert.deepEqual(statusText({ ...options, ...changes }), { text, warning }));
});

describe("hostile names of models", () => {
  for (const model of hostileNames)
    test(`${JSON.stringify(model.slice(0, 40))} is no icon in the status bar`, () => {
      const { text } = statusText({ ...options, outcome: { completion: { ...completion, model } }, quota });
      assert.deepEqual(renderIcons(text).icons, ["sparkle"]);
      const running = statusText({ ...options, running: { since: now, model, answering: true } });
      assert.deepEqual(renderIcons(running.text).icons, ["loading~spin"]);
    });
});

describe("statusRows", () => {
  test("shows all rows", () => {
    const rows = statusRows({
      ...options,
      outcome: { completion },
      quota,
      statistics: [coolingDown(now + 120_000), coolingDown(now + 60_000), coolingDown(now - 1)],
      modelSettings: { ...options.modelSettings, strategy: "pinned", pinnedModel: gemma },
    });
    assert.deepEqual(rows, [
      ["Last model", gemma],
      ["Provider", "Google AI Studio"],
      ["Time to first token", "0.8 s"],
      ["Total time", "14 s"],
      ["Tokens", "1,204 in, 356 out"],
      ["Attempts", "2"],
      ["Free requests today", "38 of 50 left"],
      ["Resets at", "12:00 AM (in 12 hours)"],
      ["Models cooling down", "2, the first until 12:01 PM (in 1 min)"],
      ["Model selection", "gemma-4-31b"],
      ["API key", "secret storage"],
    ]);
  });

  const groqUse: ServiceUse = { id: "groq", kind: "groq", baseUrl: "https://api.groq.com/openai/v1", automatic: true };
  const usable = { place: "remote", modelCount: 4 } as const;
  const inUse = { ...options.modelSettings, services: [groqUse] };

  test("shows a row for each service instead of OpenRouter's quota if others are in use", () => {
    const error = new RouterError("no-key", "No API key for Groq is set.", { service: "Groq" });
    const services: ServiceState[] = [
      {
        ...{ id: "openrouter", kind: "openrouter", name: "OpenRouter", baseUrl: defaultSettings.baseUrl },
        ...usable,
        quota,
      },
      { ...groqUse, name: "Groq", ...usable, error },
    ];
    assert.deepEqual(statusRows({ ...options, quota, services, modelSettings: inUse }), [
      ["OpenRouter", "38 of 50 left today"],
      ["Groq", "API key missing"],
      ["Model selection", "Automatic (random)"],
      ["API key", "secret storage"],
    ]);
  });

  test("shows no figures of other services before they are known", () => {
    assert.deepEqual(statusRows({ ...options, quota, modelSettings: inUse }), [
      ["Model selection", "Automatic (random)"],
      ["API key", "secret storage"],
    ]);
  });

  test("omits unknown values", () => {
    const minimal: Completion = { model: gemma, finishReason: "stop", attempts: 2, passedOver: [], durationMs: 14_400 };
    assert.deepEqual(
      statusRows({
        ...options,
        key: "environment",
        outcome: { completion: minimal },
        quota: { ...quota, limit: undefined, remaining: undefined },
      }),
      [
        ["Last model", gemma],
        ["Total time", "14 s"],
        ["Attempts", "2"],
        ["Free requests today", "12 used"],
        ["Resets at", "12:00 AM (in 12 hours)"],
        ["Model selection", "Automatic (random)"],
        ["API key", "OPENROUTER_API_KEY"],
      ],
    );
  });

  test("shows the first sentence of an error", () => {
    const outcome = {
      error: new RouterError("offline", "For the log."),
      sentence: "OpenRouter could not be reached. Try again.",
    };
    assert.deepEqual(statusRows({ ...options, outcome })[0], ["Last error", "OpenRouter could not be reached."]);
  });
});

test("the status bar names models as the chat does", () => {
  const named = { ...options, outcome: { completion }, nameOf: () => "Gemma 4 31B" };
  assert.equal(statusText(named).text, "$(sparkle) Gemma 4 31B");
  assert.deepEqual(statusRows(named)[0], ["Last model", "Gemma 4 31B"]);
});

describe("modelChoiceLabel", () => {
  test("shows the strategy or the pinned model", () => {
    assert.equal(
      modelChoiceLabel({ strategy: "pinned", pinnedModel: gemma }, () => undefined),
      "gemma-4-31b",
    );
    assert.equal(
      modelChoiceLabel({ strategy: "pinned", pinnedModel: gemma }, () => "Gemma 4 31B"),
      "Gemma 4 31B",
    );
    assert.equal(
      modelChoiceLabel({ strategy: "adaptive", pinnedModel: gemma }, () => undefined),
      "Automatic (adaptive)",
    );
  });
});
