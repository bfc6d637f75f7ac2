import { t } from "@vscode/l10n";
import type { FailureMessage } from "../failureAction";
import { errorMessage, notLocalSentence } from "../failureMessages";
import { settings as ids } from "../manifest";
import { causesOf, isRouterError, servicePages, type FailureReason } from "../router/index";
import { openPage, openSetting, problem, testAgain, type ConnectionFinding } from "./connectionFinding";
import {
  networkProblem,
  networkReasons,
  webPageProblem,
  type ConnectionProblemOptions,
  type NetworkProblemOptions,
} from "./networkProblem";

/** Explains why a request to the service failed. */
export function connectionProblem(error: unknown, options: ConnectionProblemOptions): ConnectionFinding {
  const reason = isRouterError(error) ? error.reason : "internal";
  // A trial question may have gone to another service.
  if (isRouterError(error) && error.service !== undefined) return testAgain(errorMessage(error).sentence);
  const row = serviceRows[reasonOf(error)];
  if (row) return row(options, errorMessage(error));
  if (isRouterError(error) && !networkReasons.has(reason)) return testAgain(errorMessage(error).sentence);
  return networkProblem(error, atOpenRouter(options)) ?? unknownFinding(error, options);
}

/** A 403 with an HTML body comes from a web filter, since the service answers with JSON; any other 403 is about the account. */
function reasonOf(error: unknown): FailureReason {
  if (!isRouterError(error)) return "internal";
  if (error.status !== 403) return error.reason;
  if (error.reason === "model-refused" && /^\s*</.test(error.detail ?? "")) return "web-page";
  return error.reason === "bad-request" ? "model-refused" : error.reason;
}

/** The chain of causes for the log, one line each. */
export function causeLines(error: unknown): string[] {
  return causesOf(error).map(({ code, message }) => [code, message].filter(Boolean).join(": "));
}

/** Errors that the service itself reported, or that kept the request from being sent. All others happened on the way to it. */
const serviceRows: Partial<
  Record<FailureReason, (options: ConnectionProblemOptions, message: FailureMessage) => ConnectionFinding>
> = {
  "no-key": () => problem(t("Connected, but no API key is set. Sign in to continue."), t("Sign In"), { do: "sign-in" }),
  "not-local": ({ baseUrl }) =>
    problem(notLocalSentence(new URL(baseUrl).host), t("Choose Order"), { do: "choose-order" }),
  "key-withheld": () =>
    problem(
      t("Connected, but your API key was saved for another host, so it was not sent. Choose the key to use."),
      t("Choose Key"),
      { do: "set-key" },
    ),
  unauthorized: () =>
    problem(t("Connected, but OpenRouter rejected your API key. Enter it again."), t("Set API Key"), {
      do: "set-key",
    }),
  "payment-required": () =>
    openPage(
      t(
        "OpenRouter asks for credits, although the models are free. Your balance may be negative, or a plugin that costs money is enabled in your account.",
      ),
      t("Open Credits"),
      servicePages.credits,
    ),
  "balance-negative": () =>
    openPage(
      t("Your OpenRouter balance is negative, which also blocks free models. Add credits to continue."),
      t("Open Credits"),
      servicePages.credits,
    ),
  "budget-exceeded": () =>
    openPage(
      t("The spending limit of your API key is reached, which also blocks free models. Raise the limit to continue."),
      t("Open API Keys"),
      servicePages.keys,
    ),
  "data-policy": () =>
    openPage(
      t("Connected, but your OpenRouter privacy settings exclude all free models. Change the settings to continue."),
      t("Open Privacy Settings"),
      servicePages.privacy,
    ),
  "rate-limit-day": (_options, { sentence }) =>
    openPage(t("Connected. {0}", sentence), t("Get More Requests"), servicePages.credits),
  "rate-limit-minute": () =>
    testAgain(t("Connected, but this minute's free requests are used up. Try again in a minute.")),
  "rate-limit-unknown": () =>
    testAgain(t("Connected, but OpenRouter is not accepting requests right now. Try again in a minute.")),
  "web-page": (options) => webPageProblem(atOpenRouter(options)),
  "model-refused": () => restrictionFinding(),
  moderated: () => restrictionFinding(),
  malformed: () => addressFinding(),
  "bad-request": () => addressFinding(),
  "server-error": () => statusFinding(),
  unavailable: () => statusFinding(),
};

function atOpenRouter(options: ConnectionProblemOptions): NetworkProblemOptions {
  return { ...options, service: "OpenRouter", addressSetting: ids.baseUrl };
}

function addressFinding(): ConnectionFinding {
  return openSetting(
    t("The server at the API address in your settings is not OpenRouter. Correct the address."),
    t("Open Setting"),
    ids.baseUrl,
  );
}

function restrictionFinding(): ConnectionFinding {
  return openPage(
    t("Connected, but OpenRouter blocked your API key or account. Check the restrictions of the key."),
    t("Open API Keys"),
    servicePages.keys,
  );
}

function statusFinding(): ConnectionFinding {
  return openPage(
    t("Connected, but OpenRouter returned a server error. Check its status page."),
    t("Open Status Page"),
    servicePages.status,
  );
}

function unknownFinding(error: unknown, { baseUrl }: ConnectionProblemOptions): ConnectionFinding {
  const message = error instanceof Error ? error.message : String(error);
  return testAgain(t("The test of {0} failed: {1}", new URL(baseUrl).hostname, message));
}
