import { serviceAddress } from "../scope";
import { fetchDocument } from "../fetchDocument";
import { isRecord } from "../json";
import type { Classification } from "./classification";
import { compatibleRefusal, type RefusalRule } from "./compatibleRefusal";
import type { ErrorBody } from "./errorBody";
import { ownFailure, keyHeader } from "./openAiCompatible";
import { toldRetryTime } from "../resetTime";
import type { ListOptions, Refusal, Service } from "./service";

/** The window that is assumed of a model that is not loaded: the default of Ollama and LM Studio, tokens. */
export const unloadedWindow = 4_096;

/** Reading the weights from the disk takes seconds to minutes, without a byte of the answer. */
const coldStartMs = 180_000;

/** A model that is not in memory is loaded by its first request. */
export const localFirstContentMs: NonNullable<Service["firstContentMs"]> = (model) =>
  model?.loaded === true ? undefined : coldStartMs;

/** A local server, for its messages and refusals. */
export interface LocalServer {
  readonly name: string;
  readonly refusals: readonly RefusalRule[];
}

/** A document of the server's own API, which is beside `/v1`. With a body, it is posted. Throws `RouterError`. */
export function askServer<T>(
  { fetch, access, now, timeoutMs, signal }: ListOptions,
  { name, refusals }: LocalServer,
  path: string,
  parse: (document: unknown) => T | undefined,
  body?: Readonly<Record<string, unknown>>,
): Promise<T> {
  const url = `${serviceAddress(access.baseUrl).replace(/\/v1$/, "")}${path}`;
  return fetchDocument(
    fetch,
    {
      ...{ url, headers: keyHeader(access.key), now, timeoutMs, signal },
      ...(body && { method: "POST", body }),
      readRefusal: (refusal) => compatibleRefusal(refusal, refusals),
      interpret: (error) => ownFailure(error, { name, place: "local" }),
    },
    parse,
  );
}

/** The rows of `{ models: [...] }`; `undefined` for any other document. */
export function modelRows(document: unknown): readonly Record<string, unknown>[] | undefined {
  if (!isRecord(document) || !Array.isArray(document["models"])) return undefined;
  return (document["models"] as unknown[]).filter(isRecord);
}

/** How long to leave a server alone that is loading a model, if it does not say. */
const loadingMs = 2_000;

/** The server is loading a model, which takes seconds to minutes. */
export function stillLoading(name: string): (error: ErrorBody, refusal: Refusal) => Classification {
  return (_error, { headers, now }) => ({
    reason: "server-loading",
    message: `${name} is still loading the model.`,
    retryAt: toldRetryTime(headers, now) ?? now + loadingMs,
  });
}

/** The request does not fit: llama.cpp tells both numbers, and Ollama passes them on. */
export function contextExceeded({ fields }: ErrorBody): Classification {
  return tooLong(fields["n_prompt_tokens"], fields["n_ctx"]);
}

/** A refusal with the tokens of the prompt and of the window, if the server told them. */
export function tooLong(tokens: unknown, window: unknown): Classification {
  const meaning = { reason: "context-too-long", origin: "provider" } as const;
  if (typeof tokens !== "number" || typeof window !== "number") return meaning;
  const message = `The conversation is too long for the model: it has ${tokens} tokens, and the model's window is ${window}.`;
  return { ...meaning, message, contextLength: window };
}
