import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readTestData } from "../../support/openRouter";
import { startGroq } from "../../support/services/groq";
import { startLlamaCpp } from "../../support/services/llamaCpp";
import { startLmStudio } from "../../support/services/lmStudio";
import { startMistral } from "../../support/services/mistral";
import { startOllama } from "../../support/services/ollama";
import { chunks, contentOf } from "./openRouterClient";
import { ask, groqKey, mistralKey, question, stable } from "./serviceClient";

const recorded = (name: string): unknown[] => chunks(readTestData(`services/${name}.sse`)).map((each) => stable(each));
const usageWanted = { stream_options: { include_usage: true } };
const weather = { type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } };
const call = { tools: [weather], messages: [{ role: "user", content: "Use weather!" }] };

describe("the streams of the simulated services", () => {
  test("are those of Ollama", async () => {
    await using ollama = await startOllama({ models: [{ id: "qwen3", reasons: true }], repeatsRole: true });
    ollama.script({ answer: { reasoning: "Okay", text: "3" } }, { answer: { reasoning: "Okay", text: "3" } });
    const stream = await (await ask(ollama, question("qwen3", usageWanted))).text();
    assert.deepEqual(
      chunks(stream).map((each) => stable(each)),
      recorded("ollama"),
    );
    const withoutUsage = chunks(await (await ask(ollama, question("qwen3"))).text());
    assert.equal(withoutUsage.length, recorded("ollama").length - 1);
  });

  test("have a role and content only once in a newer Ollama", async () => {
    await using ollama = await startOllama();
    ollama.script({ answer: { text: "one two" } });
    const all = chunks(await (await ask(ollama, question("codellama:7b"))).text());
    assert.deepEqual(
      all.slice(0, -1).map((each) => (each as { choices: { delta: unknown }[] }).choices[0]?.delta),
      [{ role: "assistant", content: "one" }, { content: " two" }, {}],
    );
  });

  test("are those of an Ollama that dies", async () => {
    await using ollama = await startOllama({ models: [{ id: "qwen3" }], repeatsRole: true });
    ollama.fail("dies-midway", { answer: { text: "3 times" }, after: 1 });
    const stream = await (await ask(ollama, question("qwen3"))).text();
    assert.deepEqual(
      chunks(stream).map((each) => stable(each)),
      recorded("ollamaDeath"),
    );
  });

  test("are those of Groq", async () => {
    await using groq = await startGroq();
    groq.script({ answer: { reasoning: "we", text: "" } });
    const stream = await (await ask(groq, question("openai/gpt-oss-120b"), { key: groqKey })).text();
    const [first, ...rest] = chunks(stream);
    assert.deepEqual(
      rest.map((each) => stable(each)),
      recorded("groq"),
    );
    assert.match(JSON.stringify(first), /"x_groq":\{"id":"req_/);
  });

  test("are those of a Groq that breaks off with an error event", async () => {
    await using groq = await startGroq();
    groq.fail("tool-use-failed-midway", { times: 1 });
    const stream = await (await ask(groq, question("openai/gpt-oss-120b"), { key: groqKey })).text();
    const [, error = ""] = stream.split("event: error\n");
    const fieldsOf = (text: string): unknown => {
      const [chunk] = chunks(text) as { error: { status_code: number; code: string } }[];
      return [Object.keys(chunk!.error), chunk!.error.status_code, chunk!.error.code];
    };
    assert.deepEqual(fieldsOf(error), fieldsOf(readTestData("services/groqError.sse")));
    assert.doesNotMatch(stream, /\[DONE\]/);
  });

  test("are those of Mistral", async () => {
    await using mistral = await startMistral();
    const toolCalls = [
      { id: "g6fVbXS8K", name: "weather", arguments: '{"latitude": "52.5200", "longitude": "13.4050"}' },
    ];
    mistral.script({ answer: { reasoning: "The", text: "", toolCalls, finishReason: "tool_calls" } });
    const body = question("mistral-small-latest", { tools: [weather] });
    const stream = await (await ask(mistral, body, { key: mistralKey })).text();
    assert.deepEqual(
      chunks(stream)
        .slice(1)
        .map((each) => stable(each)),
      recorded("mistral").map((each) => (each === "[DONE]" ? each : { ...(each as object), p: "any p" })),
    );
  });

  test("have the reasoning in the field of the server", async () => {
    await using lmStudio = await startLmStudio();
    await using llamaCpp = await startLlamaCpp();
    const reasoned = async (server: typeof lmStudio | typeof llamaCpp, model: string): Promise<string> => {
      server.script({ answer: { reasoning: "Hm.", text: "Yes.", deltaLength: 9 } });
      return (await ask(server, question(model, usageWanted))).text();
    };
    assert.match(await reasoned(lmStudio, "openai/gpt-oss-20b"), /"delta":\{"role":"assistant","reasoning":"Hm\."\}/);
    assert.match(await reasoned(lmStudio, "deepseek-r1-distill-qwen-7b"), /"content":"<think>\\nH/);
    const stream = await reasoned(llamaCpp, "any name");
    assert.match(stream, /"model":"any name".*"delta":\{"reasoning_content":"Hm\."\}/);
    assert.match(stream, /"choices":\[\],"usage":\{"prompt_tokens":\d+.*"timings":\{/);
  });

  test("call tools as each service does", async () => {
    await using ollama = await startOllama();
    await using lmStudio = await startLmStudio();
    await using llamaCpp = await startLlamaCpp();
    await using groq = await startGroq();
    await using mistral = await startMistral();
    const called = async (...args: Parameters<typeof ask>): Promise<string> => (await ask(...args)).text();
    assert.match(await called(ollama, question("qwen3:8b", call)), /"id":"call_[0-9a-z]{8}".*"arguments":"\{\}"/);
    assert.match(await called(lmStudio, question("openai/gpt-oss-20b", call)), /"name":"weather","arguments":""/);
    const asText = await called(lmStudio, question("deepseek-r1-distill-qwen-7b", call));
    assert.doesNotMatch(asText, /tool_calls/);
    assert.match(await called(llamaCpp, question("x", call)), /"arguments":""[^]*"function":\{"arguments":"\{\}"\}/);
    assert.match(await called(groq, question("openai/gpt-oss-20b", call), { key: groqKey }), /"id":"fc_[0-9a-z]+"/);
    const atOnce = /"id":"[A-Za-z0-9]{9}".*"finish_reason":"tool_calls"\}\],"usage"/;
    assert.match(await called(mistral, question("mistral-small-latest", call), { key: mistralKey }), atOnce);
  });

  test("can be cut, stalled and replaced by recordings", async () => {
    await using ollama = await startOllama();
    ollama.script("cut-midway", { reply: { body: readTestData("services/ollama.sse") } }, { fault: "stall", after: 1 });
    const cut = contentOf(await (await ask(ollama, question("codellama:7b"))).text());
    assert.deepEqual([cut.finishReasons, cut.text.length > 0], [[], true]);
    assert.equal(contentOf(await (await ask(ollama, question("codellama:7b"))).text()).text, "3");
    const stalled = await ask(ollama, question("codellama:7b"));
    ollama.release();
    assert.deepEqual(contentOf(await stalled.text()).finishReasons, ["stop"]);
  });
});
