import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chosenModel, offeredModels, type OfferDetails } from "../../../src/languageModels/offeredModels";
import type { Explanation, Model } from "../../../src/router/index";
import { model } from "../router/sampleModels";

const details: OfferDetails = {
  serviceOf: ({ id }) =>
    id.startsWith("ollama::") ? { name: "Ollama", place: "local" } : { name: "OpenRouter", place: "remote" },
  remaining: 31,
  machine: "this computer",
};

const withTools = { supportedParameters: ["tools"] };

function explained(pool: Model[], excluded: Explanation["excluded"] = []): Explanation {
  return { needs: { capabilities: [], promptTokens: 0, contextTokens: 0 }, pool, excluded, fetchedAt: 0 };
}

describe("The models in VS Code's chat", () => {
  test("are Automatic and each usable model, by service and name", () => {
    const pool = [
      model("b/two:free", { name: "Two (free)", ...withTools }),
      model("ollama::qwen3:8b", { name: "qwen3:8b" }),
      model("a/one:free", { name: "One (free)" }),
    ];
    const offered = offeredModels(explained(pool), details);
    assert.deepEqual(
      offered.map(({ id, name, detail }) => [id, name, detail]),
      [
        ["automatic", "Automatic (free)", "Free Models"],
        ["ollama::qwen3:8b", "qwen3:8b", "Ollama"],
        ["a/one:free", "One", "OpenRouter"],
        ["b/two:free", "Two", "OpenRouter"],
      ],
    );
    assert.deepEqual(offered.map(({ id }) => chosenModel(id)).slice(0, 2), [undefined, "ollama::qwen3:8b"]);
  });

  test("do not change with cooldowns and the day's limit, but follow the settings", () => {
    const [resting, usedUp, excluded, charged, router] = [
      "a:free",
      "b:free",
      "c:free",
      "d:free",
      "openrouter/free",
    ].map((id) => model(id)) as [Model, Model, Model, Model, Model];
    const offered = offeredModels(
      explained(
        [{ ...router, router: true }],
        [
          { model: resting, rule: "resting" },
          { model: usedUp, rule: "used-up" },
          { model: excluded, rule: "excluded" },
          { model: charged, rule: "charged" },
        ],
      ),
      details,
    );
    assert.deepEqual(
      offered.map(({ id }) => id),
      ["automatic", "a:free", "b:free"],
    );
  });

  test("Automatic has the largest window that two models with tools share", () => {
    const pool = [
      model("a:free", { contextLength: 1_000_000 }),
      model("b:free", { contextLength: 260_000, ...withTools }),
      model("c:free", { contextLength: 128_000, ...withTools, inputModalities: ["text", "image"] }),
      model("d:free", { contextLength: 32_000, ...withTools }),
    ];
    const [automatic] = offeredModels(explained(pool), details);
    assert.equal(automatic?.maxInputTokens, 128_000 - 8_192);
    assert.equal(automatic.maxOutputTokens, 8_192);
    assert.deepEqual(automatic.capabilities, { toolCalling: true, imageInput: true });
  });

  test("a small window leaves a quarter for the answer, an unknown one is assumed", () => {
    const pool = [
      model("a:free", { contextLength: 4_096, maxCompletionTokens: 512 }),
      model("b:free", { contextLength: 8_192 }),
      model("c:free", { contextLength: 0 }),
    ];
    const [, ...models] = offeredModels(explained(pool), details);
    assert.deepEqual(
      models.map(({ maxInputTokens, maxOutputTokens }) => [maxInputTokens, maxOutputTokens]),
      [
        [3_584, 512],
        [6_144, 2_048],
        [24_576, 8_192],
      ],
    );
  });

  test("Automatic is always offered, even without a catalogue", () => {
    const [automatic, ...others] = offeredModels(undefined, { ...details, remaining: undefined });
    assert.deepEqual(others, []);
    assert.deepEqual(automatic?.capabilities, { toolCalling: true, imageInput: false });
    assert.deepEqual(automatic.infoText, ["A free model that can answer is selected for each request."]);
  });

  test("tell who may keep what is sent, and what is left of the day", () => {
    const reasoning = { mandatory: false, defaultEnabled: true };
    const pool = [
      model("a:free", { reasoning, supportedParameters: ["reasoning"] }),
      model("ollama::qwen3:8b", { reasoning }),
    ];
    const [automatic, local, remote] = offeredModels(explained(pool), details);
    const remoteText = "The providers behind OpenRouter may store what is sent and train on it.";
    assert.deepEqual(automatic?.infoText.slice(1), [remoteText, "31 free requests left today."]);
    assert.deepEqual(remote?.infoText.slice(1), [remoteText, "31 free requests left today."]);
    assert.deepEqual(local?.infoText.slice(1), ["Runs on this computer. Nothing is sent elsewhere."]);
    assert.deepEqual([remote.hasEffort, local.hasEffort], [true, false]);
  });
});
