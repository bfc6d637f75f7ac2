import * as z from "zod/mini";
import { isForcedToolChoice } from "./capability";
import type { Model, ModelId } from "./model";
import { RouterError } from "./errors";
import { isRecord } from "./json";
import { servicePages } from "./pages";
import type { CompletionRequest, ContentPart, Message } from "./request";
import type { RouterSettings } from "./settings";

/** The service's own random router over free models: what the strategy `server` asks for. */
export const serverRouter: ModelId = "openrouter/free";

/** `models` takes three ids beside `model`; a fourth is answered with 400 (not in the docs, tried live by others in 2026). */
export const maxFallbacks = 3;

/** How the service's statistics name us; `HTTP-Referer` is what it attributes by. */
const attribution = {
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

/** Only with a key: the models that this account's privacy settings leave. */
export function userModelsUrl(settings: RouterSettings): string {
  return urlOf(settings, "/models/user");
}

/** The page is on the service's site, beside its API. */
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

/** Throws `RouterError` (unauthorized) for a key that no header takes: what fetch says of it would give it away. */
export function rejectMalformedKey(key: string): void {
  if (/[^\x21-\x7e]/.test(key))
    throw new RouterError("unauthorized", "The API key holds characters that no key has. Paste it once more.", {
      link: servicePages.keys,
    });
}

/** The one place where the key leaves the machine. */
export function authorization(key: string): Record<string, string> {
  rejectMalformedKey(key);
  return { Authorization: `Bearer ${key}` };
}

export function completionHeaders(key: string): Record<string, string> {
  return {
    ...authorization(key),
    ...attribution,
    "Content-Type": "application/json",
    Accept: "text/event-stream, application/json",
    // Opt-in: the last chunk and most errors then say which models were tried and how each one ended.
    "X-OpenRouter-Metadata": "enabled",
  };
}

/**
 * The body of a completion. Sends no parameter the turn does not need, since each shrinks the pool, and always a price
 * limit of zero: whatever the catalogue said, the request must be impossible to charge.
 */
export function completionBody(
  request: CompletionRequest,
  chain: readonly ModelId[],
  settings: RouterSettings,
): Record<string, unknown> {
  const [model, ...fallbacks] = chain;
  const tools = request.tools?.length ? request.tools : undefined;
  return defined({
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
    reasoning: request.reasoning,
    // The default PDF engine costs two dollars per thousand pages even with a free model.
    plugins: hasFile(request) ? [{ id: "file-parser", pdf: { engine: "cloudflare-ai" } }] : undefined,
    provider: defined({
      max_price: { prompt: 0, completion: 0 },
      data_collection: settings.dataCollection === "deny" ? "deny" : undefined,
    }),
  });
}

/** Reasoning details are bound to the model that wrote them: they return to it, and to nobody else. */
function wireMessage(
  { model, reasoning_details, ...message }: Message,
  chain: readonly ModelId[],
): Record<string, unknown> {
  const own = reasoning_details && chain.length === 1 && chain[0] === model;
  return own ? { ...message, reasoning_details } : message;
}

function hasFile(request: CompletionRequest): boolean {
  return request.messages.some(
    ({ content }) => Array.isArray(content) && content.some((part: ContentPart) => part.type === "file"),
  );
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const strings = z.array(z.string());
const tokenCount = z.nullish(z.number());

/** A row of `GET /models`, as far as we read it; every field that was missing in some snapshot is forgiven. */
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
});

/** A row as a model, or `undefined` for a row that is not as the service promises. */
export function parseModel(row: unknown): Model | undefined {
  const parsed = modelRow.safeParse(row);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const provider = data.top_provider;
  // The provider's window can be smaller than the model's (262,000 of 1,048,576 for a free coder in May 2026).
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
    moderated: provider?.is_moderated ?? false,
    ...(data.expiration_date ? { expirationDate: data.expiration_date } : {}),
  };
}

/**
 * Whether a row's prices are all zero: prompt and completion present and 0, every other price that is listed 0 as well,
 * also under conditions. Routers carry "-1", so "not positive" would not do. Plain guards, since it runs on every row.
 */
export function isZeroPriced(row: unknown): boolean {
  if (!isRecord(row) || !isRecord(row["pricing"])) return false;
  const pricing = row["pricing"];
  return isZero(pricing["prompt"]) && isZero(pricing["completion"]) && pricesAreZero(pricing);
}

/** Names of a pricing object that are no prices: a discount is a fraction, the others are conditions. */
const notPrices = new Set(["discount", "overrides", "min_prompt_tokens", "utc_start", "utc_end"]);

function pricesAreZero(pricing: Record<string, unknown>, isOverride = false): boolean {
  for (const name in pricing) {
    const value = pricing[name];
    if (name === "overrides" && Array.isArray(value)) {
      // An override has none of its own: what is nested without end is nobody's price.
      if (isOverride || !value.every((override) => isRecord(override) && pricesAreZero(override, true))) return false;
    } else if (!notPrices.has(name) && value != null && !isZero(value)) return false;
  }
  return true;
}

function isZero(price: unknown): boolean {
  if (typeof price === "number") return price === 0;
  return typeof price === "string" && price.trim() !== "" && Number(price) === 0;
}

/** The rows of a catalogue answer, or `undefined` where it is none. */
export function catalogueRows(answer: unknown): readonly unknown[] | undefined {
  return isRecord(answer) && Array.isArray(answer["data"]) ? answer["data"] : undefined;
}

/** The key that a code was exchanged for; `undefined` where the answer holds none. */
export function parseExchangedKey(answer: unknown): string | undefined {
  return isRecord(answer) && typeof answer["key"] === "string" && answer["key"] !== "" ? answer["key"] : undefined;
}

const keyAnswer = z.object({
  data: z.object({
    // Missing before about September 2026.
    free_model_daily_requests: z.nullish(
      z.object({ used: z.number(), limit: z.nullish(z.number()), remaining: z.nullish(z.number()) }),
    ),
  }),
});

/** What `GET /key` says of today's free requests; empty where it says nothing, `undefined` where it is no such answer. */
export function parseKeyInfo(
  answer: unknown,
): { daily?: { used: number; limit?: number; remaining?: number } } | undefined {
  const parsed = keyAnswer.safeParse(answer);
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
