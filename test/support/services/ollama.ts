import { promptTokensOf } from "../openRouter/admission";
import type { ChatRequest } from "../openRouter/chatRequest";
import { sse } from "../openRouter/faults";
import { done, type StreamParts } from "../openRouter/stream";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, type Reply } from "../simulator/reply";
import { brokenOff, type DialectContext, openAiError } from "./commonFaults";
import { chunk, type Completion, completionBody, piecesOf, usageChunk, wholeCalls, withPauses } from "./completion";
import {
  type Admitted,
  DialectServer,
  listening,
  type DialectOptions,
  imageUrls,
  randomLetters,
} from "./dialectServer";
import { LoadedModels } from "./loadedModels";
import { describeLoaded, describeModel, type OllamaModel, ollamaModels, capabilitiesOf, tagRow } from "./ollamaModels";

export type { OllamaModel } from "./ollamaModels";

export interface OllamaOptions extends DialectOptions {
  /** By default a model of each kind: tools, reasoning, vision, embedding, image maker, cloud. */
  models?: readonly OllamaModel[];
  /** The context length that the server gives to models without a `num_ctx` of their own; 4096 by default. */
  window?: number;
  /** Whether `/api/tags` has capabilities and context lengths, as since 2026. True by default. */
  listsCapabilities?: boolean;
  /** Whether every delta has a role and content, as until mid-2026. False by default. */
  repeatsRole?: boolean;
  /** Whether a last message that is too long is cut in its middle instead of refused. False by default. */
  shiftsContext?: boolean;
  /** How long a model loads, without a byte; 0 by default. */
  loadMs?: number;
  /** The ids of the models that are loaded at the start. */
  loaded?: readonly string[];
  /** How many models fit into the memory; 1 by default. */
  maxLoaded?: number;
  version?: string;
}

/** Starts a simulator of Ollama. */
export const startOllama = (options: OllamaOptions = {}): Promise<Ollama> => listening(new Ollama(options), options);

const typeOf = (status: number): string =>
  status === 404 ? "not_found_error" : status === 400 ? "invalid_request_error" : "api_error";
const error = (status: number, message: string): Reply => openAiError(status, message, typeOf(status));
const native = (status: number, message: string): Reply => json(status, { error: message });
const style = { envelope: { system_fingerprint: "fp_ollama" } };

/** The refusal of llama-server that Ollama passes on as a text inside its own. */
function contextExceeded(tokens: number, window: number): Reply {
  const message = `request (${tokens} tokens) exceeds the available context size (${window} tokens), try increasing it`;
  const numbers = { n_prompt_tokens: tokens, n_ctx: window };
  return error(400, JSON.stringify({ error: { code: 400, message, type: "exceed_context_size_error", ...numbers } }));
}

const promptTooLong =
  "the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length in settings, or use a model with a longer context";

/** Ollama's own faults; texts from ollama/ollama server/routes.go and llm/llama_server.go. */
const ollamaFaults = {
  "out-of-memory": () =>
    error(
      500,
      "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details",
    ),
  "model-not-pulled": ({ model }: DialectContext) => error(404, `model '${model}' not found`),
  "pull-first": ({ model }: DialectContext) => error(404, `model "${model}" not found, try pulling it first`),
  /** llm/server.go: the runner has the model, but has not read it yet. */
  loading: () => error(503, "llm server loading model"),
  busy: () => error(503, "server busy, please try again.  maximum pending requests exceeded"),
  "context-exceeded": () => contextExceeded(4286, 4096),
  "prompt-too-long": () => error(400, promptTooLong),
  "no-tools": ({ model }: DialectContext) => error(400, `registry.ollama.ai/library/${model} does not support tools`),
  "cloud-disabled": () => error(403, "ollama cloud is disabled: remote inference is unavailable"),
  /** An error in mid-stream: written through the chat writer as an empty chunk without a model, and nothing after it. */
  "dies-midway": (context: DialectContext) =>
    brokenOff(context, chunk({ ...context, model: "" }, style, { content: "" })),
  "dies-before-content": (context: DialectContext) => sse([chunk({ ...context, model: "" }, style, { content: "" })]),
};

export type OllamaFaultName = keyof typeof ollamaFaults;

/** Ollama: one request at a time, models that load on demand, and prompts that it truncates without a word. */
export class Ollama extends DialectServer<OllamaModel, OllamaFaultName> {
  readonly loaded: LoadedModels;
  /** The messages that truncation dropped, per chat request that it concerned. */
  readonly truncations: { request: ReceivedRequest; dropped: number }[] = [];
  window: number;
  protected readonly service = "Ollama";
  protected readonly prefix = "/v1";
  protected readonly faults = ollamaFaults;
  protected readonly fields =
    "model messages stream stream_options max_tokens seed stop temperature top_p frequency_penalty presence_penalty response_format tools reasoning_effort".split(
      " ",
    );
  readonly #options: OllamaOptions;

  constructor(options: OllamaOptions) {
    super(options, options.models ?? ollamaModels, 1);
    this.#options = options;
    this.window = options.window ?? 4096;
    this.loaded = new LoadedModels(options.loaded ?? [], options.loadMs ?? 0, options.maxLoaded ?? 1);
  }

  /** The context length of a model once it is loaded. */
  windowOf({ numCtx, contextLength = Infinity }: OllamaModel): number {
    return numCtx ?? Math.min(this.window, contextLength);
  }

  protected authenticate(received: ReceivedRequest): undefined {
    if ("authorization" in received.headers) this.violations.push("a key, which nobody asked for");
  }

  protected document(received: ReceivedRequest): Reply {
    // A server that listens on loopback only refuses the name of another host.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:|$)/.test(received.headers["host"] ?? ""))
      return { status: 403, headers: {}, frames: [] };
    this.authenticate(received);
    const text = (body: string, status = 200): Reply => ({
      ...{ status, headers: { "content-type": "text/plain" } },
      frames: [{ raw: body }],
    });
    switch (`${received.method} ${received.path}`) {
      case "GET /":
        return text("Ollama is running");
      case "GET /api/version":
        return json(200, { version: this.#options.version ?? "0.31.2" });
      case "GET /api/tags":
        return json(200, { models: this.models.map((each) => tagRow(each, this.#options.listsCapabilities ?? true)) });
      case "GET /api/ps":
        return json(200, { models: this.#loadedRows() });
      case "GET /api/status":
        return json(200, { cloud: { disabled: false, source: "none" } });
      case "GET /v1/models":
        return json(200, { object: "list", data: this.models.map(({ id }) => modelCard(id)) });
      case "POST /api/show": {
        const { model: id } = Object(received.body) as { model?: unknown };
        const model = this.#find(String(id));
        return model ? json(200, describeModel(model)) : native(404, `model '${String(id)}' not found`);
      }
    }
    return text("404 page not found", 404);
  }

  #loadedRows(): object[] {
    return this.loaded.ids.flatMap((id) => {
      const model = this.#find(id);
      return model ? describeLoaded(model, this.windowOf(model), this.now()) : [];
    });
  }

  /** Ollama completes a name without a tag. */
  #find(id: string): OllamaModel | undefined {
    return this.models.find((each) => each.id === id || each.id === `${id}:latest`);
  }

  protected error(status: number, message: string): Reply {
    return error(status, message);
  }

  protected refuseField(): undefined {
    return undefined;
  }

  protected admit(request: ChatRequest, received: ReceivedRequest): Admitted<OllamaModel> | Reply {
    const id = request.model ?? "";
    const model = this.#find(id);
    if (!model) return error(404, `model '${id}' not found`);
    if (model.remoteHost !== undefined) {
      this.violations.push(`a prompt for ${model.remoteHost}`);
      return error(403, "ollama cloud is disabled: remote inference is unavailable");
    }
    const capabilities = capabilitiesOf(model);
    if (!capabilities.includes("completion")) return error(400, `"${id}" does not support chat`);
    if ((request.tools?.length ?? 0) > 0 && !model.tools)
      return error(400, `registry.ollama.ai/library/${id} does not support tools`);
    const effort = request["reasoning_effort"];
    if (effort !== undefined && effort !== "none" && !model.reasons)
      return error(400, `"${id}" does not support thinking`);
    const imageProblem = imageUrls(request).flatMap((url) => problemOfImage(url, model) ?? [])[0];
    return imageProblem === undefined ? this.#truncate(request, model, received) : error(400, imageProblem);
  }

  /** Drops the oldest messages until the prompt fits; system messages and the last message stay. */
  #truncate(request: ChatRequest, model: OllamaModel, received: ReceivedRequest): Admitted<OllamaModel> | Reply {
    const window = this.windowOf(model);
    let { messages } = request;
    while (promptTokensOf({ messages }) > window) {
      const oldest = messages.findIndex((each, at) => each.role !== "system" && at < messages.length - 1);
      if (oldest < 0) break;
      messages = messages.toSpliced(oldest, 1);
    }
    const tokens = promptTokensOf({ messages });
    if (tokens > window && !this.#options.shiftsContext) return error(400, promptTooLong);
    const dropped = request.messages.length - messages.length;
    if (dropped > 0 || tokens > window) this.truncations.push({ request: received, dropped });
    return { request: { ...request, messages }, model, promptTokens: Math.min(tokens, window) };
  }

  protected override prepare(model: OllamaModel, signal: AbortSignal): Promise<void> {
    return this.loaded.load(model.id, signal);
  }

  /** Not unique: one of a thousand. */
  protected completionId(): string {
    return `chatcmpl-${Math.floor(this.random() * 999)}`;
  }

  protected toolCallId(): string {
    return `call_${randomLetters(8, this.random)}`;
  }

  protected stream(completion: Completion): StreamParts {
    const { answer } = completion;
    const { repeatsRole } = this.#options;
    const deltas = [
      ...piecesOf(answer.reasoning, answer).map((reasoning) => ({ content: "", reasoning })),
      ...piecesOf(answer.text, answer).map((content) => ({ content })),
      ...(answer.toolCalls ? [{ content: "", tool_calls: wholeCalls(answer) }] : []),
    ].map((delta, at) =>
      chunk(completion, style, { ...(repeatsRole || at === 0 ? { role: "assistant" } : {}), ...delta }),
    );
    const last = repeatsRole ? { role: "assistant", content: "" } : {};
    return {
      opening: [],
      deltas: withPauses(deltas),
      ending: [chunk(completion, style, last, answer.finishReason), ...usageChunk(completion, style)],
      done: [done],
    };
  }

  protected body(completion: Completion): object {
    const { reasoning } = completion.answer;
    return completionBody(completion, style, reasoning === undefined ? {} : { reasoning });
  }
}

const modelCard = (id: string): object => ({ id, object: "model", created: 1760000000, owned_by: "library" });

function problemOfImage(url: string, { vision, id }: OllamaModel): string | undefined {
  if (/^https?:/.test(url)) return "image URLs are not currently supported, please use base64 encoded data instead";
  if (!/^data:image\/(jpeg|jpg|png|webp);base64,/.test(url)) return "invalid image input";
  // What the true server does is not established, so the simulator refuses.
  return vision ? undefined : `"${id}" does not support images`;
}
