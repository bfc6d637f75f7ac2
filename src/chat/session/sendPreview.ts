import { t } from "@vscode/l10n";
import { formatTimeAhead } from "../../timeFormat";
import { promptLimit, type Explanation, type Model, type ModelId, type ServiceState } from "../../router/index";
import type { Step } from "../conversation/branch";
import type { StoredAttachment } from "../conversation/conversation";
import { quotaWarning } from "./quotaWarning";
import type { SendWarning, TokenEstimate } from "./sendWarning";
import type { TrimmedHistory } from "./trimHistory";

export interface SendPreviewOptions {
  /** The history that would be sent. */
  trimmed: TrimmedHistory;
  /** Number of steps that would not be sent. */
  leftOut: number;
  /** The attachments in the composer. */
  attachments: readonly StoredAttachment[];
  /** When a model's cooldown ends, epoch milliseconds. */
  cooldownUntil: (model: ModelId) => number | undefined;
  /** The services in use. */
  services: readonly ServiceState[];
  /** The most requests of the question, without failed attempts. */
  mostRequests: number;
}

/** What would happen to the question in the composer if it were sent now. */
export interface SendPreview {
  /** Only if the request takes a large share of the context. */
  tokenEstimate?: TokenEstimate;
  warning?: SendWarning;
}

/** From this share of what the smallest model can read the page shows the estimate. */
const shownFromShare = 0.5;

/** Describes sending the question now: its estimated size, and what would prevent an answer. */
export function sendPreview(options: SendPreviewOptions): SendPreview {
  const { trimmed, services, mostRequests: most } = options;
  const { steps, explanation } = trimmed;
  const tokenEstimate = steps.every(isEmpty) ? undefined : estimateTokens(explanation);
  const warning =
    questionTooLong(options) ??
    noModelAvailable(options) ??
    quotaWarning({ services, pool: explanation.pool, most }) ??
    historyLeftOut(options);
  return { ...(tokenEstimate && { tokenEstimate }), ...(warning && { warning }) };
}

function isEmpty({ turn: { question } }: Step): boolean {
  return question.text.trim() === "" && question.attachments.length === 0;
}

function estimateTokens({ needs, pool, excluded }: Explanation): TokenEstimate | undefined {
  const tooSmall = excluded.filter(({ rule }) => rule === "context").map(({ model }) => model);
  // A window that an answer fills alone is of no use for any question, so it says nothing about this one.
  const models = [...pool, ...tooSmall].filter((model) => promptLimit(model, needs) > 0);
  const [smallest] = models.sort((a, b) => promptLimit(a, needs) - promptLimit(b, needs));
  if (!smallest) return undefined;
  const share = needs.promptTokens / promptLimit(smallest, needs);
  if (share < shownFromShare) return undefined;
  const size = t("About {0} tokens, including this chat and its attachments.", formatCount(needs.promptTokens));
  const limit =
    tooSmall.length === 0
      ? t("The smallest suitable free model has a limit of {0}.", formatCount(smallest.contextLength))
      : t("{0} of {1} free models can process that many.", pool.length, pool.length + tooSmall.length);
  return { share, text: `${size} ${limit}` };
}

function questionTooLong({ trimmed, attachments }: SendPreviewOptions): SendWarning | undefined {
  if (!trimmed.tooLong) return undefined;
  const { needs, excluded } = trimmed.explanation;
  const limits = excluded.filter(({ rule }) => rule === "context").map(({ model }) => promptLimit(model, needs));
  const text = t(
    "This question is too long for every free model: about {0} tokens, but the limit is {1}.",
    formatCount(needs.promptTokens),
    formatCount(Math.max(0, ...limits)),
  );
  const longest = attachments.filter((each) => each.kind !== "image").sort((a, b) => b.text.length - a.text.length)[0];
  if (!longest) return { text: `${text} ${t("Shorten the question.")}` };
  return { text, action: { label: t("Remove {0}", longest.label), message: { type: "detach", id: longest.id } } };
}

/** No suitable model can answer now. Images are the usual reason, because few free models read them. */
function noModelAvailable({ trimmed, attachments, cooldownUntil }: SendPreviewOptions): SendWarning | undefined {
  const { needs, pool, excluded } = trimmed.explanation;
  if (pool.length > 0) return undefined;
  const hasImage = needs.capabilities.includes("image");
  const suitable = excluded.filter(({ model, rule }) => isTextModel(rule) && (!hasImage || readsImages(model)));
  const coolingDown = suitable.filter(({ rule }) => rule === "resting");
  if (coolingDown.length > 0) {
    const availableAt = Math.min(...coolingDown.flatMap(({ model }) => cooldownUntil(model.id) ?? []));
    if (!Number.isFinite(availableAt)) return undefined;
    const text = hasImage
      ? t(
          "All free models that read images are busy. The first one is available again at {0}.",
          formatTimeAhead(availableAt),
        )
      : t("All free models that fit are busy. The first one is available again at {0}.", formatTimeAhead(availableAt));
    return { text, until: availableAt, ...removeImage(hasImage, attachments) };
  }
  if (suitable.some(({ rule }) => rule === "excluded")) {
    const text = hasImage
      ? t("All free models that read images are excluded by your settings.")
      : t("All suitable free models are excluded by your settings.");
    return { text, action: { label: t("Select Model"), message: { type: "choose-model" } } };
  }
  // Without images no warning helps: if there is no free model at all, the answer explains why.
  if (!hasImage) return undefined;
  const text = t("No available free model reads images.");
  return { text, ...removeImage(true, attachments) };
}

function historyLeftOut({ leftOut }: SendPreviewOptions): SendWarning | undefined {
  if (leftOut === 0) return undefined;
  const text =
    leftOut === 1
      ? t("This chat is too long for the free models. Its first question will not be sent.")
      : t("This chat is too long for the free models. Its first {0} questions will not be sent.", leftOut);
  return { text, action: { label: t("New Chat"), message: { type: "new-chat" } } };
}

/** Offers to remove the image from the composer, or a new chat if the image is in the history. */
function removeImage(hasImage: boolean, attachments: readonly StoredAttachment[]): Pick<SendWarning, "action"> {
  if (!hasImage) return {};
  const image = attachments.find(({ kind }) => kind === "image");
  return {
    action: image
      ? { label: t("Remove {0}", image.label), message: { type: "detach", id: image.id } }
      : { label: t("New Chat"), message: { type: "new-chat" } },
  };
}

type Rule = Explanation["excluded"][number]["rule"];

/** Whether models that this rule excludes could otherwise answer text questions. */
function isTextModel(rule: Rule): boolean {
  return ["excluded", "charged", "resting", "context", "data-policy", "gone"].includes(rule);
}

function readsImages({ inputModalities }: Model): boolean {
  return inputModalities.includes("image");
}

/** Rounds large counts to hundreds, because they are estimates. */
function formatCount(tokens: number): string {
  return (tokens < 10_000 ? tokens : Math.round(tokens / 100) * 100).toLocaleString();
}
