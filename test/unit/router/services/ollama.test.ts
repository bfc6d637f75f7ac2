import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ollamaService } from "../../../../src/router/services/ollama";
import type { Model } from "../../../../src/router/index";
import { fakeOllama, ollamaUse, tag } from "./localHarness";
import type { FakeService } from "../fakeService";

const service = ollamaService(ollamaUse);

async function list({ fetch }: FakeService): Promise<Model[]> {
  const access = { baseUrl: ollamaUse.baseUrl, key: "" };
  const rows = await service.listRows({ ...{ fetch, access, now: 0, timeoutMs: 1_000 } });
  return rows.flatMap((row) => service.parseModel(row) ?? []);
}

const refusal = (status: number, message: string) =>
  service.readRefusal({
    ...{ status, body: { error: { message, type: "api_error", param: null, code: null } } },
    ...{ headers: new Headers(), now: 0 },
  });

describe("the models of Ollama", () => {
  test("cloud rows, embeddings and image makers are left out", async () => {
    const rows = [
      tag("qwen3:8b"),
      tag("gpt-oss:120b-cloud"),
      tag("kimi:cloud"),
      tag("alias", { remote_host: "https://ollama.com:443" }),
      tag("nomic", { capabilities: ["embedding"] }),
      tag("flux", { capabilities: ["image"] }),
    ];
    const models = await list(fakeOllama(rows));
    assert.deepEqual(
      models.map(({ id }) => id),
      ["ollama::qwen3:8b"],
    );
  });

  test("a loaded model has the window of /api/ps, another at most 4096", async () => {
    const rows = [tag("a"), tag("b"), tag("c", { details: { context_length: 2048 } })];
    const models = await list(fakeOllama(rows, { a: 32_768 }));
    assert.deepEqual(
      models.map(({ contextLength, loaded, size, slots }) => ({ contextLength, loaded, size, slots })),
      [
        { contextLength: 32_768, loaded: true, size: 5_000_000_000, slots: 1 },
        { contextLength: 4_096, loaded: false, size: 5_000_000_000, slots: 1 },
        { contextLength: 2_048, loaded: false, size: 5_000_000_000, slots: 1 },
      ],
    );
  });

  test("capabilities become modalities, parameters and reasoning", async () => {
    const [model] = await list(fakeOllama([tag("a", { capabilities: ["completion", "vision", "thinking"] })]));
    assert.deepEqual(model?.inputModalities, ["text", "image"]);
    assert.deepEqual(model.supportedParameters, ["structured_outputs", "response_format"]);
    assert.deepEqual(model.reasoning, { mandatory: false, defaultEnabled: true });
  });

  test("an older version tells capabilities, cloud models and num_ctx in /api/show only", async () => {
    const ollama = fakeOllama(["a", "b"].map((name) => tag(name, { capabilities: undefined, details: {} })));
    ollama.endpoints["show"] = ({ body }) =>
      Response.json(
        body["model"] === "a"
          ? {
              ...{ capabilities: ["completion", "tools"], model_info: { "qwen3.context_length": 40_960 } },
              parameters: 'stop      "<|im_end|>"\nnum_ctx   3000',
            }
          : { capabilities: ["completion"], remote_host: "https://ollama.com" },
      );
    const models = await list(ollama);
    assert.deepEqual(
      models.map(({ id, contextLength, supportedParameters }) => [
        id,
        contextLength,
        supportedParameters.includes("tools"),
      ]),
      [["ollama::a", 3_000, true]],
    );
  });

  test("without capabilities, tools are unknown", async () => {
    const [model] = await list(fakeOllama([tag("a", { capabilities: undefined })]));
    assert.deepEqual(model?.unknownParameters, ["tools"]);
  });

  test("a list without /api/ps is still a list", async () => {
    const ollama = fakeOllama([tag("a")]);
    delete ollama.endpoints["ps"];
    assert.equal((await list(ollama)).length, 1);
  });

  test("an answer names the model that was asked", () => {
    assert.equal(service.servedModel("a:latest", ["ollama::a"], []), "ollama::a");
  });
});

describe("refusals of Ollama", () => {
  const cases: [status: number, text: string, reason: string][] = [
    [400, "registry.ollama.ai/library/phi does not support tools", "capability-missing"],
    [400, '"phi" does not support thinking', "parameter-refused"],
    [400, "phi does not support chat", "capability-missing"],
    [404, "model 'qwen9' not found", "model-gone"],
    [
      500,
      "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error",
      "out-of-memory",
    ],
    [500, "model requires more system memory (8.1 GiB) than is available (3.2 GiB)", "out-of-memory"],
    [503, "server busy, please try again.  maximum pending requests exceeded", "unavailable"],
    [400, "the prompt is longer than the context length currently available to the model", "context-too-long"],
    [400, "image URLs are not currently supported", "bad-request"],
  ];
  for (const [status, text, reason] of cases)
    test(`${status} ${text.slice(0, 60)}: ${reason}`, () => assert.equal(refusal(status, text).reason, reason));

  test("a missing model's message names the command", () =>
    assert.equal(
      refusal(404, 'model "qwen3:8b" not found, try pulling it first').message,
      "qwen3:8b is not installed in Ollama. Run: ollama pull qwen3:8b",
    ));

  test("the runner's refusal inside the message tells the numbers", () => {
    const inner = {
      code: 400,
      message: "request exceeds",
      type: "exceed_context_size_error",
      n_prompt_tokens: 4286,
      n_ctx: 4096,
    };
    const error = refusal(400, JSON.stringify({ error: inner }));
    assert.equal(error.reason, "context-too-long");
    assert.equal(error.details.contextLength, 4096);
    assert.match(error.message, /4286 tokens.*4096/);
  });
});
