import { t } from "@vscode/l10n";
import { formatTime, formatTimeAhead } from "./timeFormat";
import type { FailureMessage } from "./failureAction";
import { servicePages, type Capability, type ExclusionRule, type FailureReason, type ModelId } from "./router/index";

/** A `RouterError` as plain data, as conversations store it. Holds everything that its message is built from. */
export interface Failure {
  readonly reason: FailureReason;
  /** The name of the service that failed, if it is not OpenRouter. */
  readonly service?: string;
  /** HTTP status, from the service or from a proxy in between. */
  readonly status?: number;
  /** The service's own error text, shown under *Details*. */
  readonly detail?: string;
  /** What the service rejects in the request, one line. */
  readonly complaint?: string;
  readonly link?: string;
  /** Epoch milliseconds. */
  readonly retryAt?: number;
  /** How many requests of the day are left. */
  readonly remaining?: number;
  readonly model?: ModelId;
  /** Names of the rules that excluded every model. */
  readonly rules?: readonly string[];
  /** The reason of each failed attempt, if there were several. */
  readonly tried?: readonly FailureReason[];
}

/** A message without what the failure itself adds. */
export type MessageRow = Omit<FailureMessage, "detail" | "others">;

type Row = (failure: Failure) => MessageRow;

const setKey = (sentence: string) => ({ sentence, label: t("Set API Key"), action: { do: "set-key" } as const });
const signIn = (sentence: string) => ({ sentence, label: t("Sign In"), action: { do: "sign-in" } as const });
export const retryButton = () => ({ label: t("Retry"), action: { do: "retry" } as const });
export const continueButton = () => ({ label: t("Continue"), action: { do: "continue" } as const });
export const testButton = () => ({ label: t("Test Connection"), action: { do: "test-connection" } as const });
export const anotherButton = () => ({ label: t("Ask Another Model"), action: { do: "another-model" } as const });
export const localModelsButton = () => ({ label: t("Use Local Models"), action: { do: "use-local-models" } as const });
const retry = (sentence: string) => ({ sentence, ...retryButton() });
export const askAnother = (sentence: string) => ({ sentence, ...anotherButton() });
const edit = (sentence: string) => ({ sentence, label: t("Edit Question"), action: { do: "edit" } as const });
export const testConnection = (sentence: string) => ({ sentence, ...testButton() });
const openLink = (sentence: string, label: string, url: string) => ({
  sentence,
  label,
  action: { do: "open-link", url } as const,
});

/** The message for each reason. A reason without a row does not compile. */
const rows: Readonly<Record<FailureReason, Row>> = {
  "no-key": () => signIn(t("OpenRouter requires a free account. Sign in to continue.")),
  // Not a rejected key: the user has not allowed it for this host.
  "key-withheld": () => ({
    sentence: t("Your API key was saved for another host, so it was not sent. Choose the key to use."),
    label: t("Choose Key"),
    action: { do: "set-key" },
  }),
  "no-candidate": ({ rules }) => ({
    sentence: noCandidateSentence(rules),
    label: t("Select Model"),
    action: { do: "choose-model" },
  }),
  "all-resting": ({ retryAt }) =>
    retry(
      retryAt === undefined
        ? t("All free models that fit are busy. Try again in a minute.")
        : t("All free models that fit are busy. The first one is available again at {0}.", formatTimeAhead(retryAt)),
    ),
  offline: (failure) =>
    needsConnectionTest(failure)
      ? testConnection(
          t(
            "A proxy, a certificate, or a network sign-in page is blocking the connection. Test the connection to find the cause.",
          ),
        )
      : retry(t("OpenRouter could not be reached. Check your network connection and proxy, then try again.")),
  "not-local": ({ detail }) => ({
    sentence: notLocalSentence(detail),
    label: t("Choose Order"),
    action: { do: "choose-order" },
  }),
  "web-page": () =>
    retry(
      t("The network returned a web page instead of an answer. Sign in to the network if required, then try again."),
    ),
  "server-not-running": () => retry(t("The local server is not running. Start it, then try again.")),
  "server-loading": () => retry(t("The local server is still loading the model. Try again in a moment.")),
  "out-of-memory": () => askAnother(t("This machine does not have enough memory for this model.")),
  aborted: () => retry(t("You stopped this request.")),

  unauthorized: () => setKey(t("OpenRouter rejected your API key. It may be mistyped or deleted; enter it again.")),
  "payment-required": () =>
    openLink(
      t(
        "OpenRouter asks for credits, although the models are free. Your balance may be negative, or a plugin that costs money is enabled in your account.",
      ),
      t("Open Credits"),
      servicePages.credits,
    ),
  "balance-negative": () =>
    openLink(
      t("Your OpenRouter balance is negative, which also blocks free models. Add credits to continue."),
      t("Open Credits"),
      servicePages.credits,
    ),
  "budget-exceeded": () =>
    openLink(
      t("The spending limit of this API key or workspace is reached. Raise the limit to continue."),
      t("Open API Keys"),
      servicePages.keys,
    ),
  // Without a link it is not the account but the setting of this extension that excludes the models.
  "data-policy": ({ link }) =>
    link === undefined
      ? retry(
          t(
            'Your setting "Data Collection" is Deny, which excludes the free models that were tried. Change the setting, then try again.',
          ),
        )
      : openLink(
          t(
            "Your OpenRouter privacy settings exclude all free models, because most free providers may store prompts or train on them. Change the settings to continue.",
          ),
          t("Open Privacy Settings"),
          servicePages.privacy,
        ),
  "rate-limit-minute": ({ retryAt }) =>
    retry(
      retryAt === undefined
        ? t("This minute's free requests are used up. Try again in a minute.")
        : t("This minute's free requests are used up. Try again at {0}.", formatTime(retryAt, true)),
    ),
  "rate-limit-day": ({ retryAt }) => ({
    sentence:
      retryAt === undefined
        ? t("Today's free requests are used up.")
        : t("Today's free requests are used up. The limit resets at {0}.", formatTimeAhead(retryAt)),
    ...localModelsButton(),
  }),
  reserved: ({ retryAt, remaining }) => ({
    sentence:
      retryAt === undefined || remaining === undefined
        ? t("The last free requests of the day are kept for your own questions.")
        : t(
            "The last free requests of the day are kept for your own questions ({0} left). Try again at {1}.",
            remaining,
            formatTimeAhead(retryAt),
          ),
    ...localModelsButton(),
  }),

  "rate-limit-unknown": () => retry(t("OpenRouter is not accepting requests right now. Try again in a minute.")),

  "bad-request": ({ complaint }) =>
    edit(
      complaint
        ? t("OpenRouter rejected this request: {0}", complaint)
        : t("OpenRouter could not process this request. Edit your question and try again."),
    ),
  "context-too-long": () =>
    edit(t("This request is too long for any free model. Remove an attachment or start a new chat.")),
  "too-large": () => edit(t("This request is too large to send. Remove an attachment.")),
  moderated: () => edit(t("The provider's safety filter blocked this question. Rephrase it and try again.")),

  "parameter-refused": () => askAnother(t("This model rejected an option of the request.")),
  "rate-limit-model": ({ retryAt }) => askAnother(withRetryTime(t("This model is busy."), retryAt)),
  "model-gone": () => askAnother(t("This model is no longer available for free.")),
  "model-refused": () => askAnother(t("This model is not available to your account.")),
  "capability-missing": () => askAnother(t("This model lacks a capability that the question requires.")),
  "provider-rejected": () => askAnother(t("The provider of this model rejected the request.")),
  "not-free": () => askAnother(t("This model now costs money, so it was not used.")),
  charged: () =>
    askAnother(t("This model charged your account although it is listed as free. It will not be used again.")),
  timeout: () => askAnother(t("The model took too long to respond.")),
  silent: () => askAnother(t("The model stopped responding.")),
  unavailable: () => askAnother(t("No provider is serving this model right now.")),
  "server-error": () => askAnother(t("The provider of this model had a server error.")),

  interrupted: () => ({ sentence: t("The answer was interrupted."), ...continueButton() }),
  malformed: () => askAnother(t("The model's answer could not be parsed.")),
  empty: () => askAnother(t("The model returned no answer.")),
  "out-of-tokens": () => askAnother(t("The model reached its length limit before its answer was complete.")),
  "bad-tool-call": () => askAnother(t("The model made an invalid tool call.")),
  "schema-mismatch": () => askAnother(t("The model's answer did not match the requested format.")),
  internal: () => ({
    sentence: t("An error occurred in this extension. Check the log for details."),
    label: t("Show Log"),
    action: { do: "show-log" },
  }),
  outrun: () => askAnother(t("Replaced by a faster model.")),
};

/** A sentence about models that are only busy, and when to ask them again. Without the time if it has come. */
export function withRetryTime(sentence: string, retryAt: number | undefined): string {
  if (retryAt === undefined) return `${sentence} ${t("Try again in a minute.")}`;
  return retryAt <= Date.now() ? sentence : `${sentence} ${t("Try again at {0}.", formatTimeAhead(retryAt))}`;
}

/** The messages that name the service, for failures of others than OpenRouter. */
const serviceRows: Partial<Readonly<Record<FailureReason, (service: string, failure: Failure) => MessageRow>>> = {
  "no-key": (service) => setKey(t("No API key for {0} is saved. Enter it to continue.", service)),
  offline: (service) => retry(t("{0} could not be reached. Check your network connection, then try again.", service)),
  "server-not-running": (service) => retry(t("{0} is not running. Start it, then try again.", service)),
  "server-loading": (service) => retry(t("{0} has not loaded a model yet. Try again in a moment.", service)),
  unauthorized: (service) =>
    setKey(t("{0} rejected your API key. It may be mistyped or deleted; enter it again.", service)),
  "payment-required": (service) => askAnother(t("{0} asks for money, so it was not used.", service)),
  "data-policy": (service) =>
    askAnother(t('{0} may keep or train on prompts, and your setting "Data Collection" is Deny.', service)),
  "rate-limit-minute": (service) => retry(t("{0} accepts no more requests in this minute.", service)),
  "rate-limit-day": (service, { retryAt }) =>
    retry(
      retryAt === undefined
        ? t("{0} accepts no more free requests today.", service)
        : t("{0} accepts no more free requests before {1}.", service, formatTimeAhead(retryAt)),
    ),
  "bad-request": (service, { complaint }) =>
    edit(
      complaint
        ? t("{0} rejected this request: {1}", service, complaint)
        : t("{0} could not process this request. Edit your question and try again.", service),
    ),
  "model-gone": (service) => askAnother(t("{0} does not have this model.", service)),
};

/** `host` is where the request was to go. */
export function notLocalSentence(host: string | undefined): string {
  return host ? t("Only local is on, so nothing is sent to {0}.", host) : t("Only local is on, so nothing is sent.");
}

/** Sentences for rules that can exclude every model on their own. */
const exclusionSentences: Partial<Record<ExclusionRule, () => string>> = {
  paid: () => t("OpenRouter offers no free models right now. Try again later."),
  excluded: () => t("All suitable free models are excluded by your settings."),
  charged: () => t("The free models that can do this charged your account before, so they are no longer used."),
  preview: () => t("Only preview models can do this, and your settings exclude them."),
  gone: () => t("The free models that can do this were removed or are not available to your account."),
};

const capabilityLabels: Readonly<Record<Capability, () => string>> = {
  image: () => t("read images"),
  file: () => t("read PDF files"),
  audio: () => t("process audio"),
  video: () => t("process video"),
  tools: () => t("call tools"),
  tool_choice: () => t("be required to call a tool"),
  structured_outputs: () => t("follow a JSON schema"),
  response_format: () => t("answer in JSON"),
};

function noCandidateSentence(rules: readonly string[] = []): string {
  for (const [rule, sentence] of Object.entries(exclusionSentences)) if (rules.includes(rule)) return sentence();
  const missing = Object.entries(capabilityLabels).flatMap(([capability, label]) =>
    rules.includes(`no-${capability}`) ? [label()] : [],
  );
  const [first, ...others] = missing;
  if (first === undefined) return t("No free model can answer this question right now.");
  return others.length === 0
    ? t("No free model can {0} right now.", first)
    : t("No free model can do all of this right now: {0}.", missing.join(", "));
}

/** Whether a retry cannot help: a proxy, redirect, or certificate problem. */
function needsConnectionTest({ status = 0, detail = "" }: Failure): boolean {
  return (
    (status >= 300 && status < 400) ||
    status === 407 ||
    /CERT|SELF_SIGNED|UNABLE_TO_|TLS|SSL|EPROTO|proxy|tunnel|\b407\b|redirect/i.test(detail)
  );
}

/** The row for a failure, which names its service if that is not OpenRouter. */
export function messageRow(failure: Failure): MessageRow {
  const { reason, service } = failure;
  return (service !== undefined && serviceRows[reason]?.(service, failure)) || rows[reason](failure);
}
