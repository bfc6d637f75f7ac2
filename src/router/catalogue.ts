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
  /** Zero-priced without `:free`: temporary, prompts usually logged. Opt-in. */
  preview: boolean;
  /** Whether it thinks before it answers, and whether that can be turned off. */
  reasoning?: { mandatory: boolean; defaultEnabled: boolean };
  moderated: boolean;
  /** Announced removal, `YYYY-MM-DD`. */
  expirationDate?: string;
}
