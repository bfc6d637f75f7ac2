import { requiredCapabilities } from "../../../src/router/capability";
import type { Model } from "../../../src/router/model";
import type { PoolFilter } from "../../../src/router/pool";
import type { CompletionRequest } from "../../../src/router/request";
import { snapshotDay } from "../../support/clock";

/** A free text model that can do nothing special, but for what is given. */
export function model(id: string, more: Partial<Model> = {}): Model {
  return {
    ...{ id, canonicalSlug: id.replace(/:free$/, ""), name: id, contextLength: 128_000 },
    ...{ inputModalities: ["text"], outputModalities: ["text"], supportedParameters: [] },
    ...{ router: false, preview: false, moderated: false },
    ...more,
  };
}

export const question: CompletionRequest = { messages: [{ role: "user", content: "Why is the sky blue?" }] };

/** A filter of the snapshot's day that lets every free model pass that can take the request. */
export function filterFor(request: CompletionRequest = question, more: Partial<PoolFilter> = {}): PoolFilter {
  return {
    ...{ needs: requiredCapabilities(request), maxTokens: request.max_tokens, exclude: new Set(), named: new Set() },
    ...{ includePreviewModels: false, now: snapshotDay },
    refusals: { out: () => undefined, lacks: () => false },
    ...more,
  };
}

/** A row of `GET /models` as the service sends it for a free text model, but for what is given. */
export function row(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ id, canonical_slug: id.replace(/:free$/, ""), name: id, context_length: 128_000 },
    architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Other" },
    pricing: { prompt: "0", completion: "0" },
    top_provider: { context_length: 128_000, max_completion_tokens: null, is_moderated: false },
    supported_parameters: [],
    expiration_date: null,
    ...more,
  };
}
