import { t } from "@vscode/l10n";
import type { FailureAction, FailureButton, FailureMessage } from "./failureAction";
import {
  anotherButton,
  askAnother,
  continueButton,
  localModelsButton,
  messageRow,
  retryButton,
  testButton,
  testConnection,
  withRetryTime,
  type Failure,
  type MessageRow,
} from "./failureRows";
import { isBlameless, isRouterError, type FailureReason, type RouterEvent } from "./router/index";

export { notLocalSentence, type Failure } from "./failureRows";

/**
 * The message and actions for a failure. `hasPartialAnswer`: part of the answer was received, so it can be continued. `hasReasoning`: only
 * reasoning was received.
 */
export function failureMessage(failure: Failure, hasPartialAnswer = false, hasReasoning = false): FailureMessage {
  const message =
    failure.reason === "interrupted" && !hasPartialAnswer
      ? interruptedMessage(failure, hasReasoning)
      : messageRow(failure);
  const { link, detail } = failure;
  const sentence = (message.action.do === "another-model" ? triedSentence(failure) : undefined) ?? message.sentence;
  const action: FailureAction =
    message.action.do === "open-link" && link !== undefined ? { do: "open-link", url: link } : message.action;
  const others = otherButtons(failure.reason, action, hasPartialAnswer);
  return {
    ...message,
    sentence,
    action,
    ...(others.length > 0 && { others }),
    ...(detail !== undefined && { detail }),
  };
}

/** The connection is to blame for an interruption only if no model got as far as to reason, and none failed otherwise. */
function interruptedMessage({ tried = [] }: Failure, hasReasoning: boolean): MessageRow {
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

/** Failures that pass by themselves, and that models on the user's own computer do not have. */
const busyReasons: readonly FailureReason[] = ["all-resting", "rate-limit-model", "rate-limit-unknown"];

/**
 * *Continue*, *Retry*, *Ask Another Model*, *Test Connection* and *Use Local Models* where they can help, and *Add a Service…* and *Check
 * Again* for a day that is used up, and may be over. An answer that broke off can also fail for another reason than that: when no other model could go on.
 */
function otherButtons(reason: FailureReason, main: FailureAction, hasPartialAnswer: boolean): FailureButton[] {
  const buttons: FailureButton[] = [];
  if (hasPartialAnswer && main.do !== "continue" && !notRetried.includes(reason)) buttons.push(continueButton());
  if (main.do !== "retry" && !notRetried.includes(reason)) buttons.push(retryButton());
  if (main.do !== "another-model" && otherModelHelps.includes(reason)) buttons.push(anotherButton());
  if (reason === "offline" && main.do !== "test-connection") buttons.push(testButton());
  if (busyReasons.includes(reason)) buttons.push(localModelsButton());
  if (reason === "rate-limit-day")
    buttons.push(
      { label: t("Add a Service…"), action: { do: "add-service" } },
      { label: t("Check Again"), action: { do: "check-again" } },
    );
  return buttons;
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
  const failure = toFailure(error);
  return isRouterError(error) ? failureMessage(failure, error.hasText, error.hasReasoning) : failureMessage(failure);
}

const refused = (): string => t("refused");

const shortLabels: Partial<Record<FailureReason, () => string>> = {
  "rate-limit-model": () => t("busy"),
  "rate-limit-unknown": () => t("busy"),
  unavailable: () => t("unavailable"),
  "model-gone": () => t("unavailable"),
  "server-error": () => t("failed at the provider"),
  silent: () => t("timed out"),
  timeout: () => t("timed out"),
  interrupted: () => t("interrupted"),
  outrun: () => t("too slow"),
  empty: () => t("empty"),
  "out-of-tokens": () => t("reached the length limit"),
  "out-of-memory": () => t("out of memory"),
  "context-too-long": () => t("too small"),
  "too-large": () => t("too small"),
  moderated: refused,
  "model-refused": refused,
  "parameter-refused": refused,
  "provider-rejected": refused,
  malformed: () => t("sent an unreadable answer"),
  "bad-tool-call": () => t("made an invalid tool call"),
  "schema-mismatch": () => t("missed the requested format"),
};

/**
 * Counts the failed attempts by kind: `["2 busy", "1 timed out"]`. Leaves out those that say nothing about the models, and adds the
 * models that the service itself passed over, usually because they were busy.
 */
export function attemptSummaries(reasons: readonly FailureReason[], passedOver = 0): string[] {
  const counted = [...reasons.filter(isModelFailure), ...Array<FailureReason>(passedOver).fill("rate-limit-model")];
  const labels = counted.map((reason) => shortLabels[reason]?.() ?? t("failed"));
  return [...Map.groupBy(labels, (label) => label)].map(([label, { length }]) => `${length} ${label}`);
}

const isModelFailure = (reason: FailureReason): boolean => !isBlameless(reason);

/** How often models were asked in vain, and, if they were only busy, when to try again. `undefined` for one attempt. */
function triedSentence({ tried = [], retryAt }: Failure): string | undefined {
  const counted = tried.filter(isModelFailure);
  if (counted.length < 2) return undefined;
  const kinds = attemptSummaries(counted).join(", ");
  const sentence = t("Tried {0} times, but no free model could answer: {1}.", counted.length, kinds);
  return counted.every((reason) => busyReasons.includes(reason)) ? withRetryTime(sentence, retryAt) : sentence;
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
