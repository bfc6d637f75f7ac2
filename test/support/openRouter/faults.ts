import type { Answer } from "./answer";
import { type RefusalContext, type RefusalName, type RefusalOptions, refusals } from "./refusals";
import { errorBody, type Frame, json, type Reply } from "./reply";
import { chunk, completionBody, processing, type CompletionIdentity, type StreamParts, streamParts } from "./stream";

/** The data a fault is built from: the model, the identity of the completion, and the intended answer. */
export interface FaultContext extends RefusalContext {
  identity: CompletionIdentity;
  answer: Answer;
  promptTokens: number;
  streaming: boolean;
  options: FaultOptions;
}

/** Deviations from the usual form of a fault. */
export interface FaultOptions extends RefusalOptions {
  /** The answer in which the fault occurs. */
  answer?: Partial<Answer>;
  /** Number of deltas sent before the fault. */
  after?: number;
  /** Whether to stall after those deltas until the test calls `release`, so that the client has surely received them. */
  hold?: boolean;
  /** The `code` of an error chunk or body. */
  code?: number | string;
}

/** A stream of events. */
export const sse = (frames: readonly Frame[], more: Partial<Reply> = {}): Reply => ({
  status: 200,
  headers: { "content-type": "text/event-stream" },
  frames,
  ...more,
});

/** A correct answer: a stream, or a JSON body if the request did not ask for streaming. */
export function answerReply(context: FaultContext, answer: Answer = context.answer): Reply {
  const { identity, promptTokens } = context;
  if (!context.streaming) return json(200, completionBody(answer, identity, promptTokens));
  const { opening, deltas, ending, done } = streamParts(answer, identity, promptTokens);
  return sse([...opening, ...deltas, ...ending, ...done]);
}

/** The stream of the answer, with its parts modified by `edit`. */
const editedStream = (
  context: FaultContext,
  edit: (parts: StreamParts) => readonly Frame[],
  answer = context.answer,
): Reply => sse(edit(streamParts(answer, context.identity, context.promptTokens)));

/** The first deltas with their pauses; `options.after` overrides `count`. */
export function firstDeltas(
  deltas: readonly Frame[],
  context: Pick<FaultContext, "options">,
  count = 6,
): readonly Frame[] {
  let left = context.options.after ?? count;
  const end = deltas.findIndex((frame) => "data" in frame && left-- === 0);
  return end < 0 ? deltas : deltas.slice(0, end);
}

/** The first deltas, followed by a stall if `options.hold` is set. */
export const partialAnswer = (deltas: readonly Frame[], context: Pick<FaultContext, "options">): readonly Frame[] => [
  ...firstDeltas(deltas, context),
  ...(context.options.hold ? [{ stall: true } as const] : []),
];

const errorChunk = ({ identity }: FaultContext, code: number | string, message: string, more = {}): Frame => ({
  data: {
    ...{ id: identity.id, object: "chat.completion.chunk", created: identity.created },
    ...{ model: identity.model, provider: identity.provider },
    error: { code, message, metadata: { error_type: "provider_unavailable" } },
    choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
    ...more,
  },
});

const disconnected = (context: FaultContext, more = {}): Frame =>
  errorChunk(context, context.options.code ?? 502, "Provider disconnected", more);

const overloaded = ({ provider, options }: FaultContext) =>
  errorBody(Number(options.code ?? 502), `Upstream error from ${provider}: Service temporarily overloaded`);

const withAnswer = (change: Partial<Answer>) => (context: FaultContext) =>
  answerReply(context, { ...context.answer, ...change });

const textOnly = ({ answer }: FaultContext): Answer => ({ text: answer.text, finishReason: answer.finishReason });

/** Replaces the answer with a tool call that has the given properties. */
const toolCall = (change: { name?: string; arguments?: string; trailing?: string }) => (context: FaultContext) => {
  const intended = context.answer.toolCalls?.[0] ?? { id: "call_1", name: "unknown_tool", arguments: '{"a":1}' };
  return answerReply(context, { text: "", finishReason: "tool_calls", toolCalls: [{ ...intended, ...change }] });
};

/** Faults that follow a status of 200 or replace the response. */
const brokenAnswers = {
  // bodies
  "200-empty-body": () => ({ status: 200, headers: { "content-type": "application/json" }, frames: [] }),
  "200-error-body": (context) => json(200, overloaded(context)),
  "200-error-body-as-stream": (context) => sse([{ raw: JSON.stringify(overloaded(context)) }]),
  "200-error-body-spaced": (context) => ({
    ...json(200, undefined),
    frames: [{ raw: "\n\n   \n" }, { pause: "first" }, { raw: JSON.stringify(overloaded(context)) }],
  }),
  "200-error-body-untyped": (context) => ({ ...json(200, overloaded(context)), headers: {} }),
  // error chunks
  "error-first": (context) => sse([processing, processing, processing, disconnected(context, { choices: [] })]),
  "error-after-reasoning": (context) =>
    editedStream(
      context,
      ({ opening, deltas }) => [...opening, ...firstDeltas(deltas, context, 3), disconnected(context)],
      {
        ...context.answer,
        reasoning: "Let me think about this for a while before I say anything.",
      },
    ),
  "error-after-text": (context) =>
    editedStream(
      context,
      ({ opening, deltas }) => [...opening, ...partialAnswer(deltas, context), disconnected(context)],
      textOnly(context),
    ),
  "error-string-code": (context) => sse([processing, errorChunk(context, "server_error", "Provider disconnected")]),
  /** Recorded in November 2025: reasoning, `length` twice, an error with a null finish reason, `[DONE]`. */
  "error-null-finish": (context) =>
    editedStream(
      context,
      ({ opening, deltas, ending, done }) => [
        ...[...opening, ...deltas, ...ending],
        errorChunk(context, 400, "Token limit reached", {
          choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
        }),
        ...done,
      ],
      { text: "", reasoning: "I keep thinking and never finish.", finishReason: "length" },
    ),
  // silence
  "silent-before-headers": () => sse([], { beforeHeaders: "stall" }),
  "silent-after-headers": () => sse([{ stall: true }]),
  "comments-forever": () => sse([processing, { stall: true, every: processing }]),
  "empty-deltas-forever": ({ identity }) =>
    sse([processing, { stall: true, every: chunk(identity, { role: "assistant", content: "" }) }]),
  /** Stops after some deltas and resumes when the test calls `release`. */
  stall: (context) =>
    editedStream(context, ({ opening, deltas, ending, done }) => {
      const sent = firstDeltas(deltas, context);
      return [...opening, ...sent, { stall: true }, ...deltas.slice(sent.length), ...ending, ...done];
    }),
  "stall-with-comments": (context) =>
    editedStream(context, ({ opening, deltas }) => [
      ...[...opening, ...partialAnswer(deltas, context)],
      { stall: true, every: processing },
    ]),
  // broken connections
  "reset-before-headers": () => sse([], { beforeHeaders: "destroy" }),
  "reset-before-content": () => sse([processing, { destroy: true }]),
  "reset-midway": (context) =>
    editedStream(context, ({ opening, deltas }) => [...opening, ...partialAnswer(deltas, context), { destroy: true }]),
  "cut-before-content": (context) => editedStream(context, ({ opening }) => opening),
  /** The response ends regularly in the middle of the answer, without a finish reason or `[DONE]`. */
  "cut-midway": (context) =>
    editedStream(context, ({ opening, deltas }) => [...opening, ...partialAnswer(deltas, context)]),
  /** Sends a finish reason, then neither data nor an end of the response. Counts as a complete answer. */
  "stall-after-finish": (context) =>
    editedStream(context, ({ opening, deltas, ending }) => [
      ...opening,
      ...deltas,
      ...ending.slice(0, 1),
      { stall: true },
    ]),
  /** Sends a finish reason but no `[DONE]`. Counts as a complete answer. */
  "no-done": (context) => editedStream(context, ({ opening, deltas, ending }) => [...opening, ...deltas, ...ending]),
  // empty and incomplete answers
  empty: (context) => answerReply(context, { text: "", finishReason: "stop" }),
  "reasoning-only": (context) =>
    answerReply(context, { text: "", reasoning: "I think but give no answer.", finishReason: "stop" }),
  "length-reasoning-only": (context) =>
    answerReply(context, { text: "", reasoning: "I am still thinking about", finishReason: "length" }),
  length: withAnswer({ finishReason: "length" }),
  "content-filter": withAnswer({ text: "", finishReason: "content_filter" }),
  "no-choices": ({ identity }) => sse([processing, { data: { ...identity, object: "chat.completion.chunk" } }]),
  // malformed streams
  /** A chunk in the middle is invalid JSON, so part of the text is missing. */
  "bad-json-chunk": (context) =>
    editedStream(
      context,
      ({ opening, deltas, ending, done }) => {
        const rest = deltas.slice(firstDeltas(deltas, context).length + 1);
        return [
          ...opening,
          ...partialAnswer(deltas, context),
          { data: '{"id":"gen-1","choices":[{"del' },
          ...rest,
          ...ending,
          ...done,
        ];
      },
      textOnly(context),
    ),
  garbage: () => sse([{ raw: "\u0000\u0001 this is not an event stream\n\n<<<>>>\n\n" }]),
  /** A proxy turned the keep-alive comments into data lines. Harmless. */
  "data-comment": (context) =>
    editedStream(context, (parts) => [
      ...[...parts.opening, { data: ": OPENROUTER PROCESSING" }, ...firstDeltas(parts.deltas, context)],
      { data: ": OPENROUTER PROCESSING" },
      ...[...parts.deltas.slice(firstDeltas(parts.deltas, context).length), ...parts.ending, ...parts.done],
    ]),
  /** The usage chunk has no choices, as in one of twenty recordings. Harmless. */
  "usage-without-choices": (context) =>
    editedStream(context, ({ opening, deltas, ending, done }) => {
      const usage = ending.flatMap((frame) => ("data" in frame ? [frame.data] : [])).at(-1);
      return [...opening, ...deltas, ...ending.slice(0, 1), { data: { ...Object(usage), choices: [] } }, ...done];
    }),
  // reasoning inside the text, as some models leak it; harmless
  "think-tags": (context) =>
    answerReply(context, {
      ...textOnly(context),
      text: `<think>\nFirst I read the question, then I answer it.\n</think>\n\n${context.answer.text}`,
      deltaLength: context.options.after ?? 3,
    }),
  "think-tag-unclosed": (context) =>
    answerReply(context, { ...textOnly(context), text: `<think>\n${context.answer.text}`, deltaLength: 3 }),
  // tools
  "tool-broken-json": toolCall({ arguments: '{"a": 1, "b": ' }),
  "tool-not-an-object": toolCall({ arguments: "no arguments at all" }),
  /** Whitespace after complete JSON. Harmless. */
  "tool-trailing-space": toolCall({ trailing: " \n  " }),
  "tool-unknown-name": toolCall({ name: "a_tool_that_was_not_offered" }),
  "tool-as-text": (context) =>
    answerReply(context, { text: '<tool_call>{"name": "look", "arguments": {}}</tool_call>', finishReason: "stop" }),
  // structured output
  "schema-mismatch": withAnswer({ text: '{"unexpected": true}' }),
  "schema-not-json": withAnswer({ text: "Sure! Here is what you asked for." }),
  "schema-fenced": (context) =>
    answerReply(context, { ...context.answer, text: `\`\`\`json\n${context.answer.text}\n\`\`\`` }),
  // money and names
  charged: withAnswer({ cost: 0.0123 }),
  /** The service reports a model that was not requested. */
  "other-name": (context) =>
    answerReply({ ...context, identity: { ...context.identity, model: "somebody/else-20260101" } }),
} satisfies Record<string, (context: FaultContext) => Reply>;

const all = { ...refusals, ...brokenAnswers };

/** The name of a fault, such as `429-upstream`, `comments-forever` or `tool-broken-json`. */
export type FaultName = RefusalName | keyof typeof brokenAnswers;

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(all, name);

export const faultNames: readonly FaultName[] = Object.keys(all).filter(isFaultName);

/** The reply that simulates the fault. */
export function faultReply(name: FaultName, context: FaultContext): Reply {
  const make: (context: FaultContext) => Reply = all[name];
  return { ...make(context), fault: name, model: context.model };
}

/** Typical failure rates of candidates, as shares of 1. */
export const typicalFaultRates: Readonly<Partial<Record<FaultName, number>>> = {
  "429-upstream": 0.3,
  "502-bad-gateway": 0.05,
  "comments-forever": 0.03,
  "cut-midway": 0.03,
  "error-after-text": 0.02,
  empty: 0.02,
  "bad-json-chunk": 0.01,
};
