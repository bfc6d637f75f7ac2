import { promptTokensOf } from "../openRouter/admission";
import type { Answer } from "../openRouter/answer";
import type { ChatRequest } from "../openRouter/chatRequest";
import { done, type StreamParts } from "../openRouter/stream";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, type Reply } from "../simulator/reply";
import { brokenOff, type DialectContext, openAiError } from "./commonFaults";
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
  imageUrls,
  randomLetters,
} from "./dialectServer";
import { LoadedModels } from "./loadedModels";
import { listIn0, listIn1, type LmStudioModel, lmStudioModels } from "./lmStudioModels";

export type { LmStudioModel } from "./lmStudioModels";

export interface LmStudioOptions extends DialectOptions {
  /** By default a vision model, a reasoning model, a model without tool training and an embedding model. */
  models?: readonly LmStudioModel[];
  /** The context length that models are loaded with; 4096 by default. */
  window?: number;
  /** Whether a request loads the model that it names. True by default. */
  loadsOnDemand?: boolean;
  /** How long a model loads, without a byte; 0 by default. */
  loadMs?: number;
  /** The ids of the models that are loaded at the start. */
  loaded?: readonly string[];
  /** The token that requests must have; none by default. */
  token?: string;
  /** The newest list that the server has: `v1` since 0.4.0, `v0` since 0.3.6, or only OpenAI's. `v1` by default. */
  api?: "v1" | "v0" | "openai";
}

/** Starts a simulator of LM Studio. */
export const startLmStudio = (options: LmStudioOptions = {}): Promise<LmStudio> =>
  listening(new LmStudio(options), options);

const error = (status: number, message: string): Reply => json(status, { error: message });
const style = { envelope: { system_fingerprint: "simulated" }, choice: { logprobs: null } };

const nothingLoaded = (status: number): Reply =>
  error(status, "No models loaded. Please load a model in the developer page or use the `lms load` command.");

const contextExceeded = (tokens: number, window: number): Reply =>
  error(
    400,
    `Trying to keep the first ${tokens} tokens when context the overflows. However, the model is loaded with context length of only ${window} tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input`,
  );

/** LM Studio's own faults; its errors are a text, sometimes an object. */
const lmStudioFaults = {
  "nothing-loaded": () => nothingLoaded(400),
  /** The same with the other status that was seen. */
  "nothing-loaded-404": () => nothingLoaded(404),
  "context-exceeded": () => contextExceeded(9000, 4096),
  "error-object": () =>
    openAiError(400, "Failed to load model", "invalid_request_error", { code: "model_load_failed" }),
  /** An error in OpenAI's form in the stream, as since 0.3.18. */
  "error-midway": (context: DialectContext) =>
    brokenOff(context, { data: { error: { message: "The model has crashed", type: "server_error", code: null } } }),
};

export type LmStudioFaultName = keyof typeof lmStudioFaults;

/** LM Studio: four requests at a time, status 200 for unknown paths, and errors that are texts. */
export class LmStudio extends DialectServer<LmStudioModel, LmStudioFaultName> {
  readonly loaded: LoadedModels;
  window: number;
  loadsOnDemand: boolean;
  protected readonly service = "LM Studio";
  protected readonly prefix = "/v1";
  protected readonly faults = lmStudioFaults;
  protected readonly fields =
    "model messages stream stream_options max_tokens seed stop temperature top_p top_k frequency_penalty presence_penalty repeat_penalty logit_bias response_format tools tool_choice ttl".split(
      " ",
    );
  readonly #options: LmStudioOptions;

  constructor(options: LmStudioOptions) {
    super(options, options.models ?? lmStudioModels, 4);
    this.#options = options;
    this.window = options.window ?? 4096;
    this.loadsOnDemand = options.loadsOnDemand ?? true;
    this.loaded = new LoadedModels(options.loaded ?? [], options.loadMs ?? 0, Math.max(1, options.loaded?.length ?? 0));
  }

  protected authenticate({ headers }: ReceivedRequest): Reply | undefined {
    const { token } = this.#options;
    if (token === undefined && "authorization" in headers) this.violations.push("a key, which nobody asked for");
    if (token === undefined || headers["authorization"] === `Bearer ${token}`) return undefined;
    return openAiError(401, "Invalid API token", "invalid_request_error", { code: "invalid_api_key" });
  }

  protected document(received: ReceivedRequest): Reply {
    const refused = this.authenticate(received);
    if (refused) return refused;
    const { api = "v1" } = this.#options;
    const request = `${received.method} ${received.path}`;
    if (request === "GET /api/v1/models" && api === "v1")
      return json(200, { models: this.models.map((each) => listIn1(each, this.loaded.has(each.id), this.window)) });
    if (request === "GET /api/v0/models" && api !== "openai")
      return json(200, { object: "list", data: this.models.map((each) => listIn0(each, this.loaded.has(each.id))) });
    if (request === "GET /v1/models") {
      const shown = this.models.filter(({ id }) => this.loadsOnDemand || this.loaded.has(id));
      const data = shown.map(({ id }) => ({ id, object: "model", owned_by: "organization_owner" }));
      return json(200, { object: "list", data });
    }
    return error(200, `Unexpected endpoint or method. (${request})`);
  }

  protected error(status: number, message: string): Reply {
    return error(status, message);
  }

  /** Whether the true server refuses unknown fields is not established, so the simulator does. */
  protected refuseField({ field }: { field: string }): Reply {
    return error(400, `Unrecognized key: '${field}'`);
  }

  protected admit(request: ChatRequest): Admitted<LmStudioModel> | Reply {
    if (this.loaded.ids.length === 0 && !this.loadsOnDemand) return nothingLoaded(400);
    const model = this.models.find(({ id }) => id === request.model);
    if (!model || model.embedding || !(this.loadsOnDemand || this.loaded.has(model.id)))
      return error(404, `Model "${request.model ?? ""}" not found`);
    const problem = problemOf(request, model);
    if (problem !== undefined) return error(400, problem);
    const tokens = promptTokensOf(request);
    return tokens > this.window ? contextExceeded(tokens, this.window) : admitWhole(request, model);
  }

  protected override prepare(model: LmStudioModel, signal: AbortSignal): Promise<void> {
    return this.loaded.load(model.id, signal);
  }

  protected completionId(): string {
    return `chatcmpl-${randomLetters(22, this.random)}`;
  }

  protected toolCallId(): string {
    return String(Math.floor(100_000_000 + this.random() * 900_000_000));
  }

  protected stream(completion: Completion): StreamParts {
    const { field, answer } = this.#written(completion);
    const deltas = [
      ...piecesOf(answer.reasoning, answer).map((text) => ({ role: "assistant", [field]: text })),
      ...piecesOf(answer.text, answer).map((content) => ({ role: "assistant", content })),
      ...fragmentedCalls(answer),
    ].map((delta) => chunk(completion, style, delta));
    return {
      opening: [],
      deltas: withPauses(deltas),
      ending: [chunk(completion, style, {}, answer.finishReason), ...usageChunk(completion, style)],
      done: [done],
    };
  }

  protected body(completion: Completion): object {
    const { field, answer } = this.#written(completion);
    const reasoning = answer.reasoning === undefined ? {} : { [field]: answer.reasoning };
    return completionBody({ ...completion, answer }, style, reasoning);
  }

  /** The answer as the model writes it: reasoning in its field or in tags, calls of untrained models as text. */
  #written({ answer, request }: Completion): { field: string; answer: Answer } {
    const model = this.models.find(({ id }) => id === request.model);
    const field = model?.reasoningField ?? "reasoning";
    const { reasoning, toolCalls, ...rest } = answer;
    if (toolCalls && !model?.tools) {
      const calls = toolCalls.map(({ name, arguments: text }) => `{"name": "${name}", "arguments": ${text}}`);
      const text = calls.map((each) => `[TOOL_REQUEST]${each}[END_TOOL_REQUEST]`).join("\n");
      return { field, answer: { ...rest, text, finishReason: "stop" } };
    }
    if (field !== "tags" || reasoning === undefined) return { field, answer };
    const tagged = { ...rest, text: `<think>\n${reasoning}\n</think>\n\n${answer.text}` };
    return { field, answer: toolCalls ? { ...tagged, toolCalls } : tagged };
  }
}

/** What the documentation does not promise is refused. */
function problemOf(request: ChatRequest, { vision, id }: LmStudioModel): string | undefined {
  const { tool_choice: choice, response_format: format } = request;
  if (typeof choice === "object")
    return "Invalid tool_choice type: 'object'. Supported string values: none, auto, required";
  if (format?.type === "json_object") return "'response_format.type' must be 'json_schema' or 'text'";
  const images = imageUrls(request);
  if (images.some((url) => !url.startsWith("data:image/"))) return "'url' field must be a base64 encoded image.";
  return images.length > 0 && !vision ? `Model ${id} does not support images` : undefined;
}
