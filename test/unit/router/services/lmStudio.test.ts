import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lmStudioService } from "../../../../src/router/services/lmStudio";
import { fakeService } from "../fakeService";
import { studioUse } from "./localHarness";

const service = lmStudioService(studioUse);
const unknownPath = { error: "Unexpected endpoint or method. (GET /api/v1/models)" };

/** The models of a server that answers these documents; to every other path 200 with an error. */
async function list(documents: Record<string, unknown>) {
  const fetch: typeof globalThis.fetch = (input) => {
    const { pathname } = new URL(new Request(input).url);
    return Promise.resolve(Response.json(documents[pathname] ?? unknownPath));
  };
  const rows = await service.listRows({
    fetch,
    access: { baseUrl: studioUse.baseUrl, key: "" },
    now: 0,
    timeoutMs: 500,
  });
  return rows.flatMap((row) => service.parseModel(row) ?? []);
}

const row = {
  ...{ type: "llm", key: "google/gemma", display_name: "Gemma", size_bytes: 17, max_context_length: 262_144 },
  loaded_instances: [{ id: "google/gemma", config: { context_length: 8_192, parallel: 4 } }],
  capabilities: {
    vision: true,
    trained_for_tool_use: true,
    reasoning: { allowed_options: ["off", "on"], default: "on" },
  },
};

describe("the models of LM Studio", () => {
  test("a loaded instance tells the window and how many requests run at a time", async () => {
    const [model] = await list({ "/api/v1/models": { models: [row, { ...row, type: "embedding", key: "e" }] } });
    assert.deepEqual(model, {
      ...{ id: "lmstudio::google/gemma", canonicalSlug: "google/gemma", name: "Gemma", contextLength: 8_192 },
      ...{ inputModalities: ["text", "image"], outputModalities: ["text"] },
      ...{ supportedParameters: ["structured_outputs", "tools"], unknownParameters: ["response_format"] },
      ...{ router: false, preview: false, moderated: false, size: 17, loaded: true, slots: 4 },
      reasoning: { mandatory: false, defaultEnabled: true },
    });
  });

  test("a model that is not loaded has 4096 tokens, and untrained tools are unknown", async () => {
    const plain = { ...row, loaded_instances: [], capabilities: { vision: false, trained_for_tool_use: false } };
    const models = await list({ "/api/v1/models": { models: [plain] } });
    assert.deepEqual(
      models.map(({ contextLength, loaded, unknownParameters }) => ({ contextLength, loaded, unknownParameters })),
      [{ contextLength: 4_096, loaded: false, unknownParameters: ["response_format", "tools"] }],
    );
  });

  test("an older version is asked at its older path", async () => {
    const data = [
      { id: "qwen-vl", type: "vlm", state: "loaded", max_context_length: 32_768, capabilities: ["tool_use"] },
      { id: "nomic", type: "embeddings", state: "loaded" },
    ];
    const models = await list({ "/api/v0/models": { data } });
    assert.deepEqual(
      models.map(({ id, contextLength, loaded }) => ({ id, contextLength, loaded })),
      [{ id: "lmstudio::qwen-vl", contextLength: 4_096, loaded: true }],
    );
  });

  test("a server that answers 200 to every path but has none of them is no list", () => assert.rejects(list({})));

  test("a server that is not running says so", async () => {
    const down = fakeService([]);
    down.fetch = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }));
    const options = { fetch: down.fetch, access: { baseUrl: studioUse.baseUrl, key: "" }, now: 0, timeoutMs: 500 };
    await assert.rejects(async () => service.listRows(options), {
      ...{ reason: "server-not-running", message: "LM Studio is not running." },
    });
  });
});

describe("refusals of LM Studio", () => {
  const refusal = (status: number, error: unknown) =>
    service.readRefusal({ status, body: { error }, headers: new Headers(), now: 0 });

  test("nothing loaded: says what to click", () => {
    const text = "No models loaded. Please load a model in the developer page or use the `lms load` command.";
    for (const status of [400, 404, 200]) assert.equal(refusal(status, text).reason, "server-loading");
    assert.match(refusal(400, text).message, /Developer page/);
  });

  test("a conversation that is too long, as text and as object", () => {
    const text =
      "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.";
    for (const error of [refusal(400, text), refusal(400, { message: text })]) {
      assert.equal(error.reason, "context-too-long");
      assert.equal(error.details.contextLength, 4_096);
    }
  });

  test("out of memory", () =>
    assert.equal(refusal(400, "Failed to load model: insufficient system resources").reason, "out-of-memory"));
});
