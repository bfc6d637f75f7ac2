import type { ModelId } from "./model";

/** How a model is picked from the candidate pool. `fallbacks` walks the user's ordered list before the pool. */
export type Strategy = "random" | "adaptive" | "server" | "pinned" | "fallbacks";

/** Everything about a router that may change between two requests. Times in milliseconds. */
export interface RouterSettings {
  /** Where the API is, without a trailing slash. */
  baseUrl: string;
  strategy: Strategy;
  /** The one model of the strategy `pinned`. */
  pinnedModel: ModelId | undefined;
  /** The ordered models of the strategy `fallbacks`. */
  fallbacks: readonly ModelId[];
  /** Models never to be used. */
  exclude: readonly ModelId[];
  /** Whether zero-priced ids without `:free` (temporary previews, prompts usually logged) may be picked. */
  includePreviewModels: boolean;
  /** `deny` asks only for providers that keep no prompts; on free models that leaves few or none. */
  dataCollection: "allow" | "deny";
  /** Whether up to three more of the pool go along in `models`, so that the service can fail over by itself. */
  serverFallbacks: boolean;
  maxAttempts: number;
  firstContentMs: number;
  betweenContentsMs: number;
  /** Start a second model when the first was silent for so long; 0 never does. */
  hedgeAfterMs: number;
  /** Requests that the account may make in a minute until the service says otherwise. */
  requestsPerMinute: number;
}

export const defaultSettings: RouterSettings = {
  baseUrl: "https://openrouter.ai/api/v1",
  strategy: "random",
  pinnedModel: undefined,
  fallbacks: [],
  exclude: [],
  includePreviewModels: false,
  dataCollection: "allow",
  serverFallbacks: true,
  maxAttempts: 4,
  firstContentMs: 30_000,
  betweenContentsMs: 20_000,
  hedgeAfterMs: 0,
  requestsPerMinute: 20,
};
