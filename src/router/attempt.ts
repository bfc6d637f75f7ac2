import { AnswerReader, type AttemptResult, type AttemptEvent } from "./answerReader";
import type { Model, ModelId } from "./model";
import { AttemptError, type OptionalField } from "./attemptError";
import { Exchange } from "./exchange";
import { parseJson } from "./json";
import type { CompletionRequest } from "./request";
import type { Access, Service } from "./services/service";
import type { RouterSettings } from "./settings";
import { MessageReader } from "./sse";
import type { Validator } from "./structured";
import { checkArguments } from "./toolArguments";

export interface AttemptOptions {
  service: Service;
  access: Access;
  request: CompletionRequest;
  /** The requested model, then the fallbacks that the service may use by itself. */
  chain: readonly ModelId[];
  /** The catalogue, to map the name in the response to a model id. */
  models: readonly Model[];
  settings: RouterSettings;
  /** Fields that a model refused. */
  omittedFields: ReadonlySet<OptionalField>;
  /** Whether a model must reason, by the catalogue or by an earlier refusal. */
  isReasoningMandatory: (model: ModelId) => boolean;
  /** Validates a structured answer. */
  validate?: Validator | undefined;
  fetch: typeof fetch;
  now: () => number;
  /** Called with the headers of the response, whatever its status. */
  onHeaders?: ((headers: Headers) => void) | undefined;
  /** Called once when the attempt has ended. */
  onEnd?: (() => void) | undefined;
  /** Each of these ends the attempt: the caller's signal, and the signal for the loser of a race. */
  signals: readonly AbortSignal[];
}

/** Usage and `[DONE]` follow the finish reason at once. If they do not arrive in this time, the answer is complete. */
const graceMs = 2_000;

const refusalBodyMs = 2_000;

/**
 * One request to one model (or to a chain of models, for the service to choose from). Yields deltas and returns the
 * complete answer, or throws one `AttemptError`. HTTP 200 alone is not success: an incomplete, empty or unreadable answer
 * is a failure.
 */
export async function* attempt(options: AttemptOptions): AsyncGenerator<AttemptEvent, AttemptResult> {
  const { service, access, settings, request, chain, models } = options;
  const model = models.find(({ id }) => id === chain[0]);
  const exchange = new Exchange(options.signals);
  const reader = new AnswerReader(options);
  let isComplete = false;
  try {
    exchange.setDeadline(
      service.firstContentMs?.(model) ?? settings.firstContentMs,
      () => new AttemptError("silent", "The model did not start answering in time."),
    );
    const response = await exchange.send(options.fetch, service.completionsUrl(access.baseUrl), {
      method: "POST",
      headers: service.headers(access.key),
      body: JSON.stringify(
        service.body({
          ...{ request, chain, model, dataCollection: settings.dataCollection },
          omittedFields: options.omittedFields,
          hasMandatoryReasoning: chain.some(options.isReasoningMandatory),
        }),
      ),
    });
    options.onHeaders?.(response.headers);
    if (response.status !== 200) throw await readRefusal(response, exchange, reader, options);
    const firstBytes = await readFirstBytes(exchange);
    if (firstBytes && isUnstreamed(firstBytes)) {
      reader.readWhole(await exchange.text(firstBytes), response.headers);
    } else {
      const messages = new MessageReader();
      const updateDeadline = deadlineUpdater(exchange, reader, settings);
      for (let bytes = firstBytes; bytes; bytes = reader.done ? undefined : await exchange.read()) {
        reader.read(messages.read(bytes), response.headers);
        for (const event of reader.takeEvents()) yield event;
        updateDeadline();
      }
      if (!reader.done) reader.readRemainder(messages, response.headers);
    }
    const answer = reader.finish();
    if (answer.toolCalls.length > 0) await checkArguments(answer.toolCalls, request, answer.finishReason);
    for (const event of reader.takeEvents()) yield event;
    isComplete = true;
    return answer;
  } catch (error) {
    throw reader.withStreamDetails(interpreted(error, service, model));
  } finally {
    if (isComplete) void exchange.drain();
    else exchange.close();
    options.onEnd?.();
  }
}

function interpreted(error: unknown, service: Service, model: Model | undefined): unknown {
  return error instanceof AttemptError ? (service.interpret?.(error, model) ?? error) : error;
}

/** Skips white space, which the service sends to keep the connection open until it has a result. */
async function readFirstBytes(exchange: Exchange): Promise<Uint8Array | undefined> {
  let bytes = await exchange.read();
  while (bytes && isBlank(bytes)) bytes = await exchange.read();
  return bytes;
}

/** Returns a function to call after each read. Content renews the deadline; comments and empty deltas do not. */
function deadlineUpdater(exchange: Exchange, reader: AnswerReader, { betweenContentsMs }: RouterSettings): () => void {
  let phase: "waiting" | "streaming" | "finished" = "waiting";
  return () => {
    const hasContent = reader.takeHasContent();
    if (phase === "finished") return;
    if (reader.finishReason) {
      phase = "finished";
      exchange.endWithin(Math.min(graceMs, betweenContentsMs));
    } else if (hasContent && phase === "streaming") {
      exchange.renewDeadline();
    } else if (hasContent) {
      phase = "streaming";
      exchange.setDeadline(
        betweenContentsMs,
        () => new AttemptError("interrupted", "The model stopped sending in the middle of its answer."),
      );
    }
  };
}

/** Reads the body of a refusal. One that does not arrive in time is classified by its status alone. */
async function readRefusal(
  response: Response,
  exchange: Exchange,
  reader: AnswerReader,
  options: AttemptOptions,
): Promise<AttemptError> {
  exchange.endWithin(refusalBodyMs);
  const text = await exchange.text();
  const body = parseJson(text);
  reader.readCost(body);
  const { service, settings, now } = options;
  return service.readRefusal({
    ...{ status: response.status, body, text, headers: response.headers, now: now() },
    dataCollection: settings.dataCollection,
  });
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte <= 0x20);
}

/** A stream starts with a field name or a colon; `{`, `[` and `<` start JSON or a page, whatever the content type is. */
function isUnstreamed(bytes: Uint8Array): boolean {
  const byte = bytes.find((each) => each > 0x20);
  return byte === 0x7b || byte === 0x5b || byte === 0x3c;
}
