import { AnswerReader, type AttemptResult, type AttemptEvent } from "./answerReader";
import type { Model, ModelId } from "./model";
import { readChunk, type Chunk } from "./chunk";
import { RouterError } from "./errors";
import { Exchange } from "./exchange";
import { parseJson } from "./json";
import { completionBody, completionHeaders, completionsUrl } from "./openrouter";
import { refusalError } from "./refusal";
import type { CompletionRequest } from "./request";
import { hasError } from "./serviceError";
import type { RouterSettings } from "./settings";
import { MessageReader } from "./sse";

export interface AttemptOptions {
  request: CompletionRequest;
  /** The model to ask, then those the service may turn to by itself. */
  chain: readonly ModelId[];
  /** The catalogue, to know the answering model by. */
  models: readonly Model[];
  settings: RouterSettings;
  key: string;
  fetch: typeof fetch;
  now: () => number;
  /** Each of them ends the attempt: the user's stop, and the winner of a race. */
  signals: readonly AbortSignal[];
}

/** After a finish reason, usage and `[DONE]` follow at once; where the line stays silent instead, the answer is whole. */
const graceMs = 2_000;

/**
 * One request to one model (or a chain of them, on the service's side): yields its deltas, returns the whole answer, or
 * throws one `RouterError`. HTTP 200 is no success here: an answer that is cut, empty, holed or unreadable is a failure.
 */
export async function* attempt(options: AttemptOptions): AsyncGenerator<AttemptEvent, AttemptResult> {
  const { settings, request, chain } = options;
  const exchange = new Exchange(options.signals);
  const reader = new AnswerReader(options);
  let whole = false;
  try {
    exchange.setDeadline(
      settings.firstContentMs,
      () => new RouterError("silent", "The model did not begin to answer in time."),
    );
    const response = await exchange.send(options.fetch, completionsUrl(settings), {
      method: "POST",
      headers: completionHeaders(options.key),
      body: JSON.stringify(completionBody(request, chain, settings)),
    });
    if (response.status !== 200) throw await refusalOf(response, exchange, options.now());
    const begin = await firstBytes(exchange);
    if (begin && startsWhole(begin)) reader.whole(await wholeBody(response, exchange, begin, options.now()));
    else {
      const messages = new MessageReader();
      const keepTime = timekeeper(exchange, reader, settings);
      for (let bytes = begin; bytes; bytes = reader.done ? undefined : await exchange.read()) {
        reader.take(messages.read(bytes), response.headers);
        for (const event of reader.takeEvents()) yield event;
        keepTime();
      }
      if (!reader.done) reader.takeTail(messages, response.headers);
    }
    const answer = reader.end();
    for (const event of reader.takeEvents()) yield event;
    whole = true;
    return answer;
  } finally {
    if (whole) void exchange.drain();
    else exchange.close();
  }
}

/** The first bytes that say something: white space keeps a 200 alive until its error is known. */
async function firstBytes(exchange: Exchange): Promise<Uint8Array | undefined> {
  let bytes = await exchange.read();
  while (bytes && isBlank(bytes)) bytes = await exchange.read();
  return bytes;
}

/** To be called after each piece of a stream: keeps its deadlines, which content renews; comments and empty deltas do not. */
function timekeeper(exchange: Exchange, reader: AnswerReader, { betweenContentsMs }: RouterSettings): () => void {
  let phase: "silent" | "speaking" | "finished" = "silent";
  return () => {
    const content = reader.takeContent();
    if (phase === "finished") return;
    if (reader.finishReason) {
      phase = "finished";
      exchange.endWithin(Math.min(graceMs, betweenContentsMs));
    } else if (content && phase === "speaking") {
      exchange.renewDeadline();
    } else if (content) {
      phase = "speaking";
      exchange.setDeadline(
        betweenContentsMs,
        () => new RouterError("interrupted", "The model fell silent in the middle of its answer."),
      );
    }
  };
}

async function refusalOf(response: Response, exchange: Exchange, now: number): Promise<RouterError> {
  const text = await exchange.text();
  return refusalError({ status: response.status, body: parseJson(text), text, headers: response.headers, now });
}

/** A body that is no stream: an answer in one piece, an error with status 200, a proxy's page. */
async function wholeBody(response: Response, exchange: Exchange, begin: Uint8Array, now: number): Promise<Chunk> {
  const text = await exchange.text(begin);
  const body = parseJson(text);
  if (body === undefined || hasError(body))
    throw refusalError({ status: 200, body, text, headers: response.headers, now });
  const chunk = readChunk(body);
  if (!chunk) throw new RouterError("malformed", "The answer could not be read.");
  return chunk;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte <= 0x20);
}

/** A stream begins with a field name or a colon; `{`, `[` and `<` begin JSON and pages, whatever the content type says. */
function startsWhole(bytes: Uint8Array): boolean {
  const byte = bytes.find((each) => each > 0x20);
  return byte === 0x7b || byte === 0x5b || byte === 0x3c;
}
