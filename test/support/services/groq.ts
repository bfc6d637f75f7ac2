import type { ChatRequest } from "../openRouter/chatRequest";
import { done, type StreamParts, tokensIn } from "../openRouter/stream";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, type Reply } from "../simulator/reply";
import { brokenOff, type DialectContext, openAiError } from "./commonFaults";
import { chunk, type Completion, completionBody, piecesOf, tokenUsage, wholeCalls, withPauses } from "./completion";
import {
  type Admitted,
  admitWhole,
  DialectServer,
  listening,
  type DialectOptions,
  hasImage,
  randomLetters,
} from "./dialectServer";
import { GroqLimits, type LimitName, type Limits, rateLimited, requestTooLarge } from "./groqLimits";
import { type GroqModel, groqModels, modelCard } from "./groqModels";
import type { ForeignField } from "./requestFields";

export type { GroqModel } from "./groqModels";

export interface GroqOptions extends DialectOptions {
  /** By default models for chat, speech and safety, and one that is not active. */
  models?: readonly GroqModel[];
  /** The accepted keys; by default every key of the form `gsk_` plus letters and digits. */
  keys?: readonly string[];
  /** The limits of each model; those of the Free plan by default. */
  limits?: Partial<Limits>;
  /** The path before `/models` and `/chat/completions`; `/openai/v1` by default. */
  prefix?: string;
}

/** Starts a simulator of Groq. */
export const startGroq = (options: GroqOptions = {}): Promise<Groq> => listening(new Groq(options), options);

const error = (status: number, message: string, code: string | null = null): Reply =>
  openAiError(status, message, status >= 500 ? "internal_server_error" : "invalid_request_error", { code });

const style = { envelope: { system_fingerprint: "fp_c82faf3ca0" }, choice: { logprobs: null } };

const unknownModel = (id: string): Reply =>
  error(404, `The model \`${id}\` does not exist or you do not have access to it.`, "model_not_found");

/** The error for a call that does not match the tool's schema; `failed_generation` is what the model wrote. */
const toolUseFailed = {
  message:
    "Tool call validation failed: tool call validation failed: parameters for tool get_something_by_name did not match schema: errors: [missing properties: 'name', additionalProperties 'invalid_param' not allowed]",
  type: "invalid_request_error",
  code: "tool_use_failed",
  failed_generation: '{"name": "get_something_by_name", "arguments": {"invalid_param": "test"}}',
};

const limited =
  (name: LimitName, limit: number, used: number, requested: number) =>
  ({ model, options }: DialectContext) =>
    rateLimited(model, name, { limit, used, requested }, options);

const groqFaults = {
  "rate-limit-rpm": limited("RPM", 30, 30, 1),
  "rate-limit-tpm": limited("TPM", 12_000, 4437, 9854),
  "rate-limit-rpd": limited("RPD", 1000, 1000, 1),
  "rate-limit-tpd": limited("TPD", 200_000, 199_000, 9854),
  "too-large": ({ model }: DialectContext) => requestTooLarge(model, 8000, 10013),
  "invalid-key": () => error(401, "Invalid API Key", "invalid_api_key"),
  "model-not-found": ({ model }: DialectContext) => unknownModel(model),
  "tool-use-failed": () => json(400, { error: toolUseFailed }),
  /** A stream that breaks off with an error event, without `[DONE]`. */
  "tool-use-failed-midway": (context: DialectContext) =>
    brokenOff(context, {
      raw: `event: error\ndata: ${JSON.stringify({ error: { ...toolUseFailed, status_code: 400 } })}\n\n`,
    }),
  "flex-capacity": () => error(498, "Flex tier capacity exceeded, please try again later", "capacity_exceeded"),
  overloaded: () => error(503, "Service unavailable"),
};

export type GroqFaultName = keyof typeof groqFaults;

/** Groq: limits per model in the headers of every answer, and refusals of what it does not know. */
export class Groq extends DialectServer<GroqModel, GroqFaultName> {
  readonly limits: GroqLimits;
  protected readonly service = "Groq";
  protected readonly prefix: string;
  protected readonly faults = groqFaults;
  // `stream_options` is known, though the usage comes without it.
  protected readonly fields =
    "model messages stream stream_options max_tokens max_completion_tokens seed stop temperature top_p response_format tools tool_choice reasoning_effort".split(
      " ",
    );
  readonly #keys: readonly string[] | undefined;

  constructor(options: GroqOptions) {
    super(options, options.models ?? groqModels);
    this.prefix = options.prefix ?? "/openai/v1";
    this.#keys = options.keys;
    this.limits = new GroqLimits(options.limits ?? {}, this.now);
  }

  protected authenticate({ headers }: ReceivedRequest): Reply | undefined {
    const key = /^Bearer (.+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";
    const isKnown = this.#keys ? this.#keys.includes(key) : /^gsk_[A-Za-z0-9]{20,}$/.test(key);
    return isKnown ? undefined : error(401, "Invalid API Key", "invalid_api_key");
  }

  protected document(received: ReceivedRequest): Reply {
    if (received.method !== "GET" || received.path !== `${this.prefix}/models`)
      return error(404, `Unknown request URL: ${received.method} ${received.path}.`, "unknown_url");
    return this.authenticate(received) ?? json(200, { object: "list", data: this.models.map(modelCard) });
  }

  protected error(status: number, message: string): Reply {
    return error(status, message);
  }

  /** Known of messages and of logprobs and the like; whether other unknown fields are refused is not established. */
  protected refuseField({ field, message }: ForeignField): Reply {
    if (!message) return error(400, `property '${field}' is unsupported`);
    const at = `'messages.${message.index}'`;
    return error(
      400,
      `${at} : for 'role:${message.role}' the following must be satisfied[(${at} : property '${field}' is unsupported)]`,
    );
  }

  protected admit(request: ChatRequest): Admitted<GroqModel> | Reply {
    const model = this.models.find(({ id }) => id === request.model);
    if (!model || model.active === false || model.purpose === "speech") return unknownModel(request.model ?? "");
    const problem = problemOf(request, model);
    if (problem !== undefined) return error(400, problem);
    const admitted = admitWhole(request, model);
    const answer = request.max_completion_tokens ?? request.max_tokens ?? 0;
    return this.limits.count(model.id, admitted.promptTokens + answer) ?? admitted;
  }

  protected override withHeaders(reply: Reply, admitted?: Admitted<GroqModel>): Reply {
    if (!admitted) return reply;
    return { ...reply, headers: { ...this.limits.headers(admitted.model.id), ...reply.headers } };
  }

  protected completionId(): string {
    return `chatcmpl-${randomLetters(24, this.random)}`;
  }

  protected toolCallId(): string {
    return `fc_${randomLetters(24, this.random)}`;
  }

  protected stream(completion: Completion): StreamParts {
    const { answer } = completion;
    const id = `req_${randomLetters(26, this.random)}`;
    const deltas = [
      ...piecesOf(answer.reasoning, answer).map((reasoning) => ({ reasoning, channel: "analysis" })),
      ...piecesOf(answer.text, answer).map((content) => ({ content })),
      ...(answer.toolCalls ? [{ tool_calls: wholeCalls(answer) }] : []),
    ].map((delta) => chunk(completion, style, delta));
    const usage = { queue_time: 0.0056, ...tokenUsage(completion) };
    const details = { completion_tokens_details: { reasoning_tokens: tokensIn(answer.reasoning ?? "") } };
    const first = { role: "assistant", content: answer.toolCalls ? null : "" };
    return {
      opening: [chunk(completion, style, first, null, { x_groq: { id } })],
      deltas: withPauses(deltas),
      ending: [
        chunk(completion, style, {}, answer.finishReason, {
          x_groq: { id, usage },
          usage: { ...usage, ...details },
        }),
      ],
      done: [done],
    };
  }

  protected body(completion: Completion): object {
    const { reasoning } = completion.answer;
    return completionBody(completion, style, reasoning === undefined ? {} : { reasoning });
  }
}

/** Structured output is for gpt-oss only; the levels of reasoning differ. */
function problemOf(request: ChatRequest, { id, vision, efforts = [] }: GroqModel): string | undefined {
  const effort = request["reasoning_effort"];
  if (effort !== undefined && !efforts.some((each) => each === effort))
    return `\`reasoning_effort\` must be one of ${efforts.map((each) => `\`${each}\``).join(", ") || "nothing"}`;
  if (request.response_format?.type === "json_schema" && !id.includes("gpt-oss"))
    return "This model does not support response format `json_schema`.";
  return hasImage(request) && !vision ? "messages.0.content must be a string" : undefined;
}
