import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { llamaCppService } from "../../../../src/router/services/llamaCpp";
import { failsWith, type FakeService } from "../fakeService";
import { fakeLlama, llamaUse } from "./localHarness";

const service = llamaCppService(llamaUse);
const optionsFor = ({ fetch }: FakeService) => ({
  ...{ fetch, access: { baseUrl: llamaUse.baseUrl, key: "" }, now: 0, timeoutMs: 500 },
});

async function list(llama: FakeService) {
  const rows = await service.listRows(optionsFor(llama));
  return rows.flatMap((row) => service.parseModel(row) ?? []);
}

const loading = () =>
  Response.json({ error: { code: 503, message: "Loading model", type: "unavailable_error" } }, { status: 503 });

describe("the models of llama.cpp", () => {
  test("a file path is shown by its base name, and rows hold no path", async () => {
    const llama = fakeLlama(undefined, 2);
    const rows = await service.listRows(optionsFor(llama));
    assert.doesNotMatch(JSON.stringify(rows), /ada/);
    const [model] = await list(llama);
    assert.equal(model?.id, "llamacpp::qwen3.gguf");
    assert.equal(model.contextLength, 8_192);
    assert.equal(model.slots, 2);
    assert.equal(model.loaded, true);
    assert.equal(model.size, 4_000);
  });

  for (const [id, name] of [
    ["C:\\Users\\ada\\m.gguf", "m.gguf"],
    ["models/m.gguf", "m.gguf"],
    ["ggml-org/gemma-3-4b-it-GGUF:Q4_K_M", "ggml-org/gemma-3-4b-it-GGUF:Q4_K_M"],
  ])
    test(`${id} is called ${name}`, async () => {
      const llama = fakeLlama();
      llama.endpoints["models"] = () => Response.json({ data: [{ id }] });
      assert.equal((await list(llama))[0]?.id, `llamacpp::${name}`);
    });

  test("while it loads, the window is unknown", async () => {
    const llama = fakeLlama();
    llama.endpoints["props?autoload=false"] = loading;
    llama.endpoints["models"] = () => Response.json({ data: [{ id: "m", meta: null }] });
    assert.deepEqual(
      (await list(llama)).map(({ contextLength, loaded }) => ({ contextLength, loaded })),
      [{ contextLength: 0, loaded: false }],
    );
  });

  test("with several models, asks only loaded ones for properties, without loading any", async () => {
    const llama = fakeLlama();
    const rowOf = (id: string, value: string, fields = {}) => ({ id, status: { value, ...fields } });
    const data = [
      ...[rowOf("a", "loaded"), rowOf("b", "unloaded"), rowOf("c", "downloading")],
      ...[rowOf("d", "unloaded", { failed: true }), { id: "e", architecture: { output_modalities: ["decisions"] } }],
    ];
    llama.endpoints["models"] = () => Response.json({ data });
    llama.endpoints["props?model=a&autoload=false"] = () =>
      Response.json({ total_slots: 1, default_generation_settings: { n_ctx: 16_384 } });
    assert.deepEqual(
      (await list(llama)).map(({ id, loaded, contextLength }) => [id, loaded, contextLength]),
      [
        ["llamacpp::a", true, 16_384],
        ["llamacpp::b", false, 0],
      ],
    );
    assert.ok(llama.urls.filter((url) => url.includes("/props")).every((url) => url.includes("autoload=false")));
  });
});

describe("whether llama.cpp is ready", () => {
  test("ready", async () => assert.equal(await service.isReady?.(optionsFor(fakeLlama())), true));
  test("loading", async () => assert.equal(await service.isReady?.(optionsFor(fakeLlama(loading))), false));
  test("not running", () =>
    assert.rejects(async () => service.isReady?.(optionsFor(fakeLlama(failsWith("ECONNREFUSED")))), {
      reason: "server-not-running",
    }));
});

describe("refusals of llama.cpp", () => {
  const refusal = (status: number, error: Record<string, unknown>) =>
    service.readRefusal({ status, body: { error: { code: status, ...error } }, headers: new Headers(), now: 0 });

  test("context exceeded, with numbers", () => {
    const error = refusal(400, {
      ...{
        message: "request (11812 tokens) exceeds",
        type: "exceed_context_size_error",
        n_prompt_tokens: 11812,
        n_ctx: 8192,
      },
    });
    assert.equal(error.reason, "context-too-long");
    assert.match(error.message, /11812 tokens.*8192/);
  });
  const cases: [number, string, string][] = [
    [503, "Loading model", "server-loading"],
    [401, "Invalid API Key", "unauthorized"],
    [501, "This feature is not supported", "capability-missing"],
    [500, "tools param requires --jinja flag", "capability-missing"],
    [500, "failed to allocate compute buffers", "out-of-memory"],
  ];
  for (const [status, message, reason] of cases)
    test(`${status} ${message}: ${reason}`, () => assert.equal(refusal(status, { message }).reason, reason));
});
