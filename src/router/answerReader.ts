import { normalizeModelId, type Model, type ModelId } from "./model";
import { readChunk, type Chunk } from "./chunk";
import { AttemptError, type AttemptErrorDetails } from "./attemptError";
import { isRecord, parseJson } from "./json";
import { refusalError } from "./refusal";
import type { CompletionRequest, ToolCall, Usage } from "./request";
import { readChain } from "./serviceError";
import type { MessageReader } from "./sse";
import { ThinkTagSplitter, type ContentDelta } from "./thinkTags";
import { ToolCallAssembler } from "./toolCalls";

export type AttemptEvent = { type: "model"; model: ModelId; provider?: string; generationId?: string } | ContentDelta;

/** A complete answer: it has text or tool calls, and the stream reported its end. */
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
  /** The status of each model that the service tried, if it reported them. */
  chain: NonNullable<AttemptErrorDetails["chain"]>;
}

/** The options of an attempt that reading its answer requires. */
export interface AnswerReaderOptions {
  request: CompletionRequest;
  chain: readonly ModelId[];
  models: readonly Model[];
  now: () => number;
}

/** Builds an answer from the messages of one stream. */
export class AnswerReader {
  finishReason = "";
  done = false;
  readonly #options: AnswerReaderOptions;
  readonly #startedAt: number;
  readonly #splitter = new ThinkTagSplitter();
  readonly #toolCalls = new ToolCallAssembler();
  readonly #reasoningDetails: unknown[] = [];
  #events: AttemptEvent[] = [];
  #hasNewContent = false;
  #text = "";
  #hasReasoning = false;
  #servedName = "";
  #served: { model: ModelId; provider?: string; generationId?: string } | undefined;
  #usage: Usage | undefined;
  #firstTextAt: number | undefined;
  #chain: NonNullable<AttemptErrorDetails["chain"]> = [];

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  /** Reads messages of the stream. Throws `AttemptError` for invalid JSON and for errors inside the stream. */
  read(messages: readonly string[], headers: Headers): void {
    for (const message of messages) {
      if (message === "[DONE]") {
        this.done = true;
        return;
      }
      // Some proxies turn the keep-alive comment into data.
      if (message === "" || message.startsWith(":")) continue;
      const json = parseJson(message);
      if (json === undefined)
        throw new AttemptError("malformed", "The response could not be parsed.", {
          detail: "A chunk of the stream was not JSON.",
        });
      const chunk = readChunk(json);
      if (chunk) this.#readChunk(chunk, headers);
    }
  }

  /** Reads what remains after a stream without `[DONE]`. Ignores an incomplete message: `finish` reports answers that were cut off. */
  readRemainder(messages: MessageReader, headers: Headers): void {
    for (const message of messages.end()) {
      if (message === "[DONE]" || parseJson(message) !== undefined) this.read([message], headers);
    }
  }

  /** Reads an answer that was not streamed. */
  readWhole(chunk: Chunk): void {
    this.#readChunk(chunk, new Headers());
    this.done = true;
  }

  /** Returns the events since the last call; consecutive deltas of one kind are joined. */
  takeEvents(): readonly AttemptEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Whether text, reasoning or a tool call arrived since the last call. Comments and empty deltas do not count. */
  takeHasContent(): boolean {
    const hasContent = this.#hasNewContent;
    this.#hasNewContent = false;
    return hasContent;
  }

  /** The answer after the end of the stream. Throws `AttemptError` if it is incomplete, empty or invalid. */
  finish(): AttemptResult {
    if (!this.finishReason && !this.done) throw new AttemptError("interrupted", "The answer was cut off.");
    this.#addDeltas(this.#splitter.end());
    const toolCalls = this.#toolCalls.end(this.#options.request);
    if (this.finishReason === "content_filter")
      throw new AttemptError("moderated", "A content filter stopped the answer.");
    if (this.#text.trim() === "" && toolCalls.length === 0) throw this.#emptyError();
    const usage = this.#usage;
    const firstTextAt = this.#firstTextAt;
    return {
      ...(this.#served ?? { model: this.#options.chain[0] ?? "" }),
      finishReason: this.finishReason || "stop",
      text: this.#text,
      toolCalls,
      reasoningDetails: this.#reasoningDetails,
      ...(usage ? { usage } : {}),
      ...(firstTextAt === undefined ? {} : { timeToFirstTextMs: Math.max(0, firstTextAt - this.#startedAt) }),
      durationMs: Math.max(0, this.#options.now() - this.#startedAt),
      chain: this.#chain,
    };
  }

  #emptyError(): AttemptError {
    if (this.finishReason === "length")
      return new AttemptError("out-of-tokens", "The model reached its token limit before it answered.");
    return new AttemptError(
      "empty",
      this.#hasReasoning ? "The model returned reasoning but no answer." : "The model returned no answer.",
    );
  }

  #readChunk(chunk: Chunk, headers: Headers): void {
    this.#readModel(chunk);
    this.#chain = readChain(chunk.metadata) ?? this.#chain;
    // Some hosts add a "Token limit reached" error to the finish reason `length`.
    if (chunk.error && this.finishReason === "length") return;
    if (chunk.error) throw refusalError({ status: 200, body: chunk.error, headers, now: this.#options.now() });
    if (chunk.reasoning) this.#addDelta("reasoning-delta", chunk.reasoning);
    if (chunk.text) {
      this.#hasNewContent = true;
      this.#addDeltas(this.#splitter.push(chunk.text));
    }
    if (chunk.toolCalls && this.#toolCalls.push(chunk.toolCalls)) this.#hasNewContent = true;
    for (const detail of chunk.reasoningDetails ?? []) addDetail(this.#reasoningDetails, detail);
    if (chunk.finishReason) this.finishReason = chunk.finishReason;
    this.#usage = chunk.usage ?? this.#usage;
  }

  /** Every chunk names its model, usually by the requested id, sometimes by a dated slug. */
  #readModel({ model, provider, id }: Chunk): void {
    if (model === undefined || model === this.#servedName) return;
    this.#servedName = model;
    this.#served = {
      model: normalizeModelId(model, this.#options.models),
      ...(provider ? { provider } : {}),
      ...(id ? { generationId: id } : {}),
    };
    this.#events.push({ type: "model", ...this.#served });
  }

  #addDeltas(deltas: readonly ContentDelta[]): void {
    for (const { type, text } of deltas) this.#addDelta(type, text);
  }

  #addDelta(type: ContentDelta["type"], text: string): void {
    this.#hasNewContent = true;
    if (type === "text-delta") {
      this.#text += text;
      this.#firstTextAt ??= this.#options.now();
    } else this.#hasReasoning = true;
    const last = this.#events.at(-1);
    if (last?.type === type) last.text += text;
    else this.#events.push({ type, text });
  }
}

/** Joins reasoning details, which stream in fragments like text. The model's next turn needs them complete. */
function addDetail(details: unknown[], detail: unknown): void {
  const last = details.at(-1);
  const continues =
    isRecord(last) && isRecord(detail) && last["type"] === detail["type"] && last["index"] === detail["index"];
  if (continues && typeof last["text"] === "string" && typeof detail["text"] === "string") {
    details[details.length - 1] = { ...last, ...detail, text: last["text"] + detail["text"] };
  } else details.push(detail);
}
