import { promptTokensOf } from "../openRouter/admission";
import type { ChatRequest } from "../openRouter/chatRequest";
import { done, type StreamParts } from "../openRouter/stream";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, type Reply } from "../simulator/reply";
import type { DialectContext } from "./commonFaults";
import { chunk, type Completion, completionBody, piecesOf, tokenUsage, wholeCalls, withPauses } from "./completion";
import { type Admitted, admitWhole, DialectServer, listening, type DialectOptions, hasImage } from "./dialectServer";
import { isChat, type MistralModel, mistralModels, modelRows } from "./mistralModels";
import type { ForeignField } from "./requestFields";

export type { MistralModel } from "./mistralModels";

export interface MistralOptions extends DialectOptions {
  /** By default chat models with aliases, and specialists for OCR, moderation and embeddings. */
  models?: readonly MistralModel[];
  /** The accepted keys; by default every key of 32 letters and digits. */
  keys?: readonly string[];
  /** Requests per minute, in the headers of answers without streaming; 60 by default. */
  requestsPerMinute?: number;
  tokensPerMinute?: number;
}

/** Starts a simulator of Mistral's API. */
export const startMistral = (options: MistralOptions = {}): Promise<Mistral> =>
  listening(new Mistral(options), options);

const error = (status: number, message: string, type: string, code: string): Reply =>
  json(status, { object: "error", message, type, param: null, code, raw_status_code: status });

const invalidKey = (): Reply => json(401, { detail: "Invalid API Key" });

/** The 422 of a body that does not match the schema. */
const unprocessable = (type: string, loc: readonly (string | number)[], msg: string, input?: unknown): Reply =>
  json(422, { detail: [{ type, loc: ["body", ...loc], msg, input }] });

const tooLong = (tokens: number, window: number): Reply =>
  error(
    400,
    `Prompt contains ${tokens} tokens, too large for model with ${window} maximum context length`,
    "invalid_request_prompt",
    "3051",
  );

const retryAfter = ({ options }: DialectContext): Record<string, string> =>
  options.retryAfter === undefined ? {} : { "retry-after": String(options.retryAfter) };

const withRetryAfter = (context: DialectContext, reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...retryAfter(context) },
});

const mistralFaults = {
  "invalid-key": invalidKey,
  unprocessable: () => unprocessable("extra_forbidden", ["stream_options"], "Extra inputs are not permitted", {}),
  "rate-limit-minute": (context: DialectContext) =>
    withRetryAfter(context, error(429, "Rate limit exceeded", "rate_limited", "1300")),
  "rate-limit-second": (context: DialectContext) =>
    withRetryAfter(context, json(429, { message: "Requests rate limit exceeded" })),
  capacity: () =>
    error(429, "Service tier capacity exceeded for this model.", "service_tier_capacity_exceeded", "3505"),
  "model-refused": () => error(403, "This model is not available in your plan.", "forbidden", "1403"),
  "context-exceeded": () => tooLong(140_000, 131_072),
  overloaded: () => error(503, "Service unavailable.", "service_unavailable", "3700"),
};

export type MistralFaultName = keyof typeof mistralFaults;

/** Mistral: a strict schema, its own ids of tool calls, and reasoning in arrays of content. */
export class Mistral extends DialectServer<MistralModel, MistralFaultName> {
  protected readonly service = "Mistral";
  protected readonly prefix = "/v1";
  protected readonly faults = mistralFaults;
  // `ChatCompletionRequest` of the OpenAPI document, which allows no others.
  protected readonly fields =
    "model messages stream max_tokens random_seed stop temperature top_p frequency_penalty presence_penalty n response_format tools tool_choice parallel_tool_calls prediction prompt_mode reasoning_effort safe_prompt metadata".split(
      " ",
    );
  readonly #options: MistralOptions;
  #remaining: { requests: number; tokens: number };

  constructor(options: MistralOptions) {
    super(options, options.models ?? mistralModels);
    this.#options = options;
    this.#remaining = { requests: options.requestsPerMinute ?? 60, tokens: options.tokensPerMinute ?? 500_000 };
  }

  protected authenticate({ headers }: ReceivedRequest): Reply | undefined {
    const key = /^Bearer (.+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";
    const isKnown = this.#options.keys ? this.#options.keys.includes(key) : /^[A-Za-z0-9]{32}$/.test(key);
    return isKnown ? undefined : invalidKey();
  }

  protected document(received: ReceivedRequest): Reply {
    if (received.method !== "GET" || received.path !== "/v1/models")
      return json(404, { message: "no Route matched with those values" });
    return this.authenticate(received) ?? json(200, { object: "list", data: this.models.flatMap(modelRows) });
  }

  protected error(status: number, message: string): Reply {
    return error(status, message, "invalid_request_error", "3000");
  }

  protected override invalidBody(problem: string): Reply {
    return unprocessable("value_error", [], problem);
  }

  protected refuseField({ field, value, message }: ForeignField): Reply {
    const loc = message ? ["messages", message.index, message.role, field] : [field];
    return unprocessable("extra_forbidden", loc, "Extra inputs are not permitted", value);
  }

  protected admit(request: ChatRequest): Admitted<MistralModel> | Reply {
    const model = this.models.find(({ id, aliases = [] }) => [id, ...aliases].includes(request.model ?? ""));
    if (!model || !isChat(model)) return error(400, `Invalid model: ${request.model ?? ""}`, "invalid_model", "1500");
    const refused = refuseValues(request) ?? refuseToolCallIds(request);
    if (refused) return refused;
    if (hasImage(request) && !model.vision)
      return error(400, "Image input is not enabled for this model", "invalid_request_error", "3051");
    if ((request.tools?.length ?? 0) > 0 && !model.tools)
      return error(400, "Function calling is not enabled for this model", "invalid_request_error", "3051");
    const window = model.maxContext ?? 131_072;
    const tokens = promptTokensOf(request) + (request.max_tokens ?? 0);
    return tokens > window ? tooLong(tokens, window) : admitWhole(request, model);
  }

  /** Streams have no headers about limits. */
  protected override withHeaders(reply: Reply, admitted?: Admitted<MistralModel>): Reply {
    if (!admitted || admitted.request.stream === true) return reply;
    const { requestsPerMinute = 60, tokensPerMinute = 500_000 } = this.#options;
    const { requests, tokens } = this.#remaining;
    this.#remaining = { requests: requests - 1, tokens: tokens - admitted.promptTokens };
    const headers = {
      "x-ratelimit-limit-req-minute": String(requestsPerMinute),
      "x-ratelimit-remaining-req-minute": String(Math.max(0, requests - 1)),
      "x-ratelimit-limit-tokens-minute": String(tokensPerMinute),
      "x-ratelimit-remaining-tokens-minute": String(Math.max(0, tokens - admitted.promptTokens)),
      "x-ratelimit-tokens-query-cost": String(admitted.promptTokens),
    };
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }

  protected completionId(): string {
    return this.#letters(32, "0123456789abcdef");
  }

  protected toolCallId(): string {
    return this.#letters(9, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  }

  #letters(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[Math.floor(this.random() * alphabet.length)]).join("");
  }

  /** The padding of every chunk, of random length. */
  #padding(): { p: string } {
    return { p: "abcdefghijklmnopqrstuvwxyz0123456789".slice(0, 1 + Math.floor(this.random() * 36)) };
  }

  protected stream(completion: Completion): StreamParts {
    const { answer } = completion;
    const deltas = [
      ...piecesOf(answer.reasoning, answer).map((text) => ({ content: [thinking(text)] })),
      ...piecesOf(answer.text, answer).map((content) => ({ content })),
    ].map((delta) => chunk(completion, {}, delta, null, this.#padding()));
    const last = answer.toolCalls ? { tool_calls: wholeCalls(answer).map(indexLast) } : { content: "" };
    const usage = tokenUsage(completion);
    return {
      opening: [chunk(completion, {}, { role: "assistant", content: "" }, null, this.#padding())],
      deltas: withPauses(deltas),
      ending: [chunk(completion, {}, last, answer.finishReason, { usage, ...this.#padding() })],
      done: [done],
    };
  }

  protected body(completion: Completion): object {
    const { reasoning, text } = completion.answer;
    const content = reasoning === undefined ? text : [thinking(reasoning), { type: "text", text }];
    return completionBody(completion, {}, { content });
  }
}

const thinking = (text: string): object => ({ type: "thinking", thinking: [{ type: "text", text }] });

const indexLast = ({ index, ...call }: Record<string, unknown>): Record<string, unknown> => ({ ...call, index });

/** Values that other services accept. */
function refuseValues({ messages, temperature, top_p: topP, tools = [] }: ChatRequest): Reply | undefined {
  const developer = messages.findIndex(({ role }) => role === "developer");
  if (developer >= 0)
    return unprocessable(
      "union_tag_invalid",
      ["messages", developer],
      "Input tag 'developer' found using 'role' does not match any of the expected tags: 'assistant', 'system', 'tool', 'user'",
    );
  if (temperature != null && temperature > 1.5)
    return unprocessable("less_than_equal", ["temperature"], "Input should be less than or equal to 1.5", temperature);
  if (topP === 0) return unprocessable("greater_than", ["top_p"], "Input should be greater than 0", topP);
  if (tools.length <= 128) return undefined;
  return unprocessable("too_long", ["tools"], "List should have at most 128 items after validation");
}

/** Ids must have nine letters or digits, also those that other services made. */
function refuseToolCallIds({ messages }: ChatRequest): Reply | undefined {
  const ids = messages.flatMap((each) =>
    each.role === "tool"
      ? each.tool_call_id
      : each.role === "assistant"
        ? (each.tool_calls ?? []).map(({ id }) => id)
        : [],
  );
  const wrong = ids.find((id) => !/^[a-zA-Z0-9]{9}$/.test(id));
  if (wrong === undefined) return undefined;
  const message = `Tool call id was ${wrong} but must be a-z, A-Z, 0-9, with a length of 9.`;
  return error(400, message, "invalid_function_call", "3280");
}
