import { t } from "@vscode/l10n";
import { failureMessage } from "../../failureMessages";
import { serviceOf, type Model, type ServiceState } from "../../router/index";
import { requestsLeft } from "./requestsLeft";
import type { SendWarning } from "./sendWarning";

export interface QuotaWarningOptions {
  /** The services in use. */
  readonly services: readonly ServiceState[];
  /** The models that can answer the question. */
  readonly pool: readonly Model[];
  /** The most requests of the question, without failed attempts. */
  readonly most: number;
}

/** With more requests left today there is no warning. A question whose model fails takes a second one. */
const few = 3;

/** Warns that few free requests are left today, or fewer than the question can take. A local model in the pool needs none. */
export function quotaWarning({ services, pool, most }: QuotaWarningOptions): SendWarning | undefined {
  const asked = services.filter(({ id }) => pool.some((model) => serviceOf(model.id) === id));
  if (asked.some(({ place }) => place === "local")) return undefined;
  const { today: left } = requestsLeft(asked);
  if (left === undefined || left >= Math.max(few + 1, most)) return undefined;
  if (left === 0) return usedUpWarning(asked);
  const text =
    left === 1 ? t("This is your last free request today.") : t("You have {0} free requests left today.", left);
  return most > left ? { text: `${text} ${t("This question can take up to {0}.", most)}` } : { text };
}

/** The sentence of an answer that fails for this reason. */
function usedUpWarning(services: readonly ServiceState[]): SendWarning {
  const retryAt = Math.min(...services.flatMap(({ quota }) => quota?.resetsAt ?? []));
  return { text: failureMessage({ reason: "rate-limit-day", retryAt }).sentence, until: retryAt };
}
