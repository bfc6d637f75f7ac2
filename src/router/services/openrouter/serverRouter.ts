import type { ModelId } from "../../model";

/** The service's own router, which picks a free model at random. Used by the strategy `server`. */
export const serverRouter: ModelId = "openrouter/free";

/** `models` accepts three ids next to `model`; a fourth causes status 400 (undocumented, observed in 2026). */
export const maxFallbacks = 3;
