import type { AttemptError, AttemptErrorDetails, OptionalField } from "../attemptError";
import type { DailyRequests } from "../ledgerEntries";
import type { Model, ModelId, ServiceId } from "../model";
import type { CompletionRequest } from "../request";
import type { LimitHeaderNames } from "./limitHeaders";

/** Where a service is asked, and the user's key for it. */
export interface Access {
  /** The base URL of the API, without a trailing slash. */
  readonly baseUrl: string;
  /** "" for a service without keys, or before the user has entered one. */
  readonly key: string;
}

/** An error response: a status with a body, or an error inside a body with status 200 or inside a chunk. */
export interface Refusal {
  status: number;
  /** The parsed body or chunk; `undefined` if it was not JSON. */
  body: unknown;
  /** The raw body if it was not JSON. */
  text?: string | undefined;
  headers: Headers;
  now: number;
  /** The host that earlier chunks of the same stream named. */
  streamProvider?: string | undefined;
  /** The request's setting: `deny` excludes hosts in the same way as the account's privacy settings. */
  dataCollection?: "allow" | "deny" | undefined;
}

export interface BodyOptions {
  readonly request: CompletionRequest;
  /** The model to ask, then the fallbacks that the service may use by itself. */
  readonly chain: readonly ModelId[];
  /** The row of the first model of the chain, if it is known. */
  readonly model: Model | undefined;
  readonly dataCollection: "allow" | "deny";
  /** Fields that a model refused. */
  readonly omittedFields: ReadonlySet<OptionalField>;
  /** A model of the chain must reason, so reasoning is not switched off. */
  readonly hasMandatoryReasoning: boolean;
}

/** What a service's list of models is fetched with. */
export interface ListOptions {
  readonly fetch: typeof fetch;
  readonly access: Access;
  readonly now: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What limits the requests of an account, by the service's documentation. Refusals and headers correct it. */
export interface ServiceLimits {
  /** Whether each model has limits of its own. */
  readonly per: "account" | "model";
  readonly requestsPerMinute?: number;
  readonly requestsPerDay?: number;
  /** Whether the day's requests come back evenly, as in a bucket that refills, instead of all at midnight UTC. */
  readonly refills?: true;
  /** Tokens of prompt and answer together. */
  readonly tokensPerMinute?: number;
  /** The time between two requests, milliseconds. */
  readonly intervalMs?: number;
  /** How long the account rests after the first, second, … refusal of an hour that does not say when to retry, milliseconds. */
  readonly refusalRestsMs?: readonly number[];
}

/**
 * A service that offers free models: how it is asked, how its answers are read, and why it cannot charge. The router knows no more
 * about a service than this.
 */
export interface Service {
  readonly id: ServiceId;
  readonly name: string;
  /** `local`: on the user's own machine or network, so that nothing is sent to a company. */
  readonly place: "local" | "remote";
  readonly needsKey: boolean;
  /** Whether its list of models can be read without a key. */
  readonly listsWithoutKey: boolean;
  /** How many fallbacks one request may name beside its model. */
  readonly maxFallbacks: number;
  /** The service's own router among its models. */
  readonly serverRouter?: ModelId;
  /** How long its list of models is current, milliseconds. */
  readonly listMaxAgeMs: number;
  readonly limits: ServiceLimits | undefined;
  /** How its answers name what is left of the limits. */
  readonly limitHeaders?: LimitHeaderNames;
  /** How long to wait for the first content of a model, milliseconds, if not as long as the settings say. */
  readonly firstContentMs?: (model: Model | undefined) => number | undefined;
  /** Whether prompts may be kept or trained on, so that `dataCollection: deny` excludes the service as a whole. */
  readonly mayCollectData: boolean;

  completionsUrl(baseUrl: string): string;
  /** Throws `RouterError` (unauthorized) for a key that is invalid in a header. */
  headers(key: string): Record<string, string>;
  body(options: BodyOptions): Record<string, unknown>;
  /** The model that an answer names, as an id of the catalogue. Some services only echo what was asked. */
  servedModel(name: string, chain: readonly ModelId[], models: readonly Model[]): ModelId;
  /** The reason of an error response, whose failure it is, its message, and when to retry. */
  readRefusal(refusal: Refusal): AttemptError;
  /** The models of a chain that were tried, from the service's metadata. */
  readChain?(metadata: unknown): AttemptErrorDetails["chain"];
  /** What a failure of the network means for this service: a local server that refuses a connection is not running. */
  interpret?(error: AttemptError, model?: Model): AttemptError;

  /** The rows of the list of models. Throws `RouterError`. */
  listRows(options: ListOptions): Promise<readonly unknown[]>;
  /** The service's own count of today's free requests, which costs none. Throws `RouterError` (unauthorized) for an invalid key. */
  fetchDailyRequests?(options: ListOptions): Promise<DailyRequests | undefined>;
  /** Whether a local server is ready to answer, or still loading. */
  isReady?(options: ListOptions): Promise<boolean>;
  /**
   * Of a server that drops the start of a conversation that does not fit, without a word: the window that a model was loaded with, in
   * tokens; `undefined` if it does not tell. Throws `RouterError`.
   */
  loadedWindow?(options: ListOptions, model: ModelId): Promise<number | undefined>;
  /** Whether a row is free by the service's own rule. */
  isFree(row: unknown): boolean;
  /** Parses a row; `undefined` for an invalid one. */
  parseModel(row: unknown): Model | undefined;
}
