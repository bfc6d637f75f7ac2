import type { ModelId, ServiceId } from "./model";
import type { ServiceKind } from "./services/serviceKinds";

/** How models are picked from the candidate pool. `fallbacks` tries the user's ordered list before the rest of the pool. */
export type Strategy = "random" | "adaptive" | "server" | "pinned" | "fallbacks";

/** Which services are asked first. `only-local` asks no others. */
export type ServiceOrder = "openrouter-first" | "local-first" | "only-local" | "all-alike";

/** A service that the user allowed beside OpenRouter. */
export interface ServiceUse {
  /** Names the service in model ids; for `custom`, chosen by the user. */
  readonly id: ServiceId;
  readonly kind: ServiceKind;
  /** What the user calls it. */
  readonly name?: string | undefined;
  readonly baseUrl: string;
  /** Whether its models are asked without being named in the settings: the user has confirmed that it cannot charge. */
  readonly automatic: boolean;
}

/** Settings that may change between requests. Times in milliseconds. */
export interface RouterSettings {
  /** The base URL of OpenRouter's API, without a trailing slash. */
  baseUrl: string;
  strategy: Strategy;
  /** The model of the strategy `pinned`. */
  pinnedModel: ModelId | undefined;
  /** The models of the strategy `fallbacks`, in order. */
  fallbacks: readonly ModelId[];
  /** Models that are never used. */
  exclude: readonly ModelId[];
  /** Whether to use zero-priced models without `:free`: temporary previews whose prompts are usually logged. */
  includePreviewModels: boolean;
  /** `deny` allows only providers that do not store prompts, which leaves few or no free models. */
  dataCollection: "allow" | "deny";
  /** Whether requests name up to three more models of the pool, so that the service can fail over by itself. */
  serverFallbacks: boolean;
  maxAttempts: number;
  firstContentMs: number;
  betweenContentsMs: number;
  /** Ask a second model as well if the first sends nothing for this time. `auto`: by what is known of the model; 0: never. */
  hedgeAfterMs: number | "auto";
  /** Requests per minute of the account, unless the service reports a lower limit. */
  requestsPerMinute: number;
  /** The services beside OpenRouter. */
  services: readonly ServiceUse[];
  serviceOrder: ServiceOrder;
}

/** The settings for one request. */
export interface RequestSettings extends RouterSettings {
  /** How many requests of a service's day it leaves to others. */
  readonly reserve?: number | undefined;
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
  hedgeAfterMs: "auto",
  requestsPerMinute: 20,
  services: [],
  serviceOrder: "openrouter-first",
};
