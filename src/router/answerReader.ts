import type { Model, ModelId } from "./model";
import { createTextReader, readChunk, readUsage, type Chunk, type TextReader } from "./chunk";
import { AttemptError, type AttemptErrorDetails } from "./attemptError";
import { isRecord, parseJson } from "./json";
import type { CompletionRequest, ToolCall, Usage } from "./request";
import type { Service } from "./services/service";
import type { RouterSettings } from "./settings";
import type { MessageReader } from "./sse";
import type { Validator } from "./structured";
import { ThinkTagSplitter, type ContentDelta } from "./thinkTags";
import { expectArguments } from "./toolArguments";
import { TextToolCallGuard } from "./textToolCalls";
import { ToolCallAssembler } from "./toolCalls";

export type AttemptEvent = { type: "model"; model: ModelId; provider?: string; generationId?: string } | ContentDelta;

/** A complete answer: it has text or tool calls, and the stream reported its end. */
export interface AttemptResult {
  model: ModelId;
  provider?: string;
  generationId?: string;
  finishReason: string;
  /** The text; of a structured answer, its JSON. */
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
  service: Pick<Service, "servedModel" | "readRefusal" | "readChain">;
  settings: Pick<RouterSettings, "dataCollection">;
  /** Validates a structured answer. */
  validate?: Validator | undefined;
  now: () => number;
}

/** A longer gap between two readings of the clock is not part of the answer: the computer slept, or the clock was set. */
const maxGapMs = 120_000;

/** How many text readers are created for a stream. More would not help: every message of it has another form. */
const maxTextReaders = 5;

/** Text and reasoning together. No free model's token limit allows a longer answer; an endless one ends here, as cut off. In UTF-16 units. */
export const maxAnswerLength = 1_000_000;

const noEvents: readonly AttemptEvent[] = [];

/** Builds an answer from the messages of one stream. */
export class AnswerReader {
  /** The first finish reason. Usage comes with a second one, which may hide that the answer was cut off. */
  finishReason = "";
  done = false;
  readonly #options: AnswerReaderOptions;
  readonly #splitter = new ThinkTagSplitter();
  readonly #toolCalls = new ToolCallAssembler();
  /** Only for requests with tools. */
  readonly #textToolCalls: TextToolCallGuard | undefined;
  readonly #reasoningDetails: unknown[] = [];
  #textReader: TextReader | undefined;
  #textReaders = 0;
  #events: AttemptEvent[] = [];
  #hasNewContent = false;
  #text = "";
  #length = 0;
  /** White space before the first reasoning. */
  #leadingReasoning = "";
  #hasReasoning = false;
  #servedName = "";
  #served: { model: ModelId; provider?: string; generationId?: string } | undefined;
  #provider: string | undefined;
  #usage: Usage | undefined;
  /** The highest cost that the stream reported, USD. */
  #cost = 0;
  #measuredAt: number;
  #elapsedMs = 0;
  #timeToFirstTextMs: number | undefined;
  #chain: NonNullable<AttemptErrorDetails["chain"]> = [];

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
    if (options.request.tools?.length && !options.validate) this.#textToolCalls = new TextToolCallGuard();
    this.#measuredAt = options.now();
  }

  /** Reads messages of the stream. Throws `AttemptError` for invalid JSON and for errors inside the stream. */
  read(messages: readonly string[], headers: Headers): void {
    this.#measureTime();
    for (const message of messages) {
      if (this.#length >= maxAnswerLength) {
        this.finishReason ||= "length";
        this.done = true;
        return;
      }
      const text = this.#textReader?.(message);
      if (text !== undefined) {
        this.#addContent(text);
        continue;
      }
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
      if (!chunk) continue;
      this.#readChunk(chunk, headers);
      if (chunk.text && this.#textReaders++ < maxTextReaders) this.#textReader = createTextReader(message, chunk);
    }
  }

  /** Reads what remains after a stream without `[DONE]`. Ignores an incomplete message: `finish` reports answers that were cut off. */
  readRemainder(messages: MessageReader, headers: Headers): void {
    for (const message of messages.end()) {
      if (message === "[DONE]" || parseJson(message) !== undefined) this.read([message], headers);
    }
  }

  /** Reads a body that is not a stream: a whole answer, an error with status 200, or a proxy's page. Throws like `read`. */
  readWhole(text: string, headers: Headers): void {
    this.#measureTime();
    const body = parseJson(text);
    if (body === undefined) throw this.#refusal(undefined, headers, text);
    const chunk = readChunk(body);
    if (!chunk) throw new AttemptError("malformed", "The response could not be parsed.");
    this.#readChunk(chunk, headers);
    this.done = true;
  }

  /** Reads only the cost of a body, for a refused request: it can report a charge as well. */
  readCost(body: unknown): void {
    this.#addUsage(isRecord(body) ? readUsage(body["usage"]) : undefined);
  }

  /** Returns the events since the last call; consecutive deltas of one kind are joined. */
  takeEvents(): readonly AttemptEvent[] {
    if (this.#events.length === 0) return noEvents;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Whether text, reasoning or a tool call arrived since the last call. Comments, empty deltas and white space do not count. */
  takeHasContent(): boolean {
    const hasContent = this.#hasNewContent;
    this.#hasNewContent = false;
    return hasContent;
  }

  /**
   * The answer after the end of the stream, with arguments of tool calls that are not yet checked. Throws `AttemptError` if it is
   * incomplete, empty or invalid.
   */
  finish(): AttemptResult {
    this.#measureTime();
    const { request, chain, validate } = this.#options;
    const { finishReason } = this;
    // Without a finish reason, only `[DONE]` shows that the text is complete, and nothing shows it for a tool call.
    if (!finishReason && (!this.done || this.#toolCalls.hasDraft))
      throw new AttemptError("interrupted", "The answer was cut off.");
    for (const { type, text } of this.#splitter.end()) if (!isBlank(text)) this.#addDelta(type, text);
    const held = this.#toolCalls.hasDraft ? "" : (this.#textToolCalls?.end(request) ?? "");
    if (held !== "") this.#passOn("text-delta", held);
    if (finishReason === "content_filter") throw new AttemptError("moderated", "A content filter stopped the answer.");
    const isEmpty = this.#text === "" && !this.#toolCalls.hasDraft;
    if (isEmpty && finishReason === "length")
      throw new AttemptError("out-of-tokens", "The model reached its token limit before it answered.");
    const toolCalls = this.#toolCalls.end(request, finishReason);
    if (isEmpty)
      throw new AttemptError(
        "empty",
        this.#hasReasoning ? "The model returned reasoning but no answer." : "The model returned no answer.",
      );
    const usage = this.#usage;
    return {
      ...(this.#served ?? { model: chain[0] ?? "" }),
      finishReason: finishReason || "stop",
      text: validate && toolCalls.length === 0 ? validate(this.#text, finishReason) : this.#text,
      toolCalls,
      reasoningDetails: this.#reasoningDetails,
      ...(usage ? { usage: this.#cost > 0 ? { ...usage, cost: this.#cost } : usage } : {}),
      ...(this.#timeToFirstTextMs === undefined ? {} : { timeToFirstTextMs: this.#timeToFirstTextMs }),
      durationMs: this.#elapsedMs,
      chain: this.#chain,
    };
  }

  /** Adds what the stream revealed to an `AttemptError`: the model, and the cost of an attempt that failed. */
  withStreamDetails(error: unknown): unknown {
    if (!(error instanceof AttemptError)) return error;
    const model = this.#served?.model;
    if (model === undefined && this.#cost === 0) return error;
    return new AttemptError(error.reason, error.message, {
      ...error.details,
      ...(model === undefined ? {} : { model }),
      ...(this.#cost > 0 ? { cost: this.#cost } : {}),
    });
  }

  #readChunk(chunk: Chunk, headers: Headers): void {
    this.#readModel(chunk);
    this.#addUsage(chunk.usage);
    if (chunk.metadata) this.#chain = this.#options.service.readChain?.(chunk.metadata) ?? this.#chain;
    if (chunk.error) {
      // Some hosts add a "Token limit reached" error to the finish reason `length`.
      if (this.finishReason === "length") return;
      throw this.#refusal(chunk.error, headers);
    }
    if (chunk.reasoning) {
      if (!isBlank(chunk.reasoning)) this.#hasNewContent = true;
      this.#addDelta("reasoning-delta", chunk.reasoning);
    }
    if (chunk.text) this.#addContent(chunk.text);
    if (chunk.toolCalls) {
      if (!this.#toolCalls.hasDraft) expectArguments(this.#options.request);
      if (this.#toolCalls.push(chunk.toolCalls)) this.#hasNewContent = true;
    }
    if (chunk.reasoningDetails) {
      for (const detail of chunk.reasoningDetails) addDetail(this.#reasoningDetails, detail);
    }
    if (chunk.finishReason) this.finishReason ||= chunk.finishReason;
  }

  #addUsage(usage: Usage | undefined): void {
    if (!usage) return;
    this.#usage = usage;
    this.#cost = Math.max(this.#cost, usage.cost ?? 0);
  }

  #refusal(body: unknown, headers: Headers, text?: string): AttemptError {
    const { service, settings, now } = this.#options;
    return service.readRefusal({
      ...{ status: 200, body, headers, now: now(), streamProvider: this.#provider },
      ...{ dataCollection: settings.dataCollection, text },
    });
  }

  /** Every chunk names its model, usually by the requested id, sometimes by a dated slug. */
  #readModel({ model, provider, id }: Chunk): void {
    if (provider !== undefined) this.#provider = provider;
    if (model === undefined || model === this.#servedName) return;
    this.#servedName = model;
    this.#textReader = undefined;
    const { service, chain, models } = this.#options;
    this.#served = {
      model: service.servedModel(model, chain, models),
      ...(provider ? { provider } : {}),
      ...(id ? { generationId: id } : {}),
    };
    this.#events.push({ type: "model", ...this.#served });
  }

  #addContent(content: string): void {
    if (!isBlank(content)) this.#hasNewContent = true;
    if (this.#splitter.isDone) this.#addDelta("text-delta", content);
    else for (const { type, text } of this.#splitter.push(content)) this.#addDelta(type, text);
  }

  #addDelta(type: ContentDelta["type"], text: string): void {
    this.#length += text.length;
    if (type === "text-delta" && this.#textToolCalls) {
      text = this.#textToolCalls.push(text);
      if (text === "") return;
    }
    this.#passOn(type, text);
  }

  #passOn(type: ContentDelta["type"], text: string): void {
    if (type === "text-delta") {
      this.#text += text;
      this.#timeToFirstTextMs ??= this.#elapsedMs;
    } else if (!this.#hasReasoning) {
      // White space is no content, so it is held back until some follows.
      this.#leadingReasoning += text;
      if (isBlank(text)) return;
      this.#hasReasoning = true;
      text = this.#leadingReasoning;
    }
    const last = this.#events.at(-1);
    if (last?.type === type) last.text += text;
    else this.#events.push({ type, text });
  }

  #measureTime(): void {
    const now = this.#options.now();
    const gapMs = now - this.#measuredAt;
    if (gapMs > 0 && gapMs <= maxGapMs) this.#elapsedMs += gapMs;
    this.#measuredAt = now;
  }
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

/**
 * Joins reasoning details, which stream in fragments like text. The model's next turn needs them complete. The signature
 * comes in a late fragment; null fields of a fragment do not delete earlier ones. Another id or signature is another block.
 */
function addDetail(details: unknown[], detail: unknown): void {
  // Blocks with an index can alternate, such as a signature that follows the next block.
  const hasIndex = isRecord(detail) && typeof detail["index"] === "number";
  const last = hasIndex ? details.findLast((each) => isRecord(each) && continuesDetail(each, detail)) : details.at(-1);
  if (!isRecord(last) || !isRecord(detail) || !continuesDetail(last, detail)) {
    details.push(detail);
    return;
  }
  for (const name in detail) {
    const value = detail[name];
    if (value == null) continue;
    const before = last[name];
    const isText = name === "text" || name === "summary";
    last[name] = isText && typeof before === "string" && typeof value === "string" ? before + value : value;
  }
}

/** Encrypted details are complete; text and summaries come in fragments. */
function continuesDetail(last: Record<string, unknown>, detail: Record<string, unknown>): boolean {
  return (
    typeof (last["text"] ?? last["summary"]) === "string" &&
    last["type"] === detail["type"] &&
    last["index"] === detail["index"] &&
    isSameOrMissing(last["id"], detail["id"]) &&
    isSameOrMissing(last["signature"], detail["signature"])
  );
}

function isSameOrMissing(one: unknown, other: unknown): boolean {
  return one == null || other == null || one === other;
}
