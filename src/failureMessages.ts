import { t } from "@vscode/l10n";
import { formatTime } from "./timeFormat";
import type { FailureAction, FailureButton, FailureMessage } from "./failureAction";
import {
  isRouterError,
  servicePages,
  type Capability,
  type ExclusionRule,
  type FailureReason,
  type ModelId,
  type RouterEvent,
} from "./router/index";

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

type Row = (failure: Failure) => Omit<FailureMessage, "detail" | "others">;

const setKey = (sentence: string) => ({ sentence, label: t("Set API Key"), action: { do: "set-key" } as const });
const signIn = (sentence: string) => ({ sentence, label: t("Sign In"), action: { do: "sign-in" } as const });
const retryButton = () => ({ label: t("Retry"), action: { do: "retry" } as const });
const anotherButton = () => ({ label: t("Ask Another Model"), action: { do: "another-model" } as const });
const retry = (sentence: string) => ({ sentence, ...retryButton() });
const askAnother = (sentence: string) => ({ sentence, ...anotherButton() });
const edit = (sentence: string) => ({ sentence, label: t("Edit Question"), action: { do: "edit" } as const });
const testConnection = (sentence: string) => ({
  sentence,
  label: t("Test Connection"),
  action: { do: "test-connection" } as const,
});
const openLink = (sentence: string, label: string, url: string) => ({
  sentence,
  label,
  action: { do: "open-link", url } as const,
});

/** The message for each reason. A reason without a row does not compile. */
const rows: Readonly<Record<FailureReason, Row>> = {
  "no-key": () => signIn(t("OpenRouter requires a free account. Sign in; your question is saved.")),
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
        : t("All free models that fit are busy. The first one is available again at {0}.", formatTime(retryAt)),
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
        ? t("Today's free requests are used up. The limit resets at midnight UTC.")
        : t("Today's free requests are used up. The limit resets at {0}.", formatTime(retryAt)),
    label: t("Use Local Models"),
    action: { do: "use-local-models" },
  }),
  reserved: ({ retryAt, remaining }) => ({
    sentence:
      retryAt === undefined || remaining === undefined
        ? t("The last free requests of the day are kept for your own questions.")
        : t(
            "The last free requests of the day are kept for your own questions ({0} left). Try again at {1}.",
            remaining,
            formatTime(retryAt),
          ),
    label: t("Use Local Models"),
    action: { do: "use-local-models" },
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
  "rate-limit-model": () => askAnother(t("This model is busy.")),
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

  interrupted: () => ({ sentence: t("The answer was interrupted."), label: t("Continue"), action: { do: "continue" } }),
  malformed: () => askAnother(t("The model's answer could not be parsed.")),
  empty: () => askAnother(t("The model returned no answer.")),
  "out-of-tokens": () => askAnother(t("The model used all its output tokens for reasoning and returned no answer.")),
  "bad-tool-call": () => askAnother(t("The model made an invalid tool call.")),
  "schema-mismatch": () => askAnother(t("The model's answer did not match the requested format.")),
  internal: () => ({
    sentence: t("An error occurred in this extension. Check the log for details."),
    label: t("Show Log"),
    action: { do: "show-log" },
  }),
  outrun: () => askAnother(t("Replaced by a faster model.")),
};

/** The messages that name the service, for failures of others than OpenRouter. */
const serviceRows: Partial<Readonly<Record<FailureReason, (service: string, failure: Failure) => ReturnType<Row>>>> = {
  "no-key": (service) => setKey(t("No API key for {0} is saved. Enter it; your question is kept.", service)),
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
        : t("{0} accepts no more free requests before {1}.", service, formatTime(retryAt)),
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

/**
 * The message and actions for a failure. `hasPartialAnswer`: part of the answer was received, so it can be continued. `hasReasoning`: only
 * reasoning was received.
 */
export function failureMessage(failure: Failure, hasPartialAnswer = false, hasReasoning = false): FailureMessage {
  const message =
    failure.reason === "interrupted" && !hasPartialAnswer
      ? interruptedMessage(failure, hasReasoning)
      : messageRow(failure);
  const { link, detail, tried } = failure;
  const sentence = tried && message.action.do === "another-model" ? triedSentence(tried) : message.sentence;
  const action: FailureAction =
    message.action.do === "open-link" && link !== undefined ? { do: "open-link", url: link } : message.action;
  const others = otherButtons(failure.reason, action);
  return {
    ...message,
    sentence,
    action,
    ...(others.length > 0 && { others }),
    ...(detail !== undefined && { detail }),
  };
}

/** The connection is to blame for an interruption only if no model got as far as to reason, and none failed otherwise. */
function interruptedMessage({ tried = [] }: Failure, hasReasoning: boolean): ReturnType<Row> {
  if (hasReasoning || tried.some((reason) => reason !== "interrupted"))
    return askAnother(t("The model broke off before it answered."));
  return testConnection(t("The connection was lost before the answer started. Test the connection to find the cause."));
}

/** The same request would fail in the same way, or the main action repeats it by itself. */
const notRetried: readonly FailureReason[] = [
  ...(["no-key", "key-withheld", "unauthorized", "not-local", "rate-limit-day"] as const),
  ...(["bad-request", "context-too-long", "too-large", "moderated"] as const),
  ...(["parameter-refused", "model-gone", "model-refused", "capability-missing", "not-free", "charged"] as const),
];
/** Failures whose main action is another one, although another model may answer. */
const otherModelHelps: readonly FailureReason[] = ["moderated", "bad-request", "interrupted"];

/** *Retry* and *Ask Another Model* where they can help, and *Check Again* for a day that may be over. */
function otherButtons(reason: FailureReason, main: FailureAction): FailureButton[] {
  const buttons: FailureButton[] = [];
  if (main.do !== "retry" && !notRetried.includes(reason)) buttons.push(retryButton());
  if (main.do !== "another-model" && otherModelHelps.includes(reason)) buttons.push(anotherButton());
  if (reason === "rate-limit-day") buttons.push({ label: t("Check Again"), action: { do: "check-again" } });
  return buttons;
}

function messageRow(failure: Failure): ReturnType<Row> {
  const { reason, service } = failure;
  return (service !== undefined && serviceRows[reason]?.(service, failure)) || rows[reason](failure);
}

/** Any thrown value as a `Failure`. An error that is not a `RouterError` is a bug in this extension; its text goes under *Details*. */
export function toFailure(error: unknown): Failure {
  if (!isRouterError(error)) return { reason: "internal", detail: String(error) };
  const { reason, service, status, detail, complaint, link, retryAt, remaining, model, rules, attempts } = error;
  return {
    reason,
    ...(service !== undefined && { service }),
    ...(status !== undefined && { status }),
    ...(detail !== undefined && { detail }),
    ...(complaint !== undefined && { complaint }),
    ...(link !== undefined && { link }),
    ...(retryAt !== undefined && { retryAt }),
    ...(remaining !== undefined && { remaining }),
    ...(model !== undefined && { model }),
    ...(rules.length > 0 && { rules }),
    ...(attempts.length > 1 && { tried: attempts.map((attempt) => attempt.reason) }),
  };
}

/** The message and action for any thrown value. */
export function errorMessage(error: unknown): FailureMessage {
  return failureMessage(toFailure(error));
}

const shortLabels: Partial<Record<FailureReason, () => string>> = {
  "rate-limit-model": () => t("busy"),
  "rate-limit-unknown": () => t("busy"),
  unavailable: () => t("busy"),
  silent: () => t("timed out"),
  timeout: () => t("timed out"),
  interrupted: () => t("interrupted"),
  "model-gone": () => t("unavailable"),
  outrun: () => t("slower"),
};

/** Counts failed attempts by kind: `["2 busy", "1 timed out"]`. */
export function attemptSummaries(reasons: readonly FailureReason[]): string[] {
  const labels = reasons.map((reason) => shortLabels[reason]?.() ?? t("failed"));
  return [...Map.groupBy(labels, (label) => label)].map(([label, { length }]) => `${length} ${label}`);
}

function triedSentence(tried: readonly FailureReason[]): string {
  return t("Tried {0} free models, but none could answer: {1}.", tried.length, attemptSummaries(tried).join(", "));
}

type NoticeEvent = Extract<RouterEvent, { type: "notice" }>;

/** The text of a router notice: something that the user should know about an answer that did not fail. */
export function noticeMessage(event: NoticeEvent): string {
  switch (event.notice) {
    case "pinned-unavailable":
      return t("{0} is not available for this question, so another free model is answering.", event.model);
    case "charged":
      return t(
        "OpenRouter reports that this answer cost {0} USD, although {1} is listed as free. The model is no longer used; Select Model can bring it back.",
        event.cost ?? 0,
        event.model,
      );
    case "truncated":
      return t("Part of the conversation did not fit into the context window of {0} and was left out.", event.model);
    case "service-used-up":
      return t("{0} has no free requests left today, so another service is answering.", event.name);
  }
}
