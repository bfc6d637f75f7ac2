import * as z from "zod/mini";
import { isRecord } from "../../json";
import type { Model } from "../../model";
import { serverRouter } from "./serverRouter";

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
