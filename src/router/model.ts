/** A short lower-case name: `openrouter`, `ollama`. */
export type ServiceId = string;

/** The service whose model ids are written without its name. */
export const defaultService: ServiceId = "openrouter";

/**
 * A model of a service, as it is written in settings, pins and stored chats. OpenRouter's ids are written verbatim, as
 * `author/slug[:variant]`; others have their service in front: `ollama::qwen3:8b`. A slash would clash with authors such as `mistralai/`.
 */
export type ModelId = string;

const serviceSeparator = "::";

export function modelIdOf(service: ServiceId, name: string): ModelId {
  return service === defaultService ? name : `${service}${serviceSeparator}${name}`;
}

export function serviceOf(model: ModelId): ServiceId {
  const end = model.indexOf(serviceSeparator);
  return end < 0 ? defaultService : model.slice(0, end);
}

/** The name by which the model's own service knows it. */
export function wireName(model: ModelId): string {
  const end = model.indexOf(serviceSeparator);
  return end < 0 ? model : model.slice(end + serviceSeparator.length);
}

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
  /** Parameters that the service does not tell about: the model may support them. */
  unknownParameters?: readonly string[];
  /** Bytes on the disk of a local server. */
  size?: number;
  /** Of a local server's model: whether it is in memory, so that it answers without being loaded first. */
  loaded?: boolean;
  /** How many requests a local server answers at a time with this model. */
  slots?: number;
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

/** The id without its service, author and `:free`, such as `gemma-4-31b-it`. */
export function modelSlug(id: ModelId): string {
  const name = wireName(id);
  return name.slice(name.lastIndexOf("/") + 1).replace(/:free$/, "");
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
