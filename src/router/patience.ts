import type { Quota } from "./quota";
import type { ModelId } from "./model";
import type { RouterSettings } from "./settings";
import type { Tracker } from "./tracker";

/** The patience with a model without a record. Measured as a good start: it costs hardly a request more than waiting 30 seconds. */
const startPatienceMs = 5_000;
/** The last requests of a day are not spent on a second model. */
const savedRequests = 5;
/** The daily limit of most accounts, as long as the service has not reported it. */
const usualDailyLimit = 50;

/**
 * How long to wait for the first content of a model before another one is asked as well, milliseconds; `Infinity` for as long as the
 * deadline allows. With `auto`, the time that the model itself rarely exceeds.
 */
export function patienceMs(
  model: ModelId,
  { hedgeAfterMs }: Pick<RouterSettings, "hedgeAfterMs">,
  quota: Quota,
  tracker: Pick<Tracker, "usualPatienceMs">,
): number {
  if (hedgeAfterMs !== "auto") return hedgeAfterMs > 0 ? hedgeAfterMs : Infinity;
  return hasRequestsToSpare(quota) ? (tracker.usualPatienceMs(model) ?? startPatienceMs) : Infinity;
}

function hasRequestsToSpare({ used, remaining }: Quota): boolean {
  if (remaining !== undefined) return remaining > savedRequests;
  // An account that has sent more than the usual limit has a higher one.
  return used >= usualDailyLimit || usualDailyLimit - used > savedRequests;
}
