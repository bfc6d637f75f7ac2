import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AgentTurns, type AgentTurn } from "../../../src/languageModels/agentTurns";
import type { ChatMessage } from "../../../src/languageModels/chatMessage";
import type { ChatRequest } from "../../../src/languageModels/chatRequest";
import {
  chatExtension,
  ChatRequestError,
  ChatRequests,
  type ChatRequestsDependencies,
} from "../../../src/languageModels/chatRequests";
import { modelSlug, RouterError, type RouterEvent } from "../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../support/scriptedRouter";
import { scriptedSecretsCheck, type Decide } from "../../support/scriptedSecretsCheck";
import { recordedSink } from "./recordedSink";

const user = (text: string): ChatMessage => ({ role: "user", parts: [{ type: "text", text }] });
const tool = { name: "read_file", description: "Reads a file", inputSchema: { type: "object", properties: {} } };

/** A request of the agent in VS Code's chat. */
const agentRequest: ChatRequest = {
  messages: [user("Fix it.")],
  tools: [tool],
  requiresTool: false,
  requester: chatExtension,
  model: undefined,
  options: { _conversationId: "c", _telemetryTurn: 1 },
};
/** A request for a title or the like. */
const utilityRequest: ChatRequest = { ...agentRequest, tools: [], options: {} };
const inlineRequest: ChatRequest = { ...agentRequest, options: {} };
const foreignRequest: ChatRequest = { ...agentRequest, requester: "some.extension", tools: [], options: {} };

/** A completion that calls a tool, after so many attempts. */
const toolRound = (attempts = 1): RouterEvent[] => [
  { type: "attempt-start", attempt: 1, model: "m/one:free", fallbacks: [] },
  { type: "tool-call", id: "1", name: "read_file", arguments: {} },
  {
    ...{ type: "completion-end", model: "m/one:free", finishReason: "tool_calls", attempts },
    ...{ passedOver: [], durationMs: 1 },
  },
];

interface Options extends Partial<ChatRequestsDependencies> {
  readonly scripts?: (RouterEvent | RouterError | Promise<unknown>)[][];
  readonly decide?: Decide;
  readonly limit?: number;
}

function create({ scripts = [answerEvents("Yes.")], decide, limit = 12, ...overrides }: Options = {}) {
  const router = new ScriptedRouter(...scripts);
  const { check, asked } = scriptedSecretsCheck(decide);
  const log = {
    spent: [] as string[],
    agents: [] as (number | undefined)[],
    errors: [] as unknown[],
    held: [] as AgentTurn[],
  };
  const requests = new ChatRequests({
    router,
    secrets: check,
    requesters: {
      refusal: () => Promise.resolve(undefined),
      count: (id, count) => Promise.resolve(void log.spent.push(`${id} ${count}`)),
    },
    turns: new AgentTurns(() => limit),
    hasLocalServices: () => false,
    isLocal: (model) => model.startsWith("ollama::"),
    reserve: () => 10,
    askToContinue: (turn) => Promise.resolve((log.held.push(turn), "stop" as const)),
    modelName: (id) => Promise.resolve(modelSlug(id)),
    showAgent: (turn) => void log.agents.push(turn?.requests),
    offerAction: (error) => void log.errors.push(error),
    onNotice: () => undefined,
    now: () => 0,
    ...overrides,
  });
  const answer = async (request: ChatRequest, signal = new AbortController().signal): Promise<string[]> => {
    const { sink, parts } = recordedSink();
    await requests.answer(request, sink, signal);
    return parts;
  };
  return { answer, router, asked, log };
}

describe("A request of VS Code's chat", () => {
  test("goes through the router, and leaves the reserve to the user's own questions", async () => {
    const { answer, router, log } = create();
    assert.equal(
      (await answer({ ...agentRequest, model: "m/one:free", effort: "low" })).join(""),
      "text Ytext etext stext .",
    );
    assert.deepEqual(router.requests, [
      {
        messages: [{ role: "user", content: "Fix it." }],
        tools: [
          {
            type: "function",
            function: { name: "read_file", description: "Reads a file", parameters: tool.inputSchema },
          },
        ],
        pin: "m/one:free",
        reasoning: { effort: "low" },
        reserve: 10,
      },
    ]);
    assert.deepEqual(log.spent, [`${chatExtension} 1`]);
  });

  test("may use the last requests too, if the user has released them", async () => {
    const { answer, router } = create({ reserve: () => 0 });
    await answer(agentRequest);
    assert.ok(!("reserve" in (router.requests[0] ?? {})));
  });

  test("counts the requests of a turn, failed ones included, and ends with the answer", async () => {
    const { answer, log } = create({ scripts: [toolRound(), toolRound(3), answerEvents("Yes.")] });
    for (let round = 0; round < 3; round++) await answer(agentRequest);
    assert.deepEqual(log.agents, [0, 1, 1, 4, 4, undefined]);
    assert.deepEqual(log.spent, [`${chatExtension} 1`, `${chatExtension} 3`, `${chatExtension} 1`]);
  });

  test("does not count local models", async () => {
    const local = toolRound().map((event) => ({ ...event, model: "ollama::qwen3:8b" }) as RouterEvent);
    const { answer, log } = create({ scripts: [local, local, local], limit: 1 });
    for (let round = 0; round < 3; round++) await answer(agentRequest);
    assert.deepEqual([log.spent, log.held], [[], []]);
  });

  test("is held at the limit of its turn until the user stops it", async () => {
    const { answer, router, log } = create({ scripts: [toolRound(), toolRound(), toolRound()], limit: 2 });
    await answer(agentRequest);
    await answer(agentRequest);
    assert.deepEqual(await answer(agentRequest), [
      "reasoning The agent has sent 2 requests. Choose Continue or Stop in the status bar.",
      "text _Free Models: Stopped after 2 requests, as you chose._",
    ]);
    assert.deepEqual([router.requests.length, log.held.length], [2, 1]);
    // The next question has a turn of its own.
    await answer({ ...agentRequest, options: { ...agentRequest.options, _telemetryTurn: 2 } });
    assert.equal(router.requests.length, 3);
  });

  test("does not count the same prompt in inline chat as one turn", async () => {
    const { answer, log } = create({ scripts: Array.from({ length: 4 }, () => toolRound()), limit: 2 });
    for (let round = 0; round < 4; round++) await answer(inlineRequest);
    assert.deepEqual(log.held, []);
  });

  test("may send as many again if the user lets it go on", async () => {
    const held: number[] = [];
    const { answer, router } = create({
      scripts: Array.from({ length: 6 }, () => toolRound()),
      limit: 2,
      askToContinue: ({ requests }) => Promise.resolve((held.push(requests), "continue" as const)),
    });
    for (let round = 0; round < 6; round++) await answer(agentRequest);
    assert.deepEqual([held, router.requests.length], [[2, 4], 6]);
  });

  test("sends nothing if it is canceled while it is held", async () => {
    const { answer, router, log } = create({
      limit: 0,
      askToContinue: (_turn, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("Canceled.")))),
    });
    const controller = new AbortController();
    const answering = answer(agentRequest, controller.signal);
    await new Promise(setImmediate);
    controller.abort();
    assert.deepEqual((await answering).slice(1), []);
    assert.deepEqual([router.requests.length, log.errors.length], [0, 0]);
  });

  test("closes the connection if it is canceled", async () => {
    const { answer, router, log } = create({ scripts: [[new Promise(() => undefined)]] });
    const controller = new AbortController();
    const answering = answer(agentRequest, controller.signal);
    await router.asked;
    controller.abort();
    assert.deepEqual(await answering, []);
    assert.deepEqual(log.errors, []);
  });

  test("is answered with a sentence if it fails", async () => {
    const error = new RouterError("all-resting", "All are busy.");
    const { answer, log } = create({ scripts: [[error]] });
    assert.deepEqual(await answer(agentRequest), [
      "text _Free Models: All free models that fit are busy. Try again in a minute._",
    ]);
    assert.deepEqual(log.errors, [error]);
  });

  test("keeps what was written before it failed", async () => {
    const events = answerEvents("Half").slice(0, -1);
    const { answer } = create({ scripts: [[...events, new RouterError("interrupted", "Cut off.")]] });
    assert.equal((await answer(agentRequest)).at(-1), "text \n\n_Free Models: The answer was interrupted._");
  });

  test("does not blame the connection for a model that broke off while it reasoned", async () => {
    const { answer } = create({
      scripts: [[new RouterError("interrupted", "Cut off.", { hasReasoning: true })]],
    });
    assert.deepEqual(await answer(agentRequest), ["text _Free Models: The model broke off before it answered._"]);
  });

  test("asks the user about a secret once, whatever follows", async () => {
    const secret = "AKIAQ3EGRZ7LMNOPWX5T";
    const results = (...ids: string[]): ChatMessage[] =>
      ids.flatMap((id): ChatMessage[] => [
        { role: "assistant", parts: [{ type: "tool-call", id, name: "read_file", input: { filePath: "/shop/a.ts" } }] },
        { role: "user", parts: [{ type: "tool-result", id, parts: [{ type: "text", text: `key = "${secret}"` }] }] },
      ]);
    const { answer, router, asked } = create({
      scripts: [toolRound(), toolRound(), answerEvents("Never write <SECRET_1>.")],
      decide: () => "replace",
    });
    await answer({ ...agentRequest, messages: [user("Fix it."), ...results("1")] });
    await answer({ ...agentRequest, messages: [user("Fix it."), ...results("1", "2")] });
    const parts = await answer({ ...agentRequest, messages: [user("Fix it."), ...results("1", "2", "3")] });
    assert.deepEqual(asked, [`Result of the tool read_file: ${secret}`]);
    assert.ok(!JSON.stringify(router.requests).includes(secret));
    assert.match(JSON.stringify(router.requests), /<SECRET_1>/);
    assert.equal(parts.map((part) => part.replace(/^text /, "")).join(""), `Never write ${secret}.`);
  });

  test("knows a file of secrets by its name", async () => {
    const { answer, asked } = create({ decide: () => "hold-back" });
    await answer({
      ...agentRequest,
      messages: [
        user("Fix it."),
        {
          role: "assistant",
          parts: [{ type: "tool-call", id: "1", name: "read_file", input: { filePath: "/shop/.env" } }],
        },
        { role: "user", parts: [{ type: "tool-result", id: "1", parts: [{ type: "text", text: "PORT=5432" }] }] },
      ],
    });
    assert.deepEqual(asked, ["Result of the tool read_file → .env: .env"]);
  });

  test("asks once about a file of secrets, also when the agent writes one of them elsewhere", async () => {
    const secret = "AKIAQ3EGRZ7LMNOPWX5T";
    const call = (id: string, name: string, input: object): ChatMessage => ({
      role: "assistant",
      parts: [{ type: "tool-call", id, name, input }],
    });
    const result = (id: string, text: string): ChatMessage => ({
      role: "user",
      parts: [{ type: "tool-result", id, parts: [{ type: "text", text }] }],
    });
    const { answer, router, asked } = create({
      scripts: [toolRound(), answerEvents("Done.")],
      decide: () => "replace",
    });
    const read = [
      user("Copy the key."),
      call("1", "read_file", { filePath: "/shop/.env" }),
      result("1", `AWS_KEY=${secret}`),
    ];
    await answer({ ...agentRequest, messages: read });
    const written = [call("2", "create_file", { content: `const key = "${secret}";` }), result("2", "ok")];
    const checked = [call("3", "read_file", { filePath: "/shop/key.ts" }), result("3", `const key = "${secret}";`)];
    await answer({ ...agentRequest, messages: [...read, ...written, ...checked] });
    assert.deepEqual(asked, ["Result of the tool read_file → .env: .env"]);
    assert.ok(!JSON.stringify(router.requests).includes(secret));
  });

  test("sends nothing if the user cancels the question about a secret", async () => {
    const { answer, router } = create({ decide: () => "cancel" });
    const parts = await answer({ ...agentRequest, messages: [user('key = "AKIAQ3EGRZ7LMNOPWX5T"')] });
    assert.deepEqual(parts, ["text _Free Models: Nothing was sent._"]);
    assert.deepEqual(router.requests, []);
  });
});

describe("A request beside the conversation", () => {
  test("is refused without a local model, and never answered with a sentence", async () => {
    const { answer, router } = create();
    await assert.rejects(answer(utilityRequest), ChatRequestError);
    assert.deepEqual(router.requests, []);
  });

  test("goes to local models only", async () => {
    const { answer, router } = create({ hasLocalServices: () => true });
    await answer(utilityRequest);
    assert.equal(router.requests[0]?.onlyLocal, true);
  });

  test("is not inline chat, which has tools", async () => {
    const { answer, router } = create();
    await answer(inlineRequest);
    assert.equal(router.requests[0]?.onlyLocal, undefined);
  });
});

describe("A request of another extension", () => {
  test("sends nothing before the user allows it", async () => {
    const { answer, router } = create({
      requesters: { refusal: () => Promise.resolve("never" as const), count: () => Promise.resolve() },
    });
    await assert.rejects(answer(foreignRequest), {
      message: "You have not allowed this extension to use your free requests.",
    });
    assert.deepEqual(router.requests, []);
  });

  test("fails with a clear message instead of an answer", async () => {
    const { answer } = create({ scripts: [[new RouterError("rate-limit-day", "Used up.")]] });
    await assert.rejects(answer(foreignRequest), {
      message: "Today's free requests are used up.",
    });
  });

  test("passes on the parameters that the API knows", async () => {
    const { answer, router } = create();
    await answer({ ...foreignRequest, options: { temperature: 0.2, max_tokens: 100, seed: "7", anything: true } });
    assert.deepEqual(router.requests[0], {
      messages: [{ role: "user", content: "Fix it." }],
      temperature: 0.2,
      max_tokens: 100,
      reserve: 10,
    });
  });
});
