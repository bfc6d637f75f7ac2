import type { Answer } from "./answer";
import { type RefusalContext, type RefusalName, type RefusalOptions, refusals } from "./refusals";
import { errorBody, type Frame, json, type Reply } from "./reply";
import { chunk, completionBody, processing, type CompletionIdentity, type StreamParts, streamParts } from "./stream";

/** What a fault can work with: the model, who it speaks as, and what it would have said. */
export interface FaultContext extends RefusalContext {
  identity: CompletionIdentity;
  answer: Answer;
  promptTokens: number;
  streaming: boolean;
  options: FaultOptions;
}

/** What the one who ordered the fault wants different from its usual form. */
export interface FaultOptions extends RefusalOptions {
  /** Deltas that still come before it. */
  after?: number;
  /** Whether it waits, after those deltas, until the test lets go: so that they have surely been seen. */
  hold?: boolean;
  /** The `code` of an error chunk or body. */
  code?: number | string;
}

const sse = (frames: readonly Frame[], more: Partial<Reply> = {}): Reply => ({
  status: 200,
  headers: { "content-type": "text/event-stream" },
  frames,
  ...more,
});

/** An answer as it should be: a stream, or one body where none was asked for. */
export function answerReply(context: FaultContext, answer: Answer = context.answer): Reply {
  const { identity, promptTokens } = context;
  if (!context.streaming) return json(200, completionBody(answer, identity, promptTokens));
  const { opening, deltas, ending, done } = streamParts(answer, identity, promptTokens);
  return sse([...opening, ...deltas, ...ending, ...done]);
}

/** The stream of the answer with something done to its parts. */
const edited = (
  context: FaultContext,
  edit: (parts: StreamParts) => readonly Frame[],
  answer = context.answer,
): Reply => sse(edit(streamParts(answer, context.identity, context.promptTokens)));

/** The first deltas, with their pauses; `usual` unless the wish says otherwise. */
function first(deltas: readonly Frame[], context: FaultContext, usual = 6): readonly Frame[] {
  let left = context.options.after ?? usual;
  const end = deltas.findIndex((frame) => "data" in frame && left-- === 0);
  return end < 0 ? deltas : deltas.slice(0, end);
}

/** The same, and held there where that is wished. */
const begun = (deltas: readonly Frame[], context: FaultContext): readonly Frame[] => [
  ...first(deltas, context),
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

/** A tool is called, with these arguments, whatever the model meant to say. */
const toolCall = (change: { name?: string; arguments?: string; trailing?: string }) => (context: FaultContext) => {
  const meant = context.answer.toolCalls?.[0] ?? { id: "call_1", name: "unknown_tool", arguments: '{"a":1}' };
  return answerReply(context, { text: "", finishReason: "tool_calls", toolCalls: [{ ...meant, ...change }] });
};

/** Everything that goes wrong behind a status of 200, or instead of any status. */
const broken = {
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
    edited(context, ({ opening, deltas }) => [...opening, ...first(deltas, context, 3), disconnected(context)], {
      ...context.answer,
      reasoning: "Let me think about this for a while before I say anything.",
    }),
  "error-after-text": (context) =>
    edited(
      context,
      ({ opening, deltas }) => [...opening, ...begun(deltas, context), disconnected(context)],
      textOnly(context),
    ),
  "error-string-code": (context) => sse([processing, errorChunk(context, "server_error", "Provider disconnected")]),
  /** Recorded in November 2025: reasoning, `length` twice, then an error with a null finish reason, and `[DONE]`. */
  "error-null-finish": (context) =>
    edited(
      context,
      ({ opening, deltas, ending, done }) => [
        ...[...opening, ...deltas, ...ending],
        errorChunk(context, 400, "Token limit reached", {
          choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
        }),
        ...done,
      ],
      { text: "", reasoning: "I think and think and do not come to an end.", finishReason: "length" },
    ),
  // silence
  "silent-before-headers": () => sse([], { beforeHeaders: "stall" }),
  "silent-after-headers": () => sse([{ stall: true }]),
  "comments-forever": () => sse([processing, { stall: true, every: processing }]),
  "empty-deltas-forever": ({ identity }) =>
    sse([processing, { stall: true, every: chunk(identity, { role: "assistant", content: "" }) }]),
  /** Stops after some deltas and goes on when the test lets go. */
  stall: (context) =>
    edited(context, ({ opening, deltas, ending, done }) => {
      const said = first(deltas, context);
      return [...opening, ...said, { stall: true }, ...deltas.slice(said.length), ...ending, ...done];
    }),
  "stall-with-comments": (context) =>
    edited(context, ({ opening, deltas }) => [
      ...[...opening, ...begun(deltas, context)],
      { stall: true, every: processing },
    ]),
  // broken connections
  "reset-before-headers": () => sse([], { beforeHeaders: "destroy" }),
  "reset-before-content": () => sse([processing, { destroy: true }]),
  "reset-midway": (context) =>
    edited(context, ({ opening, deltas }) => [...opening, ...begun(deltas, context), { destroy: true }]),
  "cut-before-content": (context) => edited(context, ({ opening }) => opening),
  /** The body ends in the middle, properly, without a finish reason and without `[DONE]`. */
  "cut-midway": (context) => edited(context, ({ opening, deltas }) => [...opening, ...begun(deltas, context)]),
  /** A finish reason, and then nothing, not even the end: that is a whole answer. */
  "stall-after-finish": (context) =>
    edited(context, ({ opening, deltas, ending }) => [...opening, ...deltas, ...ending.slice(0, 1), { stall: true }]),
  /** A finish reason, but no `[DONE]`: that is a whole answer. */
  "no-done": (context) => edited(context, ({ opening, deltas, ending }) => [...opening, ...deltas, ...ending]),
  // answers that are none
  empty: (context) => answerReply(context, { text: "", finishReason: "stop" }),
  "reasoning-only": (context) =>
    answerReply(context, { text: "", reasoning: "I think, and say nothing.", finishReason: "stop" }),
  "length-reasoning-only": (context) =>
    answerReply(context, { text: "", reasoning: "I think and think and", finishReason: "length" }),
  length: withAnswer({ finishReason: "length" }),
  "content-filter": withAnswer({ text: "", finishReason: "content_filter" }),
  "no-choices": ({ identity }) => sse([processing, { data: { ...identity, object: "chat.completion.chunk" } }]),
  // garbage
  /** A chunk in the middle is no JSON: the text has a hole. */
  "bad-json-chunk": (context) =>
    edited(
      context,
      ({ opening, deltas, ending, done }) => {
        const rest = deltas.slice(first(deltas, context).length + 1);
        return [
          ...opening,
          ...begun(deltas, context),
          { data: '{"id":"gen-1","choices":[{"del' },
          ...rest,
          ...ending,
          ...done,
        ];
      },
      textOnly(context),
    ),
  garbage: () => sse([{ raw: "\u0000\u0001 this is not an event stream\n\n<<<>>>\n\n" }]),
  /** A proxy made data of the keep-alive comments; harmless. */
  "data-comment": (context) =>
    edited(context, (parts) => [
      ...[...parts.opening, { data: ": OPENROUTER PROCESSING" }, ...first(parts.deltas, context)],
      { data: ": OPENROUTER PROCESSING" },
      ...[...parts.deltas.slice(first(parts.deltas, context).length), ...parts.ending, ...parts.done],
    ]),
  /** The usage comes with no choice at all, as one recording in twenty; harmless. */
  "usage-without-choices": (context) =>
    edited(context, ({ opening, deltas, ending, done }) => {
      const usage = ending.flatMap((frame) => ("data" in frame ? [frame.data] : [])).at(-1);
      return [...opening, ...deltas, ...ending.slice(0, 1), { data: { ...Object(usage), choices: [] } }, ...done];
    }),
  // thinking inside the text, as some models leak it; harmless
  "think-tags": (context) =>
    answerReply(context, {
      ...textOnly(context),
      text: `<think>\nFirst I look, then I speak.\n</think>\n\n${context.answer.text}`,
      deltaLength: context.options.after ?? 3,
    }),
  "think-tag-unclosed": (context) =>
    answerReply(context, { ...textOnly(context), text: `<think>\n${context.answer.text}`, deltaLength: 3 }),
  // tools
  "tool-broken-json": toolCall({ arguments: '{"a": 1, "b": ' }),
  "tool-not-an-object": toolCall({ arguments: "no arguments at all" }),
  /** Bare whitespace after complete JSON; harmless. */
  "tool-trailing-space": toolCall({ trailing: " \n  " }),
  "tool-unknown-name": toolCall({ name: "a_tool_nobody_offered" }),
  "tool-as-text": (context) =>
    answerReply(context, { text: '<tool_call>{"name": "look", "arguments": {}}</tool_call>', finishReason: "stop" }),
  // structured output
  "schema-mismatch": withAnswer({ text: '{"unexpected": true}' }),
  "schema-not-json": withAnswer({ text: "Sure! Here is what you asked for." }),
  "schema-fenced": (context) =>
    answerReply(context, { ...context.answer, text: `\`\`\`json\n${context.answer.text}\n\`\`\`` }),
  // money and names
  charged: withAnswer({ cost: 0.0123 }),
  /** The service names a model nobody asked for. */
  "other-name": (context) =>
    answerReply({ ...context, identity: { ...context.identity, model: "somebody/else-20260101" } }),
} satisfies Record<string, (context: FaultContext) => Reply>;

const all = { ...refusals, ...broken };

/** Everything that can go wrong, by name: `429-upstream`, `comments-forever`, `tool-broken-json` … */
export type FaultName = RefusalName | keyof typeof broken;

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(all, name);

export const faultNames: readonly FaultName[] = Object.keys(all).filter(isFaultName);

/** What a fault looks like on the wire. */
export function faultReply(name: FaultName, context: FaultContext): Reply {
  const make: (context: FaultContext) => Reply = all[name];
  return { ...make(context), fault: name, model: context.model };
}

/** The weather of design §8: of a hundred candidates tried, so many fail in this way. */
export const typicalFaultRates: Readonly<Partial<Record<FaultName, number>>> = {
  "429-upstream": 0.3,
  "502-bad-gateway": 0.05,
  "comments-forever": 0.03,
  "cut-midway": 0.03,
  "error-after-text": 0.02,
  empty: 0.02,
  "bad-json-chunk": 0.01,
};
