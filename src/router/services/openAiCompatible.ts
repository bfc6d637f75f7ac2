import { serviceAddress } from "../scope";
import { AttemptError } from "../attemptError";
import { rejectMalformedKey } from "../authorization";
import { fetchDocument } from "../fetchDocument";
import { isRecord } from "../json";
import type { Model } from "../model";
import { compatibleBody, type OptionalWireField } from "./compatibleBody";
import { compatibleRefusal, type RefusalRule } from "./compatibleRefusal";
import type { BodyOptions, ListOptions, Service } from "./service";

/** What distinguishes an OpenAI-compatible service from the others. */
export interface Dialect
  extends
    Pick<Service, "id" | "name" | "place" | "needsKey" | "limits" | "mayCollectData" | "parseModel">,
    Partial<
      Pick<
        Service,
        "isFree" | "firstContentMs" | "isReady" | "loadedWindow" | "listRows" | "listMaxAgeMs" | "limitHeaders"
      >
    > {
  /** The fields that it accepts, of those that not every service does. */
  readonly accepts: readonly OptionalWireField[];
  /** Refusals that it words in its own way. */
  readonly refusals?: readonly RefusalRule[];
  /** The rows of the list that are models which chat, each once. */
  readonly chatRows?: (rows: readonly unknown[]) => readonly unknown[];
  /** Changes the body for peculiarities of the service. */
  readonly adaptBody?: (body: Record<string, unknown>, options: BodyOptions) => Record<string, unknown>;
}

/** Honest about who asks. OpenRouter has headers of its own for that. */
const userAgent = "free-models-router-vscode";

/** A service that speaks OpenAI's chat completions: `GET /models`, `POST /chat/completions`, a bearer key. */
export function openAiCompatible(dialect: Dialect): Service {
  const accepted = new Set(dialect.accepts);
  const rules = dialect.refusals ?? [];
  const isLocal = dialect.place === "local";
  return {
    maxFallbacks: 0,
    listsWithoutKey: !dialect.needsKey,
    listMaxAgeMs: isLocal ? 10_000 : 60 * 60_000,
    isFree: () => true,
    listRows: async (options) => {
      const rows = await listModels(options, dialect);
      return dialect.chatRows?.(rows) ?? rows;
    },
    ...dialect,
    interpret: (error, model) => ownFailure(error, dialect, model),
    completionsUrl: (baseUrl) => `${serviceAddress(baseUrl)}/chat/completions`,
    headers: (key) => ({
      ...keyHeader(key),
      "Content-Type": "application/json",
      Accept: "text/event-stream, application/json",
      "User-Agent": userAgent,
    }),
    body: (options) => {
      const body = compatibleBody(options, accepted);
      return dialect.adaptBody?.(body, options) ?? body;
    },
    // Most of them only echo the name that was asked for.
    servedModel: (_name, [asked = ""]) => asked,
    readRefusal: (refusal) => compatibleRefusal(refusal, rules),
  };
}

/** The header for a key; empty without one. Throws `RouterError` (unauthorized) for a key that is invalid in a header. */
export function keyHeader(key: string): Record<string, string> {
  if (key === "") return {};
  rejectMalformedKey(key);
  return { Authorization: `Bearer ${key}` };
}

/** The rows of `GET /models`. Throws `RouterError`. */
export function listModels(
  { fetch, access, now, timeoutMs, signal }: ListOptions,
  dialect: Pick<Dialect, "refusals" | "name" | "place">,
): Promise<readonly unknown[]> {
  return fetchDocument(
    fetch,
    {
      ...{ url: `${serviceAddress(access.baseUrl)}/models`, headers: keyHeader(access.key), now, timeoutMs, signal },
      readRefusal: (refusal) => compatibleRefusal(refusal, dialect.refusals ?? []),
      interpret: (error) => ownFailure(error, dialect),
    },
    dataRows,
  );
}

/** The rows of a list in OpenAI's shape; `undefined` for any other document. */
export function dataRows(document: unknown): readonly unknown[] | undefined {
  return isRecord(document) && Array.isArray(document["data"]) ? document["data"] : undefined;
}

/** The failure with the name of its service, so that OpenRouter is not blamed. */
export function ownFailure(
  error: AttemptError,
  { name, place }: Pick<Service, "name" | "place">,
  model?: Model,
): AttemptError {
  const { reason, message, details } = place === "local" ? asLocalFailure(error, name, model) : error;
  return new AttemptError(reason, message, { ...details, service: name });
}

/**
 * A local server that cannot be reached is not running: that says nothing about the network. One that is silent while it loads the model
 * says nothing about the model.
 */
function asLocalFailure(error: AttemptError, name: string, model?: Model): AttemptError {
  const details = { ...error.details, origin: "service" } as const;
  if (error.reason === "silent" && model?.loaded === false)
    return new AttemptError("server-loading", `${name} is still loading ${model.name}.`, details);
  return error.reason === "offline"
    ? new AttemptError("server-not-running", `${name} is not running.`, details)
    : error;
}

/** The fields of a model that only few services tell. */
export const plainModel = {
  inputModalities: ["text"],
  outputModalities: ["text"],
  supportedParameters: [],
  ...{ router: false, preview: false, moderated: false },
} satisfies Partial<Model>;
