import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AgentTurns } from "../../../src/languageModels/agentTurns";
import type { ChatMessage, ChatPart } from "../../../src/languageModels/chatMessage";
import { chatExtension, ChatRequests } from "../../../src/languageModels/chatRequests";
import { createRouter, modelSlug, type ToolCall } from "../../../src/router/index";
import { startOpenRouter, typicalFaultRates, type Answer, type Step } from "../../support/openRouter";
import { scriptedSecretsCheck } from "../../support/scriptedSecretsCheck";

const tool = {
  name: "read_file",
  description: "Reads a file",
  inputSchema: {
    type: "object",
    properties: { filePath: { type: "string" }, startLine: { type: "number" } },
    required: ["filePath"],
  },
};

const calls = (id: string, input: unknown): Step => ({
  answer: {
    ...{ text: "", reasoning: "", finishReason: "tool_calls" },
    toolCalls: [{ id, name: tool.name, arguments: typeof input === "string" ? input : JSON.stringify(input) }],
  },
});
const says = (text: string, answer: Partial<Answer> = {}): Step => ({
  answer: { reasoning: "", finishReason: "stop", ...answer, text },
});

/** VS Code's chat with a simulated service: an agent that runs the tool and asks again until an answer has no call. */
async function startChat({ limit = 12 } = {}) {
  const openRouter = await startOpenRouter();
  const router = createRouter({
    apiKey: () => Promise.resolve(`sk-or-v1-${"0123456789abcdef".repeat(4)}`),
    settings: () => ({
      baseUrl: openRouter.baseUrl,
      requestsPerMinute: 1_000,
      firstContentMs: 400,
      betweenContentsMs: 400,
    }),
    fetch,
  });
  const spent: number[] = [];
  const requests = new ChatRequests({
    router: router,
    secrets: scriptedSecretsCheck().check,
    requesters: {
      refusal: () => Promise.resolve(undefined),
      count: (_id, count) => Promise.resolve(void spent.push(count)),
    },
    turns: new AgentTurns(() => limit),
    hasLocalServices: () => false,
    isLocal: () => false,
    reserve: () => 0,
    askToContinue: () => Promise.resolve("stop"),
    modelName: (id) => Promise.resolve(modelSlug(id)),
    showAgent: () => undefined,
    offerAction: () => undefined,
    onNotice: () => undefined,
    now: Date.now,
  });
  let turn = 0;
  /** Asks the agent. Returns what VS Code saw: the answer's text, and the arguments of each call. */
  const ask = async (question: string, rounds = 20) => {
    const messages: ChatMessage[] = [{ role: "user", parts: [{ type: "text", text: question }] }];
    const seen: { text: string; inputs: unknown[] } = { text: "", inputs: [] };
    turn += 1;
    for (let round = 0; round < rounds; round++) {
      const made: ToolCall[] = [];
      const parts: ChatPart[] = [];
      const sink = {
        text: (text: string) => {
          seen.text += text;
          parts.push({ type: "text", text });
        },
        ...{ reasoning: () => undefined, reasoningDetails: () => undefined, usage: () => undefined },
        toolCall: (each: ToolCall) => void made.push(each),
      };
      await requests.answer(
        {
          ...{ messages, tools: [tool], requiresTool: false, requester: chatExtension, model: undefined },
          options: { _conversationId: "c", _telemetryTurn: turn },
        },
        sink,
        new AbortController().signal,
      );
      if (made.length === 0) break;
      seen.inputs.push(...made.map((each) => each.arguments));
      for (const { id, name, arguments: input } of made)
        parts.push({ type: "tool-call", id, name, input: input as object });
      messages.push({ role: "assistant", parts });
      const results = made.map(({ id }) => ({
        type: "tool-result" as const,
        id,
        parts: [{ type: "text" as const, text: "ok" }],
      }));
      messages.push({ role: "user", parts: results });
    }
    return seen;
  };
  return { openRouter, router, ask, spent, [Symbol.asyncDispose]: () => openRouter.close() };
}

describe("An agent with free models", () => {
  test("sends one request a round, and one for the answer", async () => {
    await using chat = await startChat();
    chat.openRouter.script(
      calls("1", { filePath: "a" }),
      calls("2", { filePath: "b" }),
      calls("3", { filePath: "c" }),
      says("Done."),
    );
    const { text, inputs } = await chat.ask("Look at three files.");
    assert.deepEqual([text, inputs.length], ["Done.", 3]);
    assert.equal(chat.openRouter.chatRequests.length, 4);
    assert.deepEqual(chat.spent, [1, 1, 1, 1]);
    assert.equal((await chat.router.quota()).used, 4);
  });

  const broken: [what: string, step: Step][] = [
    ["arguments that are no JSON", calls("1", '{"filePath": "a')],
    ["arguments that are no object", calls("1", "[1, 2]")],
    ["arguments that do not fit the schema", calls("1", { filePath: 7 })],
    ["a missing argument", calls("1", { startLine: 1 })],
    ["a tool that does not exist", "tool-unknown-name"],
    [
      "a call that was cut off",
      says("", { finishReason: "length", toolCalls: [{ id: "1", name: tool.name, arguments: '{"fil' }] }),
    ],
    ["a call that is announced and missing", says("", { finishReason: "tool_calls" })],
    ["a call as text", says('<tool_call>{"name": "read_file", "arguments": {"filePath": "a"}}</tool_call>')],
    ["a call as JSON", says('{"name": "read_file", "arguments": {"filePath": "a"}}')],
  ];
  for (const [what, step] of broken)
    test(`never passes on ${what}`, async () => {
      await using chat = await startChat();
      chat.openRouter.script(step, calls("2", { filePath: "good" }), says("Done."));
      const { text, inputs } = await chat.ask("Look.");
      assert.deepEqual({ text, inputs }, { text: "Done.", inputs: [{ filePath: "good" }] });
      assert.equal(chat.openRouter.chatRequests.length, 3);
      assert.deepEqual(chat.spent, [2, 1]);
    });

  test("goes on with another model after visible text", async () => {
    await using chat = await startChat();
    chat.openRouter.script(
      { fault: "cut-midway", answer: { text: "I would say that this is ", reasoning: "" } },
      says("A whole answer."),
    );
    const { text } = await chat.ask("What is it?");
    assert.match(text, /^I .*\n\n_Free Models: .+ broke off\. .+ answers from the start:_\n\nA whole answer\.$/s);
  });

  test("is held when it would loop for ever", async () => {
    await using chat = await startChat({ limit: 12 });
    chat.openRouter.addPersistentStep({ step: calls("1", { filePath: "again" }) });
    const { text, inputs } = await chat.ask("Loop.", 100);
    assert.equal(inputs.length, 12);
    assert.equal(text, "_Free Models: Stopped after 12 requests, as you chose._");
    assert.equal(chat.openRouter.chatRequests.length, 12);
  });

  test("answers twenty questions under the usual faults, each in order, with exact books", async () => {
    await using chat = await startChat({ limit: 100 });
    chat.openRouter.setFaultMix({ rates: typicalFaultRates, seed: 7 });
    let answers = 0;
    for (let number = 0; number < 20; number++) {
      const { text } = await chat.ask(`Question ${number}: what is a monad?`);
      const last = text.split(/_Free Models: .*_\n\n/).at(-1) ?? "";
      assert.match(last, new RegExp(`Question ${number}: what is a monad`), text);
      answers += 1;
    }
    assert.equal(answers, 20);
    const sent = chat.openRouter.chatRequests.length;
    assert.equal(
      chat.spent.reduce((sum, each) => sum + each, 0),
      sent,
    );
    assert.equal((await chat.router.quota()).used, sent);
    assert.deepEqual(chat.openRouter.violations, []);
  });
});
