import { normalizeModelId, type Model, type ModelId } from "./model";
import { readChunk, type Chunk } from "./chunk";
import { RouterError } from "./errors";
import { isRecord, parseJson } from "./json";
import { refusalError } from "./refusal";
import type { CompletionRequest, ToolCall, Usage } from "./request";
import { readChain } from "./serviceError";
import type { MessageReader } from "./sse";
import { ThinkTagSplitter, type ContentDelta } from "./thinkTags";
import { ToolCallAssembler } from "./toolCalls";

export type AttemptEvent = { type: "model"; model: ModelId; provider?: string; generationId?: string } | ContentDelta;

/** A whole answer: it has text or tool calls, and said that it was finished. */
export interface AttemptResult {
  model: ModelId;
  provider?: string;
  generationId?: string;
  finishReason: string;
  text: string;
  toolCalls: readonly ToolCall[];
  reasoningDetails: readonly unknown[];
  usage?: Usage;
  timeToFirstTextMs?: number;
  durationMs: number;
  /** How the models before the answering one ended, where the service told. */
  chain: RouterError["chain"];
}

/** What a reader must know of the request whose answer it reads. */
export interface AnswerReaderOptions {
  request: CompletionRequest;
  chain: readonly ModelId[];
  models: readonly Model[];
  now: () => number;
}

/** What one stream has said so far, read message by message. */
export class AnswerReader {
  finishReason = "";
  done = false;
  private readonly started: number;
  private readonly splitter = new ThinkTagSplitter();
  private readonly toolCalls = new ToolCallAssembler();
  private readonly reasoningDetails: unknown[] = [];
  private queue: AttemptEvent[] = [];
  private content = false;
  private text = "";
  private thought = false;
  private servedName = "";
  private served: { model: ModelId; provider?: string; generationId?: string } | undefined;
  private usage: Usage | undefined;
  private firstTextAt: number | undefined;
  private chain: RouterError["chain"] = [];

  constructor(private readonly options: AnswerReaderOptions) {
    this.started = options.now();
  }

  /** Reads the messages of one piece of the stream. */
  take(messages: readonly string[], headers: Headers): void {
    for (const message of messages) {
      if (message === "[DONE]") {
        this.done = true;
        return;
      }
      // Proxies have turned the keep-alive comment into data.
      if (message === "" || message.startsWith(":")) continue;
      const json = parseJson(message);
      if (json === undefined)
        throw new RouterError("malformed", "The answer could not be read.", {
          detail: "A chunk of the stream was not JSON.",
        });
      const chunk = readChunk(json);
      if (chunk) this.chunk(chunk, headers);
    }
  }

  /** Reads what a stream without an end left behind; half a message there is a cut, which the missing finish reason tells. */
  takeTail(messages: MessageReader, headers: Headers): void {
    for (const message of messages.end()) {
      if (message === "[DONE]" || parseJson(message) !== undefined) this.take([message], headers);
    }
  }

  /** Reads an answer that came in one piece. */
  whole(chunk: Chunk): void {
    this.chunk(chunk, new Headers());
    this.done = true;
  }

  /** What is new since the last call, deltas of one kind joined. */
  takeEvents(): readonly AttemptEvent[] {
    const events = this.queue;
    this.queue = [];
    return events;
  }

  /** Whether content came since the last call: text, thoughts or a tool call; neither comments nor empty deltas. */
  takeContent(): boolean {
    const content = this.content;
    this.content = false;
    return content;
  }

  /** The answer, when the stream is over. Throws `RouterError` for one that is cut or empty. */
  end(): AttemptResult {
    if (!this.finishReason && !this.done) throw new RouterError("interrupted", "The answer broke off.");
    this.pieces(this.splitter.end());
    const toolCalls = this.toolCalls.end(this.options.request);
    if (this.finishReason === "content_filter")
      throw new RouterError("moderated", "The answer was cut by a content filter.");
    if (this.text.trim() === "" && toolCalls.length === 0) throw this.emptiness();
    const { usage, firstTextAt } = this;
    return {
      ...(this.served ?? { model: this.options.chain[0] ?? "" }),
      finishReason: this.finishReason || "stop",
      text: this.text,
      toolCalls,
      reasoningDetails: this.reasoningDetails,
      ...(usage ? { usage } : {}),
      ...(firstTextAt === undefined ? {} : { timeToFirstTextMs: Math.max(0, firstTextAt - this.started) }),
      durationMs: Math.max(0, this.options.now() - this.started),
      chain: this.chain,
    };
  }

  private emptiness(): RouterError {
    if (this.finishReason === "length")
      return new RouterError("out-of-tokens", "The model used up its tokens before it answered.");
    return new RouterError(
      "empty",
      this.thought ? "The model thought, but did not answer." : "The model's answer was empty.",
    );
  }

  private chunk(chunk: Chunk, headers: Headers): void {
    this.serve(chunk);
    this.chain = readChain(chunk.metadata) ?? this.chain;
    // A host adds "Token limit reached" to a finish reason that had said so already.
    if (chunk.error && this.finishReason === "length") return;
    if (chunk.error) throw refusalError({ status: 200, body: chunk.error, headers, now: this.options.now() });
    if (chunk.reasoning) this.piece("reasoning-delta", chunk.reasoning);
    if (chunk.text) this.pieces(this.splitter.push(chunk.text), true);
    if (chunk.toolCalls && this.toolCalls.push(chunk.toolCalls)) this.content = true;
    for (const detail of chunk.reasoningDetails ?? []) addDetail(this.reasoningDetails, detail);
    if (chunk.finishReason) this.finishReason = chunk.finishReason;
    this.usage = chunk.usage ?? this.usage;
  }

  /** Every chunk names its model: mostly as asked, at times by a dated slug. */
  private serve({ model, provider, id }: Chunk): void {
    if (model === undefined || model === this.servedName) return;
    this.servedName = model;
    this.served = {
      model: normalizeModelId(model, this.options.models),
      ...(provider ? { provider } : {}),
      ...(id ? { generationId: id } : {}),
    };
    this.queue.push({ type: "model", ...this.served });
  }

  private pieces(pieces: readonly ContentDelta[], content = false): void {
    if (content) this.content = true;
    for (const { type, text } of pieces) this.piece(type, text);
  }

  private piece(type: ContentDelta["type"], text: string): void {
    this.content = true;
    if (type === "text-delta") {
      this.text += text;
      this.firstTextAt ??= this.options.now();
    } else this.thought = true;
    const last = this.queue.at(-1);
    if (last?.type === type) last.text += text;
    else this.queue.push({ type, text });
  }
}

/** Details stream in pieces like text; joined they are what the model's next turn wants back. */
function addDetail(details: unknown[], detail: unknown): void {
  const last = details.at(-1);
  const continues =
    isRecord(last) && isRecord(detail) && last["type"] === detail["type"] && last["index"] === detail["index"];
  if (continues && typeof last["text"] === "string" && typeof detail["text"] === "string") {
    details[details.length - 1] = { ...last, ...detail, text: last["text"] + detail["text"] };
  } else details.push(detail);
}
