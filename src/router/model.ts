/** An OpenRouter model id, verbatim: `author/slug[:variant]`. */
export type ModelId = string;

/** One model of the catalogue, as far as the router and its users read it. */
export interface Model {
  id: ModelId;
  /** Permanent name, often dated; the service answers with it instead of the id at times. */
  canonicalSlug: string;
  name: string;
  description?: string;
  /** Tokens of prompt and answer together: the smaller of the model's and its provider's; 0 where unknown. */
  contextLength: number;
  maxCompletionTokens?: number;
  inputModalities: readonly string[];
  outputModalities: readonly string[];
  supportedParameters: readonly string[];
  /** A row that stands for other models (a router, a "latest" alias). */
  router: boolean;
  /** An id without `:free`. Where it is zero-priced all the same, it is a temporary preview whose prompts are usually logged. */
  preview: boolean;
  /** Whether it thinks before it answers, and whether that can be turned off. */
  reasoning?: { mandatory: boolean; defaultEnabled: boolean };
  moderated: boolean;
  /** Announced removal, `YYYY-MM-DD`. */
  expirationDate?: string;
}

/** The id without its author and `:free`: `gemma-4-31b-it`. */
export function modelSlug(id: ModelId): string {
  return id.slice(id.lastIndexOf("/") + 1).replace(/:free$/, "");
}

/** The id in the catalogue that the service's name stands for: the same, a dated slug, either of them with or without `:free`. */
export function normalizeModelId(name: string, models: readonly Model[]): ModelId {
  if (models.some(({ id }) => id === name)) return name;
  const slug = name.endsWith(":free") ? name.slice(0, -":free".length) : name;
  const known = models.find(
    ({ id, canonicalSlug, router }) =>
      !router && (canonicalSlug === name || canonicalSlug === slug || id === `${name}:free`),
  );
  return known?.id ?? name;
}
