import { t } from "@vscode/l10n";
import { defaultService, serviceOf, type ModelId } from "../router/index";

/** How many models can answer the same question: more columns cannot be read, and each costs a request. */
export const modelCount = { min: 2, max: 3 } as const;

/** What asking several models costs, or why it cannot be done. */
export interface SeveralModelsPrice {
  readonly sentence: string;
  readonly isPossible: boolean;
}

/**
 * What it costs to ask these models at once, before anything is sent. `left`: the requests that OpenRouter's account has left today, if that
 * is known; models of other services take none of them. Each model that fails may take another request.
 */
export function priceOf(models: readonly ModelId[], left: number | undefined): SeveralModelsPrice {
  if (models.length < modelCount.min || models.length > modelCount.max)
    return { sentence: t("Choose two or three models."), isPossible: false };
  const counted = models.filter((model) => serviceOf(model) === defaultService).length;
  if (counted === 0) return { sentence: t("This takes none of OpenRouter's requests."), isPossible: true };
  if (left === undefined) return { sentence: requestsText(counted), isPossible: true };
  if (left < counted)
    return {
      sentence: t("This takes at least {0} requests, but only {1} are left today.", counted, left),
      isPossible: false,
    };
  return {
    sentence: t("This takes at least {0} of your {1} free requests left today.", counted, left),
    isPossible: true,
  };
}

function requestsText(count: number): string {
  return count === 1 ? t("This takes at least one request.") : t("This takes at least {0} requests.", count);
}
