/** An OpenRouter model id, verbatim: `author/slug[:variant]`. */
export type ModelId = string;

/** A model of the catalogue. */
export interface Model {
  id: ModelId;
  /** Permanent name, often dated. Some responses contain it instead of the id. */
  canonicalSlug: string;
  name: string;
  description?: string;
  /** Tokens of prompt and answer together, the smaller value of model and provider; 0 if unknown. */
  contextLength: number;
  maxCompletionTokens?: number;
  inputModalities: readonly string[];
  outputModalities: readonly string[];
  supportedParameters: readonly string[];
  /** A catalogue entry that stands for other models, such as a router or a "latest" alias. */
  router: boolean;
  /** An id without `:free`. A zero-priced one is a temporary preview whose prompts are usually logged. */
  preview: boolean;
  /** Set for reasoning models: whether reasoning can be turned off, and whether it is on by default. */
  reasoning?: { mandatory: boolean; defaultEnabled: boolean };
  /** Scores of an independent benchmark, about 0 to 100; many models have none. */
  benchmarks?: { coding?: number; agentic?: number };
  moderated: boolean;
  /** Announced removal date, `YYYY-MM-DD`. */
  expirationDate?: string;
}

/** The id without its author and `:free`, such as `gemma-4-31b-it`. */
export function modelSlug(id: ModelId): string {
  return id.slice(id.lastIndexOf("/") + 1).replace(/:free$/, "");
}

/** Maps a name in a response to the catalogue's id. The name may be the id or a dated slug, with or without `:free`. */
export function normalizeModelId(name: string, models: readonly Model[]): ModelId {
  if (models.some(({ id }) => id === name)) return name;
  const slug = name.endsWith(":free") ? name.slice(0, -":free".length) : name;
  const known = models.find(
    ({ id, canonicalSlug, router }) =>
      !router && (canonicalSlug === name || canonicalSlug === slug || id === `${name}:free`),
  );
  return known?.id ?? name;
}
