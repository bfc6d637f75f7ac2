import { t } from "@vscode/l10n";
import { hasCapability, serviceOf, type Explanation, type Model, type ModelId } from "../router/index";

/** A model as VS Code's model picker shows it. Sizes in tokens. */
export interface OfferedModel {
  /** `automatic`, or the router's id of the model. */
  readonly id: string;
  readonly name: string;
  readonly family: string;
  /** Shown beside the name. */
  readonly detail: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: { readonly toolCalling: boolean; readonly imageInput: boolean };
  /** Whether the user can choose how much it reasons. */
  readonly hasEffort: boolean;
  readonly infoText: readonly string[];
}

export const automaticId = "automatic";

/** What the models are offered with: where each one runs, and what is left of the day. */
export interface OfferDetails {
  /** The name of the model's service, and who may keep what is sent to it. */
  readonly serviceOf: (model: Model) => { readonly name: string; readonly place: "local" | "remote" };
  /** Free requests that are left today; `undefined` if unknown. */
  readonly remaining: number | undefined;
  /** The name of the machine on which local models run. */
  readonly machine: string;
}

/** For models whose service does not tell their window, and for the time before a catalogue is known. */
const assumedWindow = 32_768;
/** Longer answers are rarely useful to an agent, and room for them is taken from the prompt. */
const maxAnswerTokens = 8_192;

/**
 * The models that VS Code offers: `Automatic (free)` first, then each model that the settings allow. Cooldowns and the day's limit are
 * ignored, because the list would change all the time. `explained`: the router's explanation of a request that any model can answer;
 * `undefined` if there is no catalogue yet.
 */
export function offeredModels(explained: Explanation | undefined, details: OfferDetails): OfferedModel[] {
  const models = explained ? usableModels(explained) : [];
  return [automaticModel(models, details), ...models.map((model) => singleModel(model, details))];
}

/** The model that a request is for; `undefined` for any. */
export function chosenModel(id: string): ModelId | undefined {
  return id === automaticId ? undefined : id;
}

function usableModels({ pool, excluded }: Explanation): Model[] {
  const temporarily = excluded.filter(({ rule }) => rule === "resting" || rule === "used-up").map(({ model }) => model);
  return [...pool, ...temporarily].filter(({ router }) => !router).sort((one, other) => compareNames(one, other));
}

function automaticModel(models: readonly Model[], details: OfferDetails): OfferedModel {
  // An agent needs tools, so the others are no part of what it can expect.
  const withTools = models.filter((model) => hasCapability(model, "tools"));
  const considered = withTools.length > 0 ? withTools : models;
  return {
    id: automaticId,
    name: t("Automatic (free)"),
    family: automaticId,
    detail: t("Free Models"),
    ...tokenLimits(sharedWindow(considered), undefined),
    capabilities: {
      toolCalling: models.length === 0 || withTools.length > 0,
      imageInput: considered.some((model) => hasCapability(model, "image")),
    },
    hasEffort: false,
    infoText: [
      t("A free model that can answer is selected for each request."),
      ...privacyTexts(models, details),
      ...remainingTexts(details),
    ],
  };
}

function singleModel(model: Model, details: OfferDetails): OfferedModel {
  const { name, place } = details.serviceOf(model);
  return {
    id: model.id,
    name: model.name.replace(/\s*\(free\)$/i, ""),
    family: model.canonicalSlug,
    detail: name,
    ...tokenLimits(model.contextLength || assumedWindow, model.maxCompletionTokens),
    capabilities: { toolCalling: hasCapability(model, "tools"), imageInput: hasCapability(model, "image") },
    hasEffort: model.reasoning !== undefined && model.supportedParameters.includes("reasoning"),
    infoText: [
      t("If it is busy, another free model answers."),
      place === "local" ? localText(details) : remoteText(name),
      ...(place === "local" ? [] : remainingTexts(details)),
    ],
  };
}

/** The largest window that two models share, so that one busy model does not leave a prompt without an answer. */
function sharedWindow(models: readonly Model[]): number {
  const windows = models.map(({ contextLength }) => contextLength || assumedWindow).sort((one, other) => other - one);
  return windows[1] ?? windows[0] ?? assumedWindow;
}

/** VS Code fills the prompt up to `maxInputTokens`. The answer gets a quarter of a small window. */
function tokenLimits(
  window: number,
  maxCompletionTokens = Infinity,
): Pick<OfferedModel, "maxInputTokens" | "maxOutputTokens"> {
  const maxOutputTokens = Math.floor(Math.min(window / 4, maxAnswerTokens, maxCompletionTokens));
  return { maxInputTokens: window - maxOutputTokens, maxOutputTokens };
}

function privacyTexts(models: readonly Model[], { serviceOf: describe }: OfferDetails): string[] {
  const remote = new Set(models.flatMap((model) => (describe(model).place === "remote" ? [describe(model).name] : [])));
  return [...remote].map(remoteText);
}

function remoteText(service: string): string {
  return t("The providers behind {0} may store what is sent and train on it.", service);
}

function localText({ machine }: OfferDetails): string {
  return t("Runs on {0}. Nothing is sent elsewhere.", machine);
}

function remainingTexts({ remaining }: OfferDetails): string[] {
  return remaining === undefined ? [] : [t("{0} free requests left today.", remaining)];
}

function compareNames(one: Model, other: Model): number {
  return serviceOf(one.id).localeCompare(serviceOf(other.id)) || one.name.localeCompare(other.name);
}
