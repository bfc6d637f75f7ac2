import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTime } from "../../../src/timeFormat";
import type { Model, ModelStatistics } from "../../../src/router/index";
import { modelChoices } from "../../../src/status/modelChoice";
import { fakeClock } from "../../support/clock";
import { withGermanNumbers } from "../../support/germanNumbers";

const now = fakeClock().now();

const model = (id: string, more: Partial<Model> = {}): Model => ({
  ...{ id, canonicalSlug: id, name: id, contextLength: 262_144, router: false, preview: false, moderated: false },
  ...{ inputModalities: ["text"], outputModalities: ["text"], supportedParameters: [] },
  ...more,
});
const seen = (id: string, more: Partial<ModelStatistics> = {}): ModelStatistics => ({
  ...{ model: id, attempts: 5, successes: 4, successRate: 0.814, lastUsedAt: now, recent: [] },
  ...more,
});
const choices = (models: Model[], more: Partial<Parameters<typeof modelChoices>[0]> = {}) =>
  modelChoices({ models, statistics: [], favourites: [], settings: { exclude: [] }, now, ...more });

describe("The models to choose from", () => {
  it("come with favourites first, previews after the others, what is never used last, each by name", () => {
    const ids = ["b/two:free", "a/one:free", "x/preview", "c/never:free", "d/dear:free"];
    const order = choices(
      ids.map((id) => model(id, { preview: id === "x/preview" })),
      { favourites: ["d/dear:free", "gone/model"], settings: { exclude: ["c/never:free"] } },
    );
    assert.deepEqual(
      order.map(({ id }) => id),
      ["d/dear:free", "a/one:free", "b/two:free", "x/preview", "c/never:free"],
    );
  });

  it("say what they can do", () => {
    const able = model("google/gemma-4-31b-it:free", {
      name: "Google: Gemma 4 31B (free)",
      inputModalities: ["text", "image", "video"],
      supportedParameters: ["tools", "structured_outputs"],
      reasoning: { mandatory: false, defaultEnabled: true },
    });
    const [choice] = choices([able]);
    assert.equal(choice?.name, "Google: Gemma 4 31B");
    assert.equal(choice.description, "262K  $(file-media)  $(device-camera-video)  $(tools)  $(json)  $(lightbulb)");
  });

  const contexts: [tokens: number, words: string][] = [
    [1_048_576, "1M"],
    [1_500_000, "1.5M"],
    [65_536, "66K"],
    [0, ""],
  ];
  for (const [contextLength, words] of contexts)
    it(`say how much they read: ${contextLength}`, () =>
      assert.equal(choices([model("a/b:free", { contextLength })])[0]?.description, words));

  it("say so in the manner of the user's machine", async () => {
    const [choice] = await withGermanNumbers(() => choices([model("a/b:free", { contextLength: 1_500_000 })]));
    assert.equal(choice?.description, "1,5M");
  });

  const details: [what: string, words: string, model: Model, statistics: ModelStatistics[]][] = [
    ["nothing where there is nothing", "", model("a/b:free"), []],
    [
      "success and speed",
      "81 % answered · first words after 0.8 s · 54 tokens/s",
      model("a/b:free"),
      [seen("a/b:free", { timeToFirstTextMs: 812, tokensPerSecond: 53.7 })],
    ],
    [
      "how many of a handful",
      "0 of 1 answered",
      model("a/b:free"),
      [seen("a/b:free", { attempts: 1, successes: 0, successRate: 0.5 })],
    ],
    [
      "a rest",
      `$(history) rests until ${formatTime(now + 60_000)} · 81 % answered`,
      model("a/b:free"),
      [seen("a/b:free", { restingUntil: now + 60_000 })],
    ],
    ["a rest that is over", "81 % answered", model("a/b:free"), [seen("a/b:free", { restingUntil: now })]],
    [
      "that it is a preview",
      "preview: free for a while, prompts are usually kept",
      model("a/b", { preview: true, expirationDate: "2098-12-31" }),
      [],
    ],
    ["its end", "ends on 2026-08-24", model("a/b:free", { expirationDate: "2026-08-24" }), []],
  ];
  for (const [what, words, row, statistics] of details)
    it(`tell ${what}`, () => assert.equal(choices([row], { statistics })[0]?.detail, words));
});
