import { promptTokensOf } from "../openRouter/admission";
import { type ChatRequest, parseChatRequest } from "../openRouter/chatRequest";
import { done, type StreamParts } from "../openRouter/stream";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, type Reply } from "../simulator/reply";
import {
  chunk,
  type Completion,
  completionBody,
  fragmentedCalls,
  piecesOf,
  usageChunk,
  withPauses,
} from "./completion";
import {
  type Admitted,
  admitWhole,
  DialectServer,
  listening,
  type DialectOptions,
  hasImage,
  randomLetters,
} from "./dialectServer";
import { describeProps, type LlamaCppModel, llamaCppModels, modelRow, routerProps, routerRow } from "./llamaCppModels";
import { LoadedModels } from "./loadedModels";

export type { LlamaCppModel } from "./llamaCppModels";

export interface LlamaCppOptions extends DialectOptions {
  /** One model, or those of the router mode. By default one, whose id is a path with a user's name. */
  models?: readonly LlamaCppModel[];
  /** Whether the server was started without a model and loads what requests name. */
  router?: boolean;
  /** The context length of one slot; 8192 by default. */
  window?: number;
  /** How many requests it answers at once; 1 by default. */
  slots?: number;
  /** The key that requests must have; none by default. */
  apiKey?: string;
  /** Whether it was started without `--jinja`, or is so old that it needs that for tools. */
  withoutJinja?: boolean;
  /** How long a model loads in the router mode, without a byte; 0 by default. */
  loadMs?: number;
  /** Whether it is still loading its model. Later set `isLoading`. */
  isLoading?: boolean;
}

/** Starts a simulator of the llama.cpp server. */
export const startLlamaCpp = (options: LlamaCppOptions = {}): Promise<LlamaCpp> =>
  listening(new LlamaCpp(options), options);

/** The status always equals the code: llama.cpp tools/server/server-common.cpp. */
const error = (code: number, message: string, type: string, more: Record<string, unknown> = {}): Reply =>
  json(code, { error: { code, message, type, ...more } });

const loading = (): Reply => error(503, "Loading model", "unavailable_error");
const invalidKey = (): Reply => error(401, "Invalid API Key", "authentication_error");
const withoutJinja = (): Reply => error(500, "tools param requires --jinja flag", "server_error");

const contextExceeded = (tokens: number, window: number): Reply =>
  error(
    400,
    `request (${tokens} tokens) exceeds the available context size (${window} tokens), try increasing it`,
    "exceed_context_size_error",
    { n_prompt_tokens: tokens, n_ctx: window },
  );

const llamaCppFaults = {
  loading,
  "invalid-key": invalidKey,
  "context-exceeded": () => contextExceeded(11812, 8192),
  "not-supported": () => error(501, "This server does not support this", "not_supported_error"),
  "without-jinja": withoutJinja,
  "invalid-request": () => error(400, "Invalid request", "invalid_request_error"),
  "server-error": () => error(500, "Internal error", "server_error"),
};

export type LlamaCppFaultName = keyof typeof llamaCppFaults;

/** The llama.cpp server: it answers to any model name, except in the router mode, and says how long prompts may be. */
export class LlamaCpp extends DialectServer<LlamaCppModel, LlamaCppFaultName> {
  isLoading: boolean;
  window: number;
  /** The loads of the router mode, and the looks at `/props` that could have loaded or woken a model. */
  readonly loaded: LoadedModels;
  protected readonly service = "llama.cpp";
  protected readonly prefix = "/v1";
  protected readonly faults = llamaCppFaults;
  protected readonly fields =
    "model messages stream stream_options max_tokens max_completion_tokens seed stop temperature top_p top_k min_p frequency_penalty presence_penalty response_format tools tool_choice parallel_tool_calls reasoning_effort chat_template_kwargs".split(
      " ",
    );
  readonly #options: LlamaCppOptions;

  constructor(options: LlamaCppOptions) {
    super(options, options.models ?? llamaCppModels, options.slots ?? 1);
    this.#options = options;
    this.isLoading = options.isLoading ?? false;
    this.window = options.window ?? 8192;
    this.loaded = new LoadedModels([], options.loadMs ?? 0, 1);
  }

  protected authenticate({ headers }: ReceivedRequest): Reply | undefined {
    const { apiKey } = this.#options;
    if (apiKey === undefined && "authorization" in headers) this.violations.push("a key, which nobody asked for");
    if (apiKey !== undefined && headers["authorization"] !== `Bearer ${apiKey}`) return invalidKey();
    return this.isLoading ? loading() : undefined;
  }

  protected async document(received: ReceivedRequest): Promise<Reply> {
    const request = `${received.method} ${received.path}`;
    if (request === "GET /health") return this.isLoading ? loading() : json(200, { status: "ok" });
    const refused = this.authenticate(received);
    if (refused) return refused;
    switch (request) {
      case "GET /props":
        return this.#props(received);
      case "GET /models":
      case "GET /v1/models":
        return json(200, { object: "list", data: this.models.map((each) => this.#row(each)) });
      case "GET /slots":
        return this.#slots(received.query.get("fail_on_no_slot") === "1");
      case "POST /v1/chat/completions/input_tokens": {
        const parsed = parseChatRequest(received.body);
        if ("problem" in parsed) return error(400, parsed.problem, "invalid_request_error");
        return json(200, { input_tokens: promptTokensOf(parsed.request) });
      }
    }
    return error(404, "File Not Found", "not_found_error");
  }

  /** In the router mode a look at the properties of a model loads it, unless `autoload=false`. */
  async #props({ query, signal }: ReceivedRequest): Promise<Reply> {
    const loads = query.get("autoload") !== "false";
    if (!this.#options.router) {
      if (loads) this.loaded.loads.push(this.models[0]?.id ?? "");
      return json(200, describeProps(this.models[0], this.window, this.slots.total));
    }
    const id = query.get("model");
    if (id === null) return json(200, routerProps);
    const model = this.models.find((each) => each.id === id);
    if (!model) return error(404, `model '${id}' not found`, "not_found_error");
    if (loads) await this.loaded.load(id, signal);
    if (!this.loaded.has(id)) return error(400, "model is not loaded", "invalid_request_error");
    return json(200, describeProps(model, this.window, this.slots.total));
  }

  #row(model: LlamaCppModel): object {
    return this.#options.router ? routerRow(model, this.loaded.has(model.id)) : modelRow(model);
  }

  #slots(failsWhenBusy: boolean): Reply {
    const { used, total } = this.slots;
    if (failsWhenBusy && used >= total) return error(503, "no slot available", "unavailable_error");
    const rows = Array.from({ length: total }, (_, id) => ({ id, n_ctx: this.window, is_processing: id < used }));
    return json(200, rows);
  }

  protected error(status: number, message: string): Reply {
    return error(status, message, status < 500 ? "invalid_request_error" : "server_error");
  }

  protected refuseField(): undefined {
    return undefined;
  }

  protected admit(request: ChatRequest, { query }: ReceivedRequest): Admitted<LlamaCppModel> | Reply {
    const { router } = this.#options;
    const model = router ? this.models.find(({ id }) => id === request.model) : this.models[0];
    if (!model) return error(404, `model '${request.model ?? ""}' not found`, "not_found_error");
    if (router && query.get("autoload") === "false" && !this.loaded.has(model.id))
      return error(400, "model is not loaded", "invalid_request_error");
    if ((request.tools?.length ?? 0) > 0 && this.#options.withoutJinja) return withoutJinja();
    // The exact text of the true server is not established.
    if (hasImage(request) && !model.vision)
      return error(
        500,
        "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
        "server_error",
      );
    const tokens = promptTokensOf(request);
    return tokens > this.window ? contextExceeded(tokens, this.window) : admitWhole(request, model);
  }

  protected override async prepare(model: LlamaCppModel, signal: AbortSignal): Promise<void> {
    if (this.#options.router) await this.loaded.load(model.id, signal);
  }

  protected completionId(): string {
    return `chatcmpl-${randomLetters(32, this.random)}`;
  }

  protected toolCallId(): string {
    return randomLetters(32, this.random);
  }

  protected stream(completion: Completion): StreamParts {
    const { answer, promptTokens } = completion;
    const style = { envelope: { system_fingerprint: "b9000-simulated" } };
    const deltas = [
      ...piecesOf(answer.reasoning, answer).map((text) => ({ reasoning_content: text })),
      ...piecesOf(answer.text, answer).map((content) => ({ content })),
      ...fragmentedCalls(answer),
    ].map((delta) => chunk(completion, style, delta));
    const timings = { timings: { prompt_n: promptTokens, prompt_ms: 30.5, predicted_n: 10, predicted_ms: 201.2 } };
    const usage = usageChunk(completion, style, timings);
    return {
      opening: [chunk(completion, style, { role: "assistant", content: null })],
      deltas: withPauses(deltas),
      ending: [chunk(completion, style, {}, answer.finishReason, usage.length > 0 ? {} : timings), ...usage],
      done: [done],
    };
  }

  protected body(completion: Completion): object {
    const { reasoning } = completion.answer;
    return completionBody(completion, {}, reasoning === undefined ? {} : { reasoning_content: reasoning });
  }
}
