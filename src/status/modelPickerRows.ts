import { t } from "@vscode/l10n";
import { icon, iconText, type Icon, type IconText } from "../iconText";
import { modelName } from "../modelNames";
import {
  isLoopbackUrl,
  serviceDescription,
  serviceName,
  serviceOf,
  type Model,
  type ModelId,
  type ModelStatistics,
  type RouterSettings,
  type ServiceState,
  type ServiceUse,
} from "../router/index";
import { formatTimeAhead } from "../timeFormat";
import { visibleName } from "../visibleText";
import { modelReasons } from "./modelReasons";
import { usedUpText } from "./serviceStateText";

/** A free model in the model picker. */
export interface ModelPickerRow {
  id: ModelId;
  name: string;
  /** Context length, and capabilities as icons. */
  description: IconText;
  /** Statistics and hints; may be empty. */
  detail: IconText;
  favorite: boolean;
  excluded: boolean;
  preview: boolean;
  /** The name of its service, if that is not OpenRouter. */
  service: string | undefined;
}

export interface ModelPickerRowsOptions {
  models: readonly Model[];
  statistics: readonly ModelStatistics[];
  favorites: readonly ModelId[];
  settings: Pick<RouterSettings, "exclude" | "services">;
  /** The name of the machine on which this extension runs. */
  machine: string;
  /** Epoch milliseconds. */
  now: number;
}

/** The models in groups: favorites, free models of OpenRouter, those of each other service, previews, excluded models. Each group is sorted by name. */
export function modelPickerRows({
  models,
  statistics,
  favorites,
  settings,
  machine,
  now,
}: ModelPickerRowsOptions): ModelPickerRow[] {
  const statisticsByModel = new Map(statistics.map((each) => [each.model, each]));
  return models
    .map((model) => ({
      id: model.id,
      name: visibleName(modelName(model)),
      // The name of the service is there to be found: section headings are not searched.
      description: iconText(
        ...[serviceNameOf(model, settings.services) ?? "", contextText(model), sizeText(model)],
        ...capabilitiesOf(model).map(({ icon }) => icon),
      ),
      detail: detailText(model, {
        ...{ statistics: statisticsByModel.get(model.id), pool: models, now },
        place: placeText(serviceUse(model, settings.services), machine),
        isExcluded: settings.exclude.includes(model.id),
      }),
      favorite: favorites.includes(model.id),
      excluded: settings.exclude.includes(model.id),
      preview: model.preview,
      service: serviceNameOf(model, settings.services),
    }))
    .sort((a, b) => rank(a) - rank(b) || groupOf(a).localeCompare(groupOf(b)) || a.name.localeCompare(b.name));
}

/** The heading above a row. That of a service whose day is used up says so. */
export function sectionOf(
  { id, favorite, preview, excluded, service }: ModelPickerRow,
  states: readonly ServiceState[],
  now: number,
): string {
  if (excluded) return t("excluded");
  if (favorite) return t("favorites");
  const name = service ?? (preview ? t("preview models") : t("free models"));
  const quota = states.find((state) => state.id === serviceOf(id))?.quota;
  // Where each model has a limit of its own, the others can answer.
  const usedUp = quota && quota.model === undefined ? usedUpText(quota, now) : undefined;
  return usedUp === undefined ? name : `${name} · ${usedUp}`;
}

function rank({ favorite, preview, excluded, service }: ModelPickerRow): number {
  if (excluded) return 4;
  if (favorite) return 0;
  if (service !== undefined) return 2;
  return preview ? 3 : 1;
}

/** Only models of other services are grouped further. */
function groupOf(row: ModelPickerRow): string {
  return rank(row) === 2 ? (row.service ?? "") : "";
}

function serviceUse({ id }: Model, services: readonly ServiceUse[]): ServiceUse | undefined {
  return services.find((each) => each.id === serviceOf(id));
}

function serviceNameOf(model: Model, services: readonly ServiceUse[]): string | undefined {
  const use = serviceUse(model, services);
  return use && serviceName(use);
}

/** Where questions to a local model stay. Of a custom service it is not known whether it passes them on. */
function placeText(use: ServiceUse | undefined, machine: string): string | undefined {
  if (!use || serviceDescription(use.kind).place !== "local" || !isLoopbackUrl(use.baseUrl)) return undefined;
  return use.kind === "lmstudio"
    ? t("stays on {0}, unless LM Link passes it on to another device", machine)
    : t("stays on {0}", machine);
}

function contextText({ contextLength }: Model): string {
  if (contextLength === 0) return "";
  return contextLength >= 1_000_000
    ? `${(contextLength / 1_000_000).toLocaleString(undefined, { maximumFractionDigits: 1 })}M`
    : `${Math.round(contextLength / 1_000)}K`;
}

/** How much of the disk a local model takes. */
function sizeText({ size }: Model): string {
  return size === undefined
    ? ""
    : t("{0} GB", (size / 1_000_000_000).toLocaleString(undefined, { maximumFractionDigits: 1 }));
}

/** Icons for capabilities, with labels for the legend of the picker and for its search. */
export const capabilityLegend: readonly { icon: Icon; label: () => string; has: (model: Model) => boolean }[] = [
  {
    icon: icon("file-media"),
    label: () => t("images (vision)"),
    has: ({ inputModalities }) => inputModalities.includes("image"),
  },
  { icon: icon("unmute"), label: () => t("audio"), has: ({ inputModalities }) => inputModalities.includes("audio") },
  {
    icon: icon("device-camera-video"),
    label: () => t("video"),
    has: ({ inputModalities }) => inputModalities.includes("video"),
  },
  {
    icon: icon("tools"),
    label: () => t("tools"),
    has: ({ supportedParameters }) => supportedParameters.includes("tools"),
  },
  {
    icon: icon("json"),
    label: () => t("structured output"),
    has: ({ supportedParameters }) => supportedParameters.includes("structured_outputs"),
  },
  { icon: icon("lightbulb"), label: () => t("reasoning"), has: ({ reasoning }) => reasoning?.defaultEnabled ?? false },
];

function capabilitiesOf(model: Model): typeof capabilityLegend {
  return capabilityLegend.filter(({ has }) => has(model));
}

function detailText(
  model: Model,
  options: {
    statistics: ModelStatistics | undefined;
    pool: readonly Model[];
    place: string | undefined;
    isExcluded: boolean;
    now: number;
  },
): IconText {
  const { statistics, pool, place, isExcluded, now } = options;
  const restingUntil = statistics?.restingUntil ?? 0;
  const texts = [
    // Its section is not shown while the user types.
    isExcluded && t("excluded"),
    restingUntil > now && t("Cooling down until {0}", formatTimeAhead(restingUntil, now)),
    ...modelReasons(model, statistics, pool),
    statistics?.tokensPerSecond !== undefined && t("{0} tokens/s", Math.round(statistics.tokensPerSecond)),
    place,
    model.preview && t("preview: free for a limited time, prompts are usually stored"),
    model.expirationDate !== undefined &&
      endsSoon(model.expirationDate, now) &&
      t("available until {0}", model.expirationDate),
    // To be found: VS Code does not search icons.
    ...capabilitiesOf(model).map(({ label }) => label()),
  ];
  const text = texts.filter((each) => typeof each === "string").join(" · ");
  return restingUntil > now ? iconText(icon("history"), text) : iconText(text);
}

/** Hides expiration dates in the far future, which some models have. */
function endsSoon(day: string, now: number): boolean {
  return Date.parse(day) - now < 60 * 24 * 60 * 60_000;
}
