import { t } from "@vscode/l10n";
import type { Model, ModelId, ModelStatistics, RouterSettings } from "../router/index";
import { formatTime } from "../timeFormat";
import { seconds } from "./statusText";

/** One free model as the picker lists it. */
export interface ModelChoice {
  id: ModelId;
  name: string;
  /** Context and capabilities, as icons. */
  description: string;
  /** What this machine has seen of it, and what to know before picking it; empty where that is nothing. */
  detail: string;
  favourite: boolean;
  excluded: boolean;
  preview: boolean;
}

export interface ModelChoiceOptions {
  models: readonly Model[];
  statistics: readonly ModelStatistics[];
  favourites: readonly ModelId[];
  settings: Pick<RouterSettings, "exclude">;
  now: number;
}

/** The free models, the user's favourites first, then by name, previews after them, and what is never used at the end. */
export function modelChoices({ models, statistics, favourites, settings, now }: ModelChoiceOptions): ModelChoice[] {
  const seen = new Map(statistics.map((each) => [each.model, each]));
  return models
    .map((model) => ({
      id: model.id,
      name: displayName(model),
      description: [contextWords(model), ...capabilityIcons(model)].filter(Boolean).join("  "),
      detail: detailWords(model, seen.get(model.id), now),
      favourite: favourites.includes(model.id),
      excluded: settings.exclude.includes(model.id),
      preview: model.preview,
    }))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function rank({ favourite, preview, excluded }: ModelChoice): number {
  if (excluded) return 3;
  if (favourite) return 0;
  return preview ? 2 : 1;
}

/** All of them are free; saying so in each line helps nobody. */
function displayName({ name, id }: Model): string {
  return name.replace(/\s*\(free\)$/i, "") || id;
}

function contextWords({ contextLength }: Model): string {
  if (contextLength === 0) return "";
  return contextLength >= 1_000_000
    ? `${(contextLength / 1_000_000).toLocaleString(undefined, { maximumFractionDigits: 1 })}M`
    : `${Math.round(contextLength / 1_000)}K`;
}

/** What a model can do, as icons with the words for the picker's legend. */
export const capabilityLegend: readonly { icon: string; words: () => string; has: (model: Model) => boolean }[] = [
  {
    icon: "$(file-media)",
    words: () => t("pictures"),
    has: ({ inputModalities }) => inputModalities.includes("image"),
  },
  { icon: "$(unmute)", words: () => t("sound"), has: ({ inputModalities }) => inputModalities.includes("audio") },
  {
    icon: "$(device-camera-video)",
    words: () => t("video"),
    has: ({ inputModalities }) => inputModalities.includes("video"),
  },
  {
    icon: "$(tools)",
    words: () => t("tools"),
    has: ({ supportedParameters }) => supportedParameters.includes("tools"),
  },
  {
    icon: "$(json)",
    words: () => t("structured output"),
    has: ({ supportedParameters }) => supportedParameters.includes("structured_outputs"),
  },
  { icon: "$(lightbulb)", words: () => t("thinks first"), has: ({ reasoning }) => reasoning?.defaultEnabled ?? false },
];

function capabilityIcons(model: Model): string[] {
  return capabilityLegend.filter(({ has }) => has(model)).map(({ icon }) => icon);
}

function detailWords(model: Model, seen: ModelStatistics | undefined, now: number): string {
  const words = [
    seen?.restingUntil !== undefined &&
      seen.restingUntil > now &&
      `$(history) ${t("rests until {0}", formatTime(seen.restingUntil))}`,
    ...seenWords(seen),
    model.preview && t("preview: free for a while, prompts are usually kept"),
    model.expirationDate !== undefined && endsSoon(model.expirationDate, now) && t("ends on {0}", model.expirationDate),
  ];
  return words.filter((each) => typeof each === "string").join(" · ");
}

/** What this machine has seen; of a model that it never asked, nothing. */
function seenWords(seen: ModelStatistics | undefined): string[] {
  if (!seen || seen.attempts === 0) return [];
  const { attempts, successes, successRate, timeToFirstTextMs, tokensPerSecond } = seen;
  return [
    // Of a handful a share would say too much.
    attempts < 5 ? t("{0} of {1} answered", successes, attempts) : t("{0} % answered", Math.round(successRate * 100)),
    ...(timeToFirstTextMs === undefined ? [] : [t("first words after {0}", seconds(timeToFirstTextMs))]),
    ...(tokensPerSecond === undefined ? [] : [t("{0} tokens/s", Math.round(tokensPerSecond))]),
  ];
}

/** Some rows carry an end in the far future, which is no news. */
function endsSoon(day: string, now: number): boolean {
  return Date.parse(day) - now < 60 * 24 * 60 * 60_000;
}
