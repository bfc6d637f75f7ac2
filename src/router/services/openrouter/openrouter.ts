import type { OptionalField } from "../../attemptError";
import * as z from "zod/mini";
import { isForcedToolChoice } from "../../capability";
import type { Model, ModelId } from "../../model";
import { RouterError } from "../../errors";
import { isRecord } from "../../json";
import { servicePages } from "../../pages";
import type { CompletionRequest, ContentPart, Message } from "../../request";
import type { RouterSettings } from "../../settings";

/** The service's own router, which picks a free model at random. Used by the strategy `server`. */
export const serverRouter: ModelId = "openrouter/free";

/** `models` accepts three ids next to `model`; a fourth causes status 400 (undocumented, observed in 2026). */
export const maxFallbacks = 3;

/** The name of this extension in the service's statistics; `HTTP-Referer` identifies it. */
const appHeaders = {
  "HTTP-Referer": "https://marketplace.visualstudio.com/items?itemName=free-models.free-models-router",
  "X-OpenRouter-Title": "Free Models Router for VS Code",
  "X-OpenRouter-Categories": "ide-extension",
};

export function modelsUrl(settings: RouterSettings): string {
  return urlOf(settings, "/models");
}

export function keyUrl(settings: RouterSettings): string {
  return urlOf(settings, "/key");
}

/** Requires a key: the models that the account's privacy settings allow. */
export function userModelsUrl(settings: RouterSettings): string {
  return urlOf(settings, "/models/user");
}

/** A page of the service's website, not of its API. */
export function signInUrl(settings: RouterSettings): string {
  return `${urlOf(settings, "").replace(/\/api\/v\d+$/, "")}/auth`;
}

export function codeExchangeUrl(settings: RouterSettings): string {
  return urlOf(settings, "/auth/keys");
}

export function completionsUrl(settings: RouterSettings): string {
  return urlOf(settings, "/chat/completions");
}

function urlOf({ baseUrl }: RouterSettings, path: string): string {
  return baseUrl.replace(/\/+$/, "") + path;
}

/** Throws `RouterError` (unauthorized) for a key that is invalid in a header: the error of `fetch` would contain the key. */
export function rejectMalformedKey(key: string): void {
  if (/[^\x21-\x7e]/.test(key))
    throw new RouterError("unauthorized", "The API key contains invalid characters. Paste it again.", {
      link: servicePages.keys,
    });
}

/** The only function that puts the key into a request. */
export function authorization(key: string): Record<string, string> {
  rejectMalformedKey(key);
  return { Authorization: `Bearer ${key}` };
}

export function completionHeaders(key: string): Record<string, string> {
  return {
    ...authorization(key),
    ...appHeaders,
    "Content-Type": "application/json",
    Accept: "text/event-stream, application/json",
    // Opt-in: the last chunk and most errors then list the models that were tried, with the status of each.
    "X-OpenRouter-Metadata": "enabled",
  };
}

export interface BodyOptions {
  /** Fields that a model refused. */
  readonly omittedFields: ReadonlySet<OptionalField>;
  /** A model of the chain must reason, so reasoning is not switched off. */
  readonly hasMandatoryReasoning: boolean;
}

/**
 * The body of a completion request. Leaves out every parameter that the turn does not need, since each one excludes
 * models. Always sets a price limit of zero, so that the request cannot be charged even if the catalogue is wrong.
 */
export function completionBody(
  request: CompletionRequest,
  chain: readonly ModelId[],
  settings: RouterSettings,
  { omittedFields, hasMandatoryReasoning }: BodyOptions,
): Record<string, unknown> {
  const [model, ...fallbacks] = chain;
  const tools = request.tools?.length ? request.tools : undefined;
  const plugins = [
    // An account can have web search on by default, which costs money with every model. An empty list would not turn it off.
    ...(omittedFields.has("plugins") ? [] : [{ id: "web", enabled: false }]),
    // The default PDF engine costs two dollars per thousand pages, even with a free model.
    ...(hasPart(request, "file") ? [{ id: "file-parser", pdf: { engine: "cloudflare-ai" } }] : []),
  ];
  return withoutUndefined({
    model,
    models: fallbacks.length > 0 ? fallbacks.slice(0, maxFallbacks) : undefined,
    messages: request.messages.map((message) => wireMessage(message, chain)),
    stream: true,
    tools,
    tool_choice:
      tools && (isForcedToolChoice(request.tool_choice) || request.tool_choice === "none")
        ? request.tool_choice
        : undefined,
    parallel_tool_calls: tools && request.parallel_tool_calls,
    response_format: request.response_format?.type === "text" ? undefined : request.response_format,
    max_tokens: request.max_tokens,
    temperature: request.temperature,
    top_p: request.top_p,
    seed: request.seed,
    stop: request.stop,
    reasoning: hasMandatoryReasoning && isReasoningOff(request.reasoning) ? undefined : request.reasoning,
    plugins: plugins.length > 0 ? plugins : undefined,
    provider: withoutUndefined({
      max_price: { prompt: 0, completion: 0, request: 0, image: 0, ...(hasAudio(request) && { audio: 0 }) },
      data_collection: settings.dataCollection === "deny" ? "deny" : undefined,
    }),
  });
}

/** Reasoning details are valid only for the model that wrote them, so no other model gets them. */
function wireMessage(
  { model, reasoning_details, ...message }: Message,
  chain: readonly ModelId[],
): Record<string, unknown> {
  const isSameModel = chain.length === 1 && chain[0] === model;
  return reasoning_details && isSameModel ? { ...message, reasoning_details } : message;
}

function hasPart(request: CompletionRequest, type: ContentPart["type"]): boolean {
  return request.messages.some(
    ({ content }) => Array.isArray(content) && content.some((part: ContentPart) => part.type === type),
  );
}

function hasAudio(request: CompletionRequest): boolean {
  return hasPart(request, "input_audio");
}

/** Such a request fails with status 400 for models that must reason. */
function isReasoningOff(reasoning: CompletionRequest["reasoning"]): boolean {
  return reasoning?.enabled === false || reasoning?.effort === "none" || reasoning?.max_tokens === 0;
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const strings = z.array(z.string());
const tokenCount = z.nullish(z.number());

/** The fields of a `GET /models` row that the router reads. Fields that were missing in some snapshot are optional. */
const modelRow = z.object({
  id: z.string(),
  canonical_slug: z.nullish(z.string()),
  name: z.nullish(z.string()),
  description: z.nullish(z.string()),
  context_length: tokenCount,
  architecture: z.object({
    input_modalities: strings,
    output_modalities: strings,
    tokenizer: z.nullish(z.string()),
  }),
  top_provider: z.nullish(
    z.object({
      context_length: tokenCount,
      max_completion_tokens: tokenCount,
      is_moderated: z.nullish(z.boolean()),
    }),
  ),
  supported_parameters: z.nullish(strings),
  expiration_date: z.nullish(z.string()),
  reasoning: z.nullish(z.object({ mandatory: z.nullish(z.boolean()), default_enabled: z.nullish(z.boolean()) })),
  alias_target: z.nullish(z.unknown()),
  benchmarks: z.catch(
    z.nullish(
      z.object({
        artificial_analysis: z.nullish(
          z.object({ coding_index: z.nullish(z.number()), agentic_index: z.nullish(z.number()) }),
        ),
      }),
    ),
    undefined,
  ),
});

/** Parses a row; `undefined` for an invalid one. */
export function parseModel(row: unknown): Model | undefined {
  const parsed = modelRow.safeParse(row);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const provider = data.top_provider;
  const scores = data.benchmarks?.artificial_analysis;
  // The provider's context window can be smaller than the model's (262,000 instead of 1,048,576 in May 2026).
  const windows = [data.context_length, provider?.context_length].filter((length) => typeof length === "number");
  return {
    id: data.id,
    canonicalSlug: data.canonical_slug ?? data.id,
    name: data.name ?? data.id,
    ...(data.description ? { description: data.description } : {}),
    contextLength: windows.length > 0 ? Math.min(...windows) : 0,
    ...(provider?.max_completion_tokens ? { maxCompletionTokens: provider.max_completion_tokens } : {}),
    inputModalities: data.architecture.input_modalities,
    outputModalities: data.architecture.output_modalities,
    supportedParameters: data.supported_parameters ?? [],
    router: data.architecture.tokenizer === "Router" || data.id === serverRouter || data.alias_target != null,
    preview: !data.id.endsWith(":free"),
    ...(data.reasoning
      ? {
          reasoning: {
            mandatory: data.reasoning.mandatory ?? false,
            defaultEnabled: data.reasoning.default_enabled ?? false,
          },
        }
      : {}),
    ...(scores && {
      benchmarks: {
        ...(scores.coding_index != null && { coding: scores.coding_index }),
        ...(scores.agentic_index != null && { agentic: scores.agentic_index }),
      },
    }),
    moderated: provider?.is_moderated ?? false,
    ...(data.expiration_date ? { expirationDate: data.expiration_date } : {}),
  };
}

/**
 * Whether all prices of a row are zero: prompt and completion must be present, any other price must be 0 if present, also
 * in conditional overrides. Routers have the price "-1", so "not positive" is not enough. Uses plain type guards because
 * it runs on every row.
 */
export function isZeroPriced(row: unknown): boolean {
  if (!isRecord(row) || !isRecord(row["pricing"])) return false;
  const pricing = row["pricing"];
  return isZero(pricing["prompt"]) && isZero(pricing["completion"]) && pricesAreZero(pricing);
}

/** Fields of a pricing object that are not prices: a discount is a fraction, the others are conditions. */
const nonPriceFields = new Set(["discount", "overrides", "min_prompt_tokens", "utc_start", "utc_end"]);

function pricesAreZero(pricing: Record<string, unknown>, isOverride = false): boolean {
  for (const name in pricing) {
    const value = pricing[name];
    if (name === "overrides" && Array.isArray(value)) {
      // Overrides are never nested; rejecting nested ones also limits the recursion.
      if (isOverride || !value.every((override) => isRecord(override) && pricesAreZero(override, true))) return false;
    } else if (!nonPriceFields.has(name) && value != null && !isZero(value)) return false;
  }
  return true;
}

function isZero(price: unknown): boolean {
  if (typeof price === "number") return price === 0;
  return typeof price === "string" && price.trim() !== "" && Number(price) === 0;
}

/** The rows of a catalogue response; `undefined` for any other response. */
export function catalogueRows(response: unknown): readonly unknown[] | undefined {
  return isRecord(response) && Array.isArray(response["data"]) ? response["data"] : undefined;
}

/** The API key in the response to a code exchange; `undefined` if there is none. */
export function parseExchangedKey(response: unknown): string | undefined {
  return isRecord(response) && typeof response["key"] === "string" && response["key"] !== ""
    ? response["key"]
    : undefined;
}

const keyResponse = z.object({
  data: z.object({
    // Available since about September 2026.
    free_model_daily_requests: z.nullish(
      z.object({ used: z.number(), limit: z.nullish(z.number()), remaining: z.nullish(z.number()) }),
    ),
  }),
});

/** Today's free requests from a `GET /key` response; empty if it lacks them, `undefined` for any other response. */
export function parseKeyInfo(
  response: unknown,
): { daily?: { used: number; limit?: number; remaining?: number } } | undefined {
  const parsed = keyResponse.safeParse(response);
  if (!parsed.success) return undefined;
  const daily = parsed.data.data.free_model_daily_requests;
  if (!daily) return {};
  return {
    daily: {
      used: daily.used,
      ...(daily.limit != null ? { limit: daily.limit } : {}),
      ...(daily.remaining != null ? { remaining: daily.remaining } : {}),
    },
  };
}
