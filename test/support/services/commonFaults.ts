import type { Answer } from "../openRouter/answer";
import { type FaultOptions, partialAnswer, firstDeltas, sse } from "../openRouter/faults";
import { refusals, type RefusalContext } from "../openRouter/refusals";
import type { StreamParts } from "../openRouter/stream";
import { type Frame, json, type Reply } from "../simulator/reply";
import type { Completion } from "./completion";

/** What a fault is built from: the intended answer, and how the dialect writes answers and errors. */
export interface DialectContext extends Completion {
  options: FaultOptions;
  /** The parts of the stream of `answer`, or of another answer. */
  parts: (answer?: Answer) => StreamParts;
  /** The complete reply with another answer. */
  reply: (answer: Answer) => Reply;
  error: (status: number, message: string) => Reply;
}

const comment: Frame = { comment: "" };

/** The stream up to the first deltas, then `end`. */
export const brokenOff = (context: DialectContext, ...end: readonly Frame[]): Reply => {
  const { opening, deltas } = context.parts();
  return sse([...opening, ...partialAnswer(deltas, context), ...end]);
};

/** Replaces the answer with a tool call that has the given properties. */
const toolCall = (change: { name?: string; arguments?: string }) => (context: DialectContext) => {
  const intended = context.answer.toolCalls?.[0] ?? { id: "abcdef123", name: "unknown_tool", arguments: '{"a":1}' };
  return context.reply({ text: "", finishReason: "tool_calls", toolCalls: [{ ...intended, ...change }] });
};

const page = (name: "200-html" | "502-html") => (): Reply => {
  const make: (context: RefusalContext) => Reply = refusals[name];
  return make({ model: "", provider: "", now: 0, options: {} });
};

/** Faults that any server can have. They have the names of the OpenRouter simulator's faults. */
export const commonFaults = {
  "200-empty-body": () => ({ status: 200, headers: { "content-type": "application/json" }, frames: [] }),
  "200-html": page("200-html"),
  "502-html": page("502-html"),
  "500-internal": ({ error }) => error(500, "Internal Server Error"),
  /** An error with status 200 and no choices. */
  "200-error-body": ({ error }) => ({ ...error(500, "Internal Server Error"), status: 200 }),
  // silence
  "silent-before-headers": () => sse([], { beforeHeaders: "stall" }),
  "silent-after-headers": () => sse([{ stall: true }]),
  "comments-forever": () => sse([comment, { stall: true, every: comment }]),
  /** Stops after some deltas and resumes when the test calls `release`. */
  stall: (context) => {
    const { opening, deltas, ending, done } = context.parts();
    const sent = firstDeltas(deltas, context);
    return sse([...opening, ...sent, { stall: true }, ...deltas.slice(sent.length), ...ending, ...done]);
  },
  // broken connections
  "reset-before-headers": () => sse([], { beforeHeaders: "destroy" }),
  "reset-before-content": () => sse([comment, { destroy: true }]),
  "reset-midway": (context) => brokenOff(context, { destroy: true }),
  "cut-before-content": ({ parts }) => sse(parts().opening),
  /** The response ends regularly in the middle of the answer, without a finish reason or `[DONE]`. */
  "cut-midway": (context) => brokenOff(context),
  /** Sends the finish reason but no `[DONE]`. */
  "no-done": ({ parts }) => {
    const { opening, deltas, ending } = parts();
    return sse([...opening, ...deltas, ...ending]);
  },
  // empty and incomplete answers
  empty: ({ reply }) => reply({ text: "", finishReason: "stop" }),
  "reasoning-only": ({ reply }) => reply({ text: "", reasoning: "I think but give no answer.", finishReason: "stop" }),
  length: ({ reply, answer }) => reply({ ...answer, finishReason: "length" }),
  // malformed streams
  /** A chunk in the middle is invalid JSON, so part of the text is missing. */
  "bad-json-chunk": (context) => {
    const { deltas, ending, done } = context.parts();
    const rest = deltas.slice(firstDeltas(deltas, context).length + 1);
    return brokenOff(context, { data: '{"id":"1","choices":[{"del' }, ...rest, ...ending, ...done);
  },
  garbage: () => sse([{ raw: "\u0000\u0001 this is not an event stream\n\n<<<>>>\n\n" }]),
  "think-tags": ({ reply, answer }) =>
    reply({
      text: `<think>\nFirst I read the question, then I answer it.\n</think>\n\n${answer.text}`,
      finishReason: "stop",
      deltaLength: 3,
    }),
  // tools
  "tool-broken-json": toolCall({ arguments: '{"a": 1, "b": ' }),
  "tool-unknown-name": toolCall({ name: "a_tool_that_was_not_offered" }),
} satisfies Record<string, (context: DialectContext) => Reply>;

export type CommonFaultName = keyof typeof commonFaults;

/** An error in OpenAI's form. */
export const openAiError = (status: number, message: string, type: string, more: Record<string, unknown> = {}): Reply =>
  json(status, { error: { message, type, param: null, code: null, ...more } });
