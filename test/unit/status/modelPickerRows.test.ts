import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  serviceKinds,
  type Model,
  type ModelStatistics,
  type ServiceState,
  type ServiceUse,
} from "../../../src/router/index";
import { modelPickerRows, sectionOf } from "../../../src/status/modelPickerRows";
import { fakeClock } from "../../support/clock";
import { withGermanNumbers } from "../../support/germanNumbers";

// Set before the first use of a Date, so that times are the same on every machine.
process.env["TZ"] = "UTC";

/** Noon UTC. */
const now = fakeClock().now();

const model = (id: string, more: Partial<Model> = {}): Model => ({
  ...{ id, canonicalSlug: id, name: id, contextLength: 262_144, router: false, preview: false, moderated: false },
  ...{ inputModalities: ["text"], outputModalities: ["text"], supportedParameters: [] },
  ...more,
});
/** Four of five succeeded. */
const attempts = [0, 1, 2, 3, 4].map((at) => ({ at, ok: at > 0 }));
const statisticsOf = (id: string, more: Partial<ModelStatistics> = {}): ModelStatistics => ({
  ...{ model: id, attempts: 5, successes: 4, successRate: 0.814, lastUsedAt: now, recent: attempts },
  ...more,
});
const machine = "this computer";
const choices = (models: Model[], more: Partial<Parameters<typeof modelPickerRows>[0]> = {}) =>
  modelPickerRows({
    models,
    statistics: [],
    favorites: [],
    settings: { exclude: [], services: [] },
    machine,
    now,
    ...more,
  });

describe("modelChoices", () => {
  test("sorts favorites first, then other models, previews, and excluded models, each by name", () => {
    const ids = ["b/two:free", "a/one:free", "x/preview", "c/excluded:free", "d/favorite:free"];
    const order = choices(
      ids.map((id) => model(id, { preview: id === "x/preview" })),
      { favorites: ["d/favorite:free", "removed/model"], settings: { exclude: ["c/excluded:free"], services: [] } },
    );
    assert.deepEqual(
      order.map(({ id }) => id),
      ["d/favorite:free", "a/one:free", "b/two:free", "x/preview", "c/excluded:free"],
    );
  });

  test("says which models are excluded, since a search hides the sections", () => {
    const settings = { exclude: ["c/excluded:free"], services: [] };
    const details = choices([model("a/one:free"), model("c/excluded:free")], { settings }).map(({ detail }) => detail);
    assert.equal(details[1]?.startsWith("excluded"), true);
    assert.equal(details[0]?.includes("excluded"), false);
  });

  test("shows capabilities as icons, and as words, which VS Code can search", () => {
    const gemma = model("google/gemma-4-31b-it:free", {
      name: "Google: Gemma 4 31B (free)",
      inputModalities: ["text", "image", "video"],
      supportedParameters: ["tools", "structured_outputs"],
      reasoning: { mandatory: false, defaultEnabled: true },
    });
    const [choice] = choices([gemma]);
    assert.equal(choice?.name, "Gemma 4 31B");
    assert.equal(choice.description, "262K $(file-media) $(device-camera-video) $(tools) $(json) $(lightbulb)");
    assert.equal(choice.detail, "images (vision) · video · tools · structured output · reasoning");
  });

  const contexts: [contextLength: number, text: string][] = [
    [1_048_576, "1M"],
    [1_500_000, "1.5M"],
    [65_536, "66K"],
    [0, ""],
  ];
  for (const [contextLength, text] of contexts)
    test(`shows a context length of ${contextLength} tokens as "${text}"`, () =>
      assert.equal(choices([model("a/b:free", { contextLength })])[0]?.description, text));

  test("formats the context length in the user's locale", async () => {
    const [choice] = await withGermanNumbers(() => choices([model("a/b:free", { contextLength: 1_500_000 })]));
    assert.equal(choice?.description, "1,5M");
  });

  const details: [name: string, detail: string, model: Model, statistics: ModelStatistics[]][] = [
    ["nothing for an unused model", "", model("a/b:free"), []],
    [
      "success and speed",
      "4 of 5 answered · 0.8 s to first token · 54 tokens/s",
      model("a/b:free"),
      [statisticsOf("a/b:free", { timeToFirstTextMs: 812, tokensPerSecond: 53.7 })],
    ],
    [
      "a cooldown",
      "$(history) Cooling down until 12:01 PM (in 1 min) · 4 of 5 answered",
      model("a/b:free"),
      [statisticsOf("a/b:free", { restingUntil: now + 60_000 })],
    ],
    [
      "no cooldown that has ended",
      "4 of 5 answered",
      model("a/b:free"),
      [statisticsOf("a/b:free", { restingUntil: now })],
    ],
    [
      "a hint for previews",
      "preview: free for a limited time, prompts are usually stored",
      model("a/b", { preview: true, expirationDate: "2098-12-31" }),
      [],
    ],
    ["an expiration date", "available until 2026-08-24", model("a/b:free", { expirationDate: "2026-08-24" }), []],
  ];
  for (const [name, detail, row, statistics] of details)
    test(`shows ${name}`, () => assert.equal(choices([row], { statistics })[0]?.detail, detail));

  const useOf = (kind: ServiceUse["kind"], baseUrl: string = serviceKinds[kind].baseUrl): ServiceUse => ({
    ...{ id: kind, kind, baseUrl, automatic: true },
  });
  const places: [name: string, use: ServiceUse, detail: string][] = [
    ["a local server", useOf("ollama"), "stays on this computer"],
    ["LM Studio", useOf("lmstudio"), "stays on this computer, unless LM Link passes it on to another device"],
    ["a server elsewhere", useOf("ollama", "https://gpu.example/v1"), ""],
    ["a custom server, which may pass it on", useOf("custom", "http://127.0.0.1:8000/v1"), ""],
    ["a company", useOf("groq"), ""],
  ];
  for (const [name, use, detail] of places)
    test(`says whether a question stays on the machine: ${name}`, () => {
      const [row] = choices([model(`${use.id}::m`)], { settings: { exclude: [], services: [use] } });
      assert.equal(row?.detail, detail);
    });
});

describe("sectionOf", () => {
  const state = (exhausted: boolean, model?: string): ServiceState => ({
    ...{ id: "openrouter", kind: "openrouter", name: "OpenRouter", place: "remote", modelCount: 2 },
    baseUrl: "https://openrouter.ai/api/v1",
    quota: {
      ...{ used: 50, limit: 50, remaining: 0, exhausted, resetsAt: now + 12 * 3_600_000 },
      ...{ minute: { used: 0, limit: 20, resetsAt: now }, ...(model !== undefined && { model }) },
    },
  });
  const headings = (states: readonly ServiceState[]): string[] =>
    choices([model("a/one:free"), model("x/preview", { preview: true }), model("c/excluded:free")], {
      settings: { exclude: ["c/excluded:free"], services: [] },
    }).map((row) => sectionOf(row, states, now));

  test("names the group", () => {
    const plain = ["free models", "preview models", "excluded"];
    assert.deepEqual(headings([]), plain);
    assert.deepEqual(headings([state(false)]), plain);
    // The others can still answer.
    assert.deepEqual(headings([state(true, "a/one:free")]), plain);
  });

  test("says until when the day is used up", () => {
    const [free, preview, excluded] = headings([state(true)]);
    assert.match(free ?? "", /^free models · used up until .+ \(in 12 hours\)$/);
    assert.match(preview ?? "", /^preview models · used up until /);
    assert.equal(excluded, "excluded");
  });
});
