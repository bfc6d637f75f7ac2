import { t } from "@vscode/l10n";
import { formatTime } from "./timeFormat";
import type { FailureAction, FailureMessage } from "./failureAction";
import {
  isRouterError,
  servicePages,
  type Capability,
  type ExclusionRule,
  type FailureReason,
  type ModelId,
  type RouterEvent,
} from "./router/index";

/** A `RouterError` as data: what is kept of it, and all that its words are made of. */
export interface Failure {
  readonly reason: FailureReason;
  /** The service's, or that of whoever answered in its place. */
  readonly status?: number;
  /** What the service said, for *Details*. */
  readonly detail?: string;
  /** What the service said of the request itself, in a line. */
  readonly complaint?: string;
  readonly link?: string;
  /** Epoch milliseconds. */
  readonly retryAt?: number;
  readonly model?: ModelId;
  /** The rules that left nobody to ask, by their names. */
  readonly rules?: readonly string[];
  /** How each ended that was asked, where there were several. */
  readonly tried?: readonly FailureReason[];
}

type Row = (failure: Failure) => Omit<FailureMessage, "detail">;

const setKey = (sentence: string) => ({ sentence, label: t("Set API Key"), action: { do: "set-key" } as const });
const signIn = (sentence: string) => ({ sentence, label: t("Sign In"), action: { do: "sign-in" } as const });
const retry = (sentence: string) => ({ sentence, label: t("Retry"), action: { do: "retry" } as const });
const another = (sentence: string) => ({
  sentence,
  label: t("Try Another Model"),
  action: { do: "another-model" } as const,
});
const edit = (sentence: string) => ({ sentence, label: t("Edit Question"), action: { do: "edit" } as const });
const examine = (sentence: string) => ({
  sentence,
  label: t("Test Connection"),
  action: { do: "test-connection" } as const,
});
const link = (sentence: string, label: string, url: string) => ({
  sentence,
  label,
  action: { do: "open-link", url } as const,
});

/** One row per reason; a reason without a row does not compile. */
const rows: Readonly<Record<FailureReason, Row>> = {
  "no-key": () => signIn(t("OpenRouter wants to know who asks. Sign in, for free: your question is kept.")),
  "no-candidate": ({ rules }) => ({
    sentence: nobodySentence(rules),
    label: t("Choose Model"),
    action: { do: "choose-model" },
  }),
  "all-resting": ({ retryAt }) =>
    retry(
      retryAt === undefined
        ? t("Every free model that fits is busy right now. Try again in a minute.")
        : t("Every free model that fits is busy right now. The first is back at {0}.", formatTime(retryAt)),
    ),
  offline: (failure) =>
    isInTheWay(failure)
      ? examine(t("A proxy, a certificate or a sign-in page of this network is in the way. The test finds out which."))
      : retry(t("OpenRouter could not be reached. Check the connection, or the proxy, and try again.")),
  "web-page": () =>
    retry(t("A web page came instead of an answer. The network may want you to sign in; then try again.")),
  aborted: () => retry(t("You stopped this question.")),

  unauthorized: () => setKey(t("OpenRouter does not accept this API key. It may have been deleted or mistyped.")),
  "payment-required": () =>
    link(
      t("Your OpenRouter balance is below zero, and that blocks the free models too."),
      t("Open Credits"),
      servicePages.credits,
    ),
  "budget-exceeded": () =>
    link(
      t("The spending limit of this key or workspace is reached, and OpenRouter refuses further requests."),
      t("Open Keys"),
      servicePages.keys,
    ),
  "data-policy": () =>
    link(
      t("Your OpenRouter privacy settings leave no free model: most free providers may keep or train on prompts."),
      t("Open Privacy Settings"),
      servicePages.privacy,
    ),
  "rate-limit-minute": ({ retryAt }) =>
    retry(
      retryAt === undefined
        ? t("The free requests of this minute are used up. Try again in a minute.")
        : t("The free requests of this minute are used up. Go on at {0}.", formatTime(retryAt, true)),
    ),
  "rate-limit-day": ({ retryAt }) =>
    link(
      retryAt === undefined
        ? t("Today's free requests are used up. They come back at midnight UTC.")
        : t("Today's free requests are used up. They come back at {0}.", formatTime(retryAt)),
      t("How to Get More"),
      servicePages.credits,
    ),

  "rate-limit-unknown": () => retry(t("OpenRouter takes no more requests at the moment. Try again in a minute.")),

  "bad-request": ({ complaint }) =>
    edit(
      complaint
        ? t("OpenRouter refused this request: {0}", complaint)
        : t("OpenRouter could not make sense of this request."),
    ),
  "context-too-long": () =>
    edit(t("This is more text than any free model can read. Remove an attachment, or start a new chat.")),
  "too-large": () => edit(t("This request is too large to send. Remove an attachment or a picture.")),
  moderated: () => edit(t("The provider's safety filter refused this question. Put it in other words.")),

  "rate-limit-model": () => another(t("This model is busy right now.")),
  "model-gone": () => another(t("This model is not offered for free any more.")),
  "model-refused": () => another(t("This model may not be used with your account.")),
  "capability-missing": () => another(t("This model cannot do what the question needs.")),
  "provider-rejected": () => another(t("The provider of this model refused the request.")),
  "not-free": () => another(t("This model would cost money now, so it was not used.")),
  timeout: () => another(t("The model took too long to begin.")),
  silent: () => another(t("The model fell silent.")),
  unavailable: () => another(t("No provider serves this model at the moment.")),
  "server-error": () => another(t("The provider of this model has a problem.")),

  interrupted: () => ({ sentence: t("The answer broke off."), label: t("Continue"), action: { do: "continue" } }),
  malformed: () => another(t("The model's answer could not be read.")),
  empty: () => another(t("The model answered nothing.")),
  "out-of-tokens": () => another(t("The model used up its room by thinking, before it could answer.")),
  "bad-tool-call": () => another(t("The model called a tool in a way that could not be read.")),
  "schema-mismatch": () => another(t("The model's answer did not have the form that was asked for.")),
  internal: () => ({
    sentence: t("Something went wrong inside this extension. The log has the details."),
    label: t("Open Log"),
    action: { do: "show-log" },
  }),
  outrun: () => another(t("Another model was faster.")),
};

/** Why a rule left nobody, for the rules that every model may fall to at once. */
const obstacles: Partial<Record<ExclusionRule, () => string>> = {
  paid: () => t("OpenRouter offers no free model right now. Try again later."),
  excluded: () => t("You excluded every free model that fits."),
  preview: () => t("Only preview models can do this, and your settings rule them out."),
  gone: () => t("The free models that can do this are gone, or closed to your account."),
};

const abilities: Readonly<Record<Capability, () => string>> = {
  image: () => t("see pictures"),
  file: () => t("read PDF files"),
  audio: () => t("hear sound"),
  video: () => t("watch videos"),
  tools: () => t("call tools"),
  tool_choice: () => t("be made to call a tool"),
  structured_outputs: () => t("answer by a schema"),
  response_format: () => t("answer in JSON"),
};

function nobodySentence(rules: readonly string[] = []): string {
  for (const [rule, sentence] of Object.entries(obstacles)) if (rules.includes(rule)) return sentence();
  const lacking = Object.entries(abilities).flatMap(([each, words]) => (rules.includes(`no-${each}`) ? [words()] : []));
  const [ability, ...more] = lacking;
  if (ability === undefined) return t("No free model can take this question right now.");
  return more.length === 0
    ? t("No free model can {0} right now.", ability)
    : t("No free model can do all of this right now: {0}.", lacking.join(", "));
}

/** What trying again would not change: a proxy, a redirect, or what is said of a certificate. */
function isInTheWay({ status = 0, detail = "" }: Failure): boolean {
  return (
    (status >= 300 && status < 400) ||
    status === 407 ||
    /CERT|SELF_SIGNED|UNABLE_TO_|TLS|SSL|EPROTO|proxy|tunnel|\b407\b|redirect/i.test(detail)
  );
}

/** The words for a failure, of a chat or of anything else that asked the router. `begun`: there is a part of the answer to go on with. */
export function failureMessage(failure: Failure, begun = false): FailureMessage {
  const words =
    failure.reason === "interrupted" && !begun
      ? examine(t("The connection broke off before the answer began. The test finds out what is in the way."))
      : rows[failure.reason](failure);
  const { link, detail, tried } = failure;
  const sentence = tried && words.action.do === "another-model" ? triedSentence(tried) : words.sentence;
  const action: FailureAction =
    words.action.do === "open-link" && link !== undefined ? { do: "open-link", url: link } : words.action;
  return { ...words, sentence, action, ...(detail !== undefined && { detail }) };
}

/** A thrown thing as data. What is not the router's is a mistake of ours, and is told behind *Details*. */
export function failureOf(error: unknown): Failure {
  if (!isRouterError(error)) return { reason: "internal", detail: String(error) };
  const { reason, status, detail, complaint, link, retryAt, model, rules, attempts } = error;
  return {
    reason,
    ...(status !== undefined && { status }),
    ...(detail !== undefined && { detail }),
    ...(complaint !== undefined && { complaint }),
    ...(link !== undefined && { link }),
    ...(retryAt !== undefined && { retryAt }),
    ...(model !== undefined && { model }),
    ...(rules.length > 0 && { rules }),
    ...(attempts.length > 1 && { tried: attempts.map((attempt) => attempt.reason) }),
  };
}

/** The words for whatever was thrown. */
export function errorMessage(error: unknown): FailureMessage {
  return failureMessage(failureOf(error));
}

const shortWords: Partial<Record<FailureReason, () => string>> = {
  "rate-limit-model": () => t("busy"),
  unavailable: () => t("busy"),
  silent: () => t("silent"),
  timeout: () => t("silent"),
  interrupted: () => t("broke off"),
  "model-gone": () => t("gone"),
  outrun: () => t("slower"),
};

/** What kept models from answering, counted, in a word or two for each kind: "2 busy", "1 silent". */
export function attemptSummaries(reasons: readonly FailureReason[]): string[] {
  const words = reasons.map((reason) => shortWords[reason]?.() ?? t("failed"));
  return [...Map.groupBy(words, (each) => each)].map(([each, { length }]) => `${length} ${each}`);
}

function triedSentence(tried: readonly FailureReason[]): string {
  return t("{0} free models were asked, and none could answer: {1}.", tried.length, attemptSummaries(tried).join(", "));
}

type NoticeEvent = Extract<RouterEvent, { type: "notice" }>;

/** What the router wants known about an answer that is no failure. */
export function noticeMessage({ notice, model, cost }: NoticeEvent): string {
  switch (notice) {
    case "pinned-unavailable":
      return t("{0} cannot take this question now, so another free model answers.", model);
    case "charged":
      return t(
        "OpenRouter reports that this answer cost {0} USD, although it was asked for one that costs nothing.",
        cost ?? 0,
      );
  }
}
