import { requiredCapabilities } from "../../../src/router/capability";
import type { Model } from "../../../src/router/model";
import type { PoolFilter } from "../../../src/router/pool";
import type { CompletionRequest } from "../../../src/router/request";
import { snapshotDay } from "../../support/clock";

/** A free text-only model without special capabilities, with these fields replaced. */
export function model(id: string, fields: Partial<Model> = {}): Model {
  return {
    ...{ id, canonicalSlug: id.replace(/:free$/, ""), name: id, contextLength: 128_000 },
    ...{ inputModalities: ["text"], outputModalities: ["text"], supportedParameters: [] },
    ...{ router: false, preview: false, moderated: false },
    ...fields,
  };
}

export const question: CompletionRequest = { messages: [{ role: "user", content: "Why is the sky blue?" }] };

/** A filter for the day of the snapshot that only excludes models that cannot handle the request. */
export function filterFor(request: CompletionRequest = question, fields: Partial<PoolFilter> = {}): PoolFilter {
  return {
    ...{
      needs: requiredCapabilities(request),
      maxTokens: request.max_tokens,
      exclude: new Set(),
      namedByUser: new Set(),
    },
    ...{ includePreviewModels: false, onlyNamed: false, now: snapshotDay },
    refusals: { refusalOf: () => undefined, lacks: () => false, isCharged: () => false },
    ...fields,
  };
}

/** A row of `GET /models` for a free text model, with these fields replaced. */
export function row(id: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ id, canonical_slug: id.replace(/:free$/, ""), name: id, context_length: 128_000 },
    architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Other" },
    pricing: { prompt: "0", completion: "0" },
    top_provider: { context_length: 128_000, max_completion_tokens: null, is_moderated: false },
    supported_parameters: [],
    expiration_date: null,
    ...fields,
  };
}
