import { t } from "@vscode/l10n";
import { hostOf, originOf } from "../config/baseUrl";
import { errorMessage, notLocalSentence } from "../failureMessages";
import { settings as ids } from "../manifest";
import {
  isLoopbackUrl,
  isRouterError,
  serviceDescription,
  serviceName,
  type FailureReason,
  type RouterError,
  type ServiceUse,
} from "../router/index";
import { openSetting, problem, testAgain, type ConnectionFinding } from "./connectionFinding";
import { networkProblem, networkReasons, webPageProblem, type NetworkProblemOptions } from "./networkProblem";

export interface ServiceProblemOptions {
  /** The proxy's address, if one is set. */
  readonly proxy: string | undefined;
  /** The name of the machine on which this extension runs. */
  readonly machine: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Explains why a service beside OpenRouter cannot answer. The sentence names it. */
export function serviceProblem(error: unknown, use: ServiceUse, options: ServiceProblemOptions): ConnectionFinding {
  const { proxy, now } = options;
  const service = serviceName(use);
  const network = { baseUrl: use.baseUrl, service, addressSetting: ids.services, proxy, now };
  const reason = isRouterError(error) ? error.reason : "internal";
  const row = isRouterError(error) ? rows[reason]?.({ use, error, network, where: placeOf(use, options) }) : undefined;
  if (row) return row;
  if (isLocalServer(use) && networkReasons.has(reason))
    return testAgain(t("{0} does not respond on {1}. Restart it, then test again.", service, placeOf(use, options)));
  const problem = networkReasons.has(reason) ? networkProblem(error, network) : undefined;
  return problem ?? testAgain(errorMessage(error).sentence);
}

/** Whether it is a server of the user, not a company. */
export function isLocalServer({ kind, baseUrl }: ServiceUse): boolean {
  const { place } = serviceDescription(kind);
  return place === "local" || (place === "either" && isLoopbackUrl(baseUrl));
}

/** Where a server runs: this machine, or its host. */
export function placeOf({ baseUrl }: ServiceUse, { machine }: Pick<ServiceProblemOptions, "machine">): string {
  return isLoopbackUrl(baseUrl) ? machine : hostOf(originOf(baseUrl));
}

interface Failed {
  readonly use: ServiceUse;
  readonly error: RouterError;
  readonly network: NetworkProblemOptions;
  readonly where: string;
}

const rows: Partial<Record<FailureReason, (failed: Failed) => ConnectionFinding>> = {
  "server-not-running": ({ use, where }) =>
    use.kind === "custom"
      ? testAgain(t("{0} is not running on {1}. Start it, then test again.", serviceName(use), where))
      : problem(
          t("{0} is not running on {1}. Start it, then look for local models.", serviceName(use), where),
          t("Use Local Models"),
          { do: "use-local-models" },
        ),
  "no-key": ({ use }) => {
    const name = serviceName(use);
    return problem(t("No API key for {0} is saved.", name), t("Enter Key for {0}", name), { do: "enter-key", use });
  },
  unauthorized: ({ use }) => {
    const name = serviceName(use);
    // The kinds of local servers get no key: most have none.
    if (serviceDescription(use.kind).place === "local")
      return testAgain(
        t("{0} requires an API key. Start it without one, or add it as another OpenAI-compatible service.", name),
      );
    const sentence = t("{0} rejected your API key. Copy it again or create a new one.", name);
    return problem(sentence, t("Replace Key for {0}", name), { do: "enter-key", use });
  },
  "data-policy": ({ error }) => openSetting(errorMessage(error).sentence, t("Open Setting"), ids.dataCollection),
  "rate-limit-day": ({ error }) =>
    problem(errorMessage(error).sentence, t("Use Local Models"), { do: "use-local-models" }),
  "not-local": ({ error, use }) =>
    problem(notLocalSentence(error.detail ?? hostOf(originOf(use.baseUrl))), t("Choose Order"), { do: "choose-order" }),
  "web-page": ({ network }) => webPageProblem(network),
  malformed: addressProblem,
  "bad-request": addressProblem,
  "model-gone": addressProblem,
};

/** Something answers, but not with a list of models. */
function addressProblem({ use }: Failed): ConnectionFinding {
  const sentence = t("What answers at the address of {0} is another service. Correct the address.", serviceName(use));
  return openSetting(sentence, t("Open Setting"), ids.services);
}
