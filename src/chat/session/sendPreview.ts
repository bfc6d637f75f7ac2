import { t } from "@vscode/l10n";
import { formatTime } from "../../timeFormat";
import type { Explanation, Model, ModelId } from "../../router/index";
import type { StoredAttachment } from "../conversation/conversation";
import type { SendWarning, TokenEstimate } from "./sendWarning";
import type { TrimmedHistory } from "./trimHistory";

export interface SendPreviewOptions {
  /** What would be sent now. */
  trimmed: TrimmedHistory;
  /** Steps of the conversation that would not. */
  leftOut: number;
  /** The composer's chips. */
  attachments: readonly StoredAttachment[];
  /** Until when a model rests, epoch milliseconds. */
  restingUntil: (model: ModelId) => number | undefined;
}

/** What happens to the question in the composer if it is sent now. */
export interface SendPreview {
  /** Only when it matters. */
  tokenEstimate?: TokenEstimate;
  warning?: SendWarning;
}

/** From this share of the smallest model's room on it is worth a look. */
const worthTelling = 0.5;

/** What becomes of the question when it is sent now, in words: how heavy it is, and what stands against it. */
export function sendPreview(facts: SendPreviewOptions): SendPreview {
  const tokenEstimate = weightOf(facts.trimmed.explanation);
  const warning = tooLong(facts) ?? nobodyCan(facts) ?? historyLeftOut(facts);
  return { ...(tokenEstimate && { tokenEstimate }), ...(warning && { warning }) };
}

function weightOf({ needs, pool, excluded }: Explanation): TokenEstimate | undefined {
  const narrow = excluded.filter(({ rule }) => rule === "context").map(({ model }) => model);
  const models = [...pool, ...narrow].filter(({ contextLength }) => contextLength > 0);
  if (models.length === 0) return undefined;
  const smallest = Math.min(...models.map(({ contextLength }) => contextLength));
  const share = needs.contextTokens / smallest;
  if (share < worthTelling) return undefined;
  const about = t("About {0} tokens with this chat and what is attached.", count(needs.contextTokens));
  const room =
    narrow.length === 0
      ? t("The smallest free model that can answer reads {0}.", count(smallest))
      : t("{0} of {1} free models can read that much.", pool.length, pool.length + narrow.length);
  return { share, text: `${about} ${room}` };
}

function tooLong({ trimmed, attachments }: SendPreviewOptions): SendWarning | undefined {
  if (!trimmed.tooLong) return undefined;
  const { needs, excluded } = trimmed.explanation;
  const widest = excluded.filter(({ rule }) => rule === "context").map(({ model }) => model.contextLength);
  const text = t(
    "This is more than any free model reads at once: about {0} tokens, and the most is {1}.",
    count(needs.contextTokens),
    count(Math.max(...widest)),
  );
  const heaviest = attachments.filter((each) => each.kind !== "image").sort((a, b) => b.text.length - a.text.length)[0];
  if (!heaviest) return { text: `${text} ${t("Shorten the question.")}` };
  return { text, action: { label: t("Remove {0}", heaviest.label), message: { type: "detach", id: heaviest.id } } };
}

/** Every free model that could answer is away; a picture is the usual reason why there are few of them. */
function nobodyCan({ trimmed, attachments, restingUntil }: SendPreviewOptions): SendWarning | undefined {
  const { needs, pool, excluded } = trimmed.explanation;
  if (pool.length > 0) return undefined;
  const seesPictures = needs.capabilities.includes("image");
  const able = excluded.filter(({ model, rule }) => mayAnswer(rule) && (!seesPictures || canSee(model)));
  const resting = able.filter(({ rule }) => rule === "resting");
  if (resting.length > 0) {
    const back = Math.min(...resting.flatMap(({ model }) => restingUntil(model.id) ?? []));
    if (!Number.isFinite(back)) return undefined;
    const text = seesPictures
      ? t("Every free model that sees pictures is busy right now. The first is back at {0}.", formatTime(back))
      : t("All suitable free models are busy. The first one is available again at {0}.", formatTime(back));
    return { text, until: back, ...removePicture(seesPictures, attachments) };
  }
  if (able.some(({ rule }) => rule === "excluded")) {
    const text = seesPictures
      ? t("You excluded every free model that sees pictures.")
      : t("All suitable free models are excluded by your settings.");
    return { text, action: { label: t("Select Model"), message: { type: "choose-model" } } };
  }
  // Without any free model at all there is nothing that a picture less would change: the answer will say why.
  if (!seesPictures) return undefined;
  const text = t("No free model that can be used right now sees pictures.");
  return { text, ...removePicture(true, attachments) };
}

function historyLeftOut({ leftOut }: SendPreviewOptions): SendWarning | undefined {
  if (leftOut === 0) return undefined;
  const text =
    leftOut === 1
      ? t("This chat has become longer than free models read at once: its first question will not be sent.")
      : t(
          "This chat has become longer than free models read at once: its first {0} questions will not be sent.",
          leftOut,
        );
  return { text, action: { label: t("New Chat"), message: { type: "new-chat" } } };
}

/** Where the picture is in the composer it can go; one that was sent before stays with its chat. */
function removePicture(seesPictures: boolean, attachments: readonly StoredAttachment[]): Pick<SendWarning, "action"> {
  if (!seesPictures) return {};
  const picture = attachments.find(({ kind }) => kind === "image");
  return {
    action: picture
      ? { label: t("Remove {0}", picture.label), message: { type: "detach", id: picture.id } }
      : { label: t("New Chat"), message: { type: "new-chat" } },
  };
}

type Rule = Explanation["excluded"][number]["rule"];

/** The rule keeps a model away that could hold a conversation. */
function mayAnswer(rule: Rule): boolean {
  return ["excluded", "resting", "context", "data-policy", "gone"].includes(rule);
}

function canSee({ inputModalities }: Model): boolean {
  return inputModalities.includes("image");
}

/** In the hundreds: it is an estimate. */
function count(tokens: number): string {
  return (tokens < 10_000 ? tokens : Math.round(tokens / 100) * 100).toLocaleString();
}
