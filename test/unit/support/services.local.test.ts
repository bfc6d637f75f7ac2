import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startGroq } from "../../support/services/groq";
import { startLlamaCpp } from "../../support/services/llamaCpp";
import { startLmStudio } from "../../support/services/lmStudio";
import { startMistral } from "../../support/services/mistral";
import { startOllama } from "../../support/services/ollama";
import { chunks } from "./openRouterClient";
import { ask, documentOf, getJson, groqKey, mistralKey, question } from "./serviceClient";

interface Rows {
  models: Record<string, unknown>[];
  data: Record<string, unknown>[];
}

/** The names of the fields of a documented row, with those of its objects. */
const fieldsOf = (row: unknown): string[] =>
  Object.entries(Object(row) as object).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && !Array.isArray(value) ? [name, ...fieldsOf(value)] : name,
  );

const hasFields = (row: unknown, expected: unknown): void => {
  const actual = new Set(fieldsOf(row));
  assert.deepEqual(
    fieldsOf(expected).filter((each) => !actual.has(each)),
    [],
  );
};

describe("the lists of the simulated services", () => {
  test("are those of Ollama", async () => {
    await using ollama = await startOllama({ loaded: ["qwen3:8b"] });
    const { models } = (await getJson(ollama, "/api/tags")) as Rows;
    const capabilities = models.map(({ capabilities }) => (capabilities as string[]).join());
    assert.deepEqual(capabilities.slice(0, 3), ["completion,tools,thinking", "completion,vision,tools", "completion"]);
    assert.deepEqual(capabilities.slice(3, 5), ["embedding", "image"]);
    assert.equal(models.at(-1)?.["remote_host"], "https://ollama.com:443");
    hasFields(await getJson(ollama, "/api/ps"), documentOf("ollama", "ps"));
    const running = (await getJson(ollama, "/api/ps")) as Rows;
    assert.deepEqual([running.models[0]?.["name"], running.models[0]?.["context_length"]], ["qwen3:8b", 4096]);
    assert.match(JSON.stringify(await getJson(ollama, "/api/version")), /^\{"version":"\d/);
    const show = { method: "POST", body: JSON.stringify({ model: "qwen3:8b" }) };
    const shown = (await (await fetch(`${ollama.url}/api/show`, show)).json()) as { model_info: object };
    assert.deepEqual(shown.model_info, { "general.architecture": "qwen3", "qwen3.context_length": 40960 });
    assert.deepEqual(ollama.violations, []);
  });

  test("are those of an older Ollama", async () => {
    await using ollama = await startOllama({ listsCapabilities: false });
    assert.doesNotMatch(JSON.stringify(await getJson(ollama, "/api/tags")), /capabilities|context_length/);
  });

  test("are those of LM Studio, which answers 200 to any path", async () => {
    const gemma = "google/gemma-4-26b-a4b";
    await using lmStudio = await startLmStudio({ loaded: [gemma] });
    const { models } = (await getJson(lmStudio, "/api/v1/models")) as Rows;
    const [documented] = (documentOf("lmStudio", "models") as Rows).models;
    assert.deepEqual(models[0]?.["loaded_instances"], documented?.["loaded_instances"]);
    assert.deepEqual(
      models.map((each) => each["type"]),
      ["llm", "llm", "llm", "embedding"],
    );
    const { data } = (await getJson(lmStudio, "/api/v0/models")) as Rows;
    assert.deepEqual([data[0]?.["type"], data[0]?.["state"], data[1]?.["state"]], ["vlm", "loaded", "not-loaded"]);
    assert.deepEqual(await getJson(lmStudio, "/api/v9/models"), documentOf("lmStudio", "unknownPath"));
    lmStudio.loadsOnDemand = false;
    const listed = (await getJson(lmStudio, "/v1/models")) as Rows;
    assert.deepEqual(
      listed.data.map(({ id }) => id),
      [gemma],
    );
    lmStudio.loaded.unloadAll();
    assert.match(await (await ask(lmStudio, question(gemma))).text(), /No models loaded/);
  });

  test("are those of the llama.cpp server, also while it loads", async () => {
    await using llamaCpp = await startLlamaCpp({ slots: 2, window: 8192, isLoading: true });
    assert.deepEqual(await getJson(llamaCpp, "/health"), documentOf("llamaCpp", "loading"));
    assert.equal((await ask(llamaCpp, question("x"))).status, 503);
    llamaCpp.isLoading = false;
    assert.deepEqual(await getJson(llamaCpp, "/health"), documentOf("llamaCpp", "ready"));
    const props = (await getJson(llamaCpp, "/props?autoload=false")) as Record<string, unknown>;
    assert.deepEqual([props["total_slots"], llamaCpp.loaded.loads], [2, []]);
    await getJson(llamaCpp, "/props");
    assert.equal(llamaCpp.loaded.loads.length, 1);
    const body = { method: "POST", body: JSON.stringify(question("x")) };
    const counted = await fetch(`${llamaCpp.baseUrl}/chat/completions/input_tokens`, body);
    assert.deepEqual([await counted.json(), llamaCpp.chatRequests.length], [{ input_tokens: 9 }, 1]);
  });

  test("are those of a llama.cpp router, which loads what is named", async () => {
    await using llamaCpp = await startLlamaCpp({ router: true, models: [{ id: "a" }, { id: "b" }] });
    const states = async (): Promise<unknown[]> =>
      ((await getJson(llamaCpp, "/models")) as Rows).data.map(({ status }) => (status as { value: string }).value);
    assert.deepEqual(await states(), ["unloaded", "unloaded"]);
    await getJson(llamaCpp, "/props?model=a&autoload=false");
    assert.deepEqual(await states(), ["unloaded", "unloaded"]);
    await (await ask(llamaCpp, question("b"))).text();
    assert.deepEqual([await states(), llamaCpp.loaded.loads], [["unloaded", "loaded"], ["b"]]);
    assert.equal((await ask(llamaCpp, question("c"))).status, 404);
  });

  test("are those of Groq and Mistral", async () => {
    await using groq = await startGroq();
    const groqRows = ((await getJson(groq, "/openai/v1/models", groqKey)) as Rows).data;
    assert.deepEqual(groqRows.filter(({ active }) => active === false).length, 1);
    assert.deepEqual([groqRows[0]?.["context_window"], groqRows[0]?.["max_completion_tokens"]], [131072, 65536]);
    await using mistral = await startMistral();
    const mistralRows = ((await getJson(mistral, "/v1/models", mistralKey)) as Rows).data;
    const small = mistralRows.filter(({ name }) => name === "mistral-small-2603");
    assert.deepEqual(
      small.map(({ id, aliases }) => [id, aliases]),
      [
        ["mistral-small-2603", ["mistral-small-latest"]],
        ["mistral-small-latest", ["mistral-small-2603"]],
      ],
    );
    assert.match(JSON.stringify(mistralRows), /"completion_chat":false/);
  });
});

describe("a simulated local server", () => {
  test("truncates without a word: only the usage tells", async () => {
    await using ollama = await startOllama({ window: 4096 });
    const old = Array.from({ length: 9 }, (_, at) => ({
      role: at % 2 ? "assistant" : "user",
      content: "a".repeat(4000),
    }));
    const messages = [{ role: "system", content: "Be brief." }, ...old, { role: "user", content: "Why?" }];
    const body = question("qwen3:8b", { messages, stream_options: { include_usage: true } });
    const stream = chunks(await (await ask(ollama, body)).text());
    const { usage } = stream.at(-2) as { usage: { prompt_tokens: number } };
    const expected = 4 * (1000 + 4) + (3 + 4) + (1 + 4);
    assert.deepEqual([usage.prompt_tokens, ollama.truncations.map(({ dropped }) => dropped)], [expected, [5]]);
    const tooLong = question("qwen3:8b", { messages: [{ role: "user", content: "a".repeat(20_000) }] });
    assert.match(await (await ask(ollama, tooLong)).text(), /the prompt is longer than the context length/);
  });

  test("knows the length of its prompts", async () => {
    const messages = [{ role: "user", content: "a".repeat(4 * 5000) }];
    await using lmStudio = await startLmStudio();
    const refused = await (await ask(lmStudio, question("openai/gpt-oss-20b", { messages }))).text();
    assert.match(refused, /^\{"error":"Trying to keep the first 5004 tokens .* length of only 4096 tokens/);
    await using llamaCpp = await startLlamaCpp({ window: 4096 });
    const { error } = (await (await ask(llamaCpp, question("x", { messages }))).json()) as { error: object };
    assert.partialDeepStrictEqual(error, { code: 400, n_prompt_tokens: 5004, n_ctx: 4096 });
  });

  test("loads a model without a byte, and evicts the one before", async () => {
    await using ollama = await startOllama({ loadMs: 60 });
    const start = performance.now();
    const response = await ask(ollama, question("qwen3:8b"));
    assert.ok(performance.now() - start >= 50);
    await response.text();
    await (await ask(ollama, question("codellama:7b"))).text();
    assert.deepEqual([ollama.loaded.ids, ollama.loaded.loads], [["codellama:7b"], ["qwen3:8b", "codellama:7b"]]);
  });

  test("queues in silence, and frees the slot when the client leaves", async () => {
    await using ollama = await startOllama();
    ollama.script("silent-after-headers");
    const first = new AbortController();
    const second = new AbortController();
    const asked = await ask(ollama, question("qwen3:8b"), { signal: first.signal });
    const waiting = ask(ollama, question("qwen3:8b"), { signal: second.signal });
    const third = ask(ollama, question("qwen3:8b"));
    await ollama.chatRequest(3);
    assert.deepEqual([ollama.slots.used, ollama.slots.queued], [1, 2]);
    second.abort();
    await assert.rejects(waiting);
    assert.equal(await ollama.chatRequests[1]!.ended, "closed-by-client");
    assert.deepEqual([ollama.slots.used, ollama.slots.queued], [1, 1]);
    first.abort();
    await assert.rejects(asked.text());
    assert.match(await (await third).text(), /\[DONE\]/);
    assert.deepEqual(
      ollama.chatRequests.map(({ cancelled }) => cancelled),
      [true, true, false],
    );
    assert.equal(ollama.slots.used, 0);
  });

  test("has as many slots as documented", async () => {
    await using lmStudio = await startLmStudio();
    await using llamaCpp = await startLlamaCpp({ slots: 1 });
    assert.equal(lmStudio.slots.total, 4);
    llamaCpp.script("silent-after-headers");
    await ask(llamaCpp, question("x"));
    const busy = await fetch(`${llamaCpp.url}/slots?fail_on_no_slot=1`);
    assert.equal(busy.status, 503);
  });

  test("reports a key that it did not ask for", async () => {
    await using ollama = await startOllama();
    await ask(ollama, question("qwen3:8b"), { key: "secret" });
    assert.deepEqual(ollama.violations, ["a key, which nobody asked for"]);
  });
});
