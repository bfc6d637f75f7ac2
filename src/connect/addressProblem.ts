import { t } from "@vscode/l10n";
import { isRouterError, serviceName, type FailureReason, type ServiceUse } from "../router/index";
import { networkReasons } from "./networkProblem";

/** What answers is not a service: a web page, or a document that is no list of models. */
const otherAnswers: readonly FailureReason[] = ["web-page", "malformed", "bad-request", "model-gone"];

/**
 * What is wrong with the address of a new service, from the error of its check. `undefined` if it answered, also with a refusal: its key is
 * not known yet, or *Only local* forbids to ask it.
 */
export function addressProblem(error: unknown, use: Omit<ServiceUse, "id">): string | undefined {
  const reason = isRouterError(error) ? error.reason : "internal";
  if (otherAnswers.includes(reason)) return t("What answers at {0} is not an OpenAI-compatible service.", use.baseUrl);
  const isSilent = networkReasons.has(reason) || reason === "server-not-running" || reason === "aborted";
  return isSilent ? t("{0} did not answer at {1}.", serviceName(use), use.baseUrl) : undefined;
}
