import { commands } from "../manifest";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import type { ApiKey } from "../config/apiKey";
import { removeService } from "../config/removeService";
import type { Settings } from "../config/settings";
import { errorMessage } from "../failureMessages";
import { createQuickPick, type PickItem } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { DisposableStore } from "../lifecycle";
import { machineName } from "../machineName";
import { modelName } from "../modelNames";
import {
  bringBackButton,
  favoriteModels,
  modelButtons,
  pressModelButton,
  type ModelButtonsDependencies,
} from "./modelButtons";
import { capabilityLegend, modelPickerRows, sectionOf } from "./modelPickerRows";
import {
  serviceOf,
  type ChargedModel,
  type Log,
  type Model,
  type ModelId,
  type Router,
  type ServiceState,
  type ServiceUse,
  type Strategy,
} from "../router/index";
import { serviceRows } from "./serviceRows";
import { visibleName } from "../visibleText";
import { strategyLabel } from "./statusText";

export interface ModelPickerDependencies extends ModelButtonsDependencies {
  router: ModelButtonsDependencies["router"] & Pick<Router, "freeModels" | "services" | "statistics" | "chargedModels">;
  apiKey: Pick<ApiKey, "source" | "forgetAt">;
  log: Log;
}

interface Choice {
  strategy?: Strategy;
  model?: ModelId;
  /** The model charged the account; choosing it brings it back. */
  charged?: true;
  /** A command to run instead. */
  command?: string;
  /** A service that can be removed. */
  use?: ServiceUse;
}

type Item = PickItem & Choice;

/** After this time the picker opens with what is known. A person hardly notices it. */
const showAfterMs = 150;

const chatIcon = new vscode.ThemeIcon("chat-sparkle");
const deleteIcon = new vscode.ThemeIcon("trash");

/**
 * Lets the user choose a selection strategy or a single model, and writes the choice to the settings. Resolves to false if they went
 * elsewhere from here, such as to VS Code's own chat.
 */
export async function pickModel(dependencies: ModelPickerDependencies): Promise<boolean> {
  const { settings } = dependencies;
  const store = new DisposableStore();
  const box = store.add(createQuickPick<Item>(vscode.l10n.t("Select Model")));
  box.placeholder = vscode.l10n.t("Choose automatic selection or a model");
  box.prompt = iconText(...capabilityLegend.flatMap(({ icon, label }) => [icon, label()]));
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.keepScrollPosition = true;
  box.busy = true;
  box.buttons = [{ iconPath: chatIcon, tooltip: vscode.l10n.t("Use in VS Code's Chat") }];
  box.items = strategyItems(settings);
  box.activeItems = box.items.filter((item) => isCurrent(item, settings));

  let models: readonly Model[] = [];
  let states: readonly ServiceState[] = [];
  let failure: unknown;
  const currentItems = async (): Promise<Item[]> => {
    const [charged, key] = await Promise.all([dependencies.router.chargedModels(), dependencies.apiKey.source()]);
    const { services, serviceOrder } = settings.router;
    const needsSignIn = services.length > 0 && serviceOrder !== "only-local" && key === undefined;
    const [shown, hidden] = needsSignIn ? partition(models, isOfOtherService) : [models, []];
    return [
      ...strategyItems(settings),
      ...modelItems(shown, { charged, states }, dependencies),
      ...(needsSignIn ? signInItems(hidden) : []),
      ...(failure === undefined ? [] : [failureItem(failure)]),
      ...chargedItems(charged, models),
      ...serviceItems(states, settings),
    ];
  };
  /** Shows what has become known. A search that has begun may hide the active item, and VS Code activates its first match. */
  const showItems = async (isActive: (item: Item) => boolean): Promise<void> => {
    const items = await currentItems();
    box.items = items;
    if (box.value === "") box.activeItems = items.filter(isActive);
  };
  const load = async (): Promise<void> => {
    const { router, log } = dependencies;
    const known = router.services();
    try {
      models = await router.freeModels();
    } catch (error) {
      log.warn(`Could not load the free models: ${String(error)}`);
      failure = error;
    }
    // OpenRouter is known with its models; another service may take its time.
    const isOpenRouterOnly = settings.services.services.length === 0;
    if (isOpenRouterOnly) states = await known;
    await showItems((item) => isCurrent(item, settings));
    if (isOpenRouterOnly) return;
    states = await known;
    const [active] = box.activeItems;
    await showItems((item) => isSame(item, active));
  };
  const loading = load().finally(() => (box.busy = false));
  const pressButton = async (button: vscode.QuickInputButton, model: ModelId): Promise<void> => {
    await pressModelButton(button, model, dependencies);
    const [active] = box.activeItems;
    const items = await currentItems();
    box.items = items;
    box.activeItems = items.filter((item) => isSame(item, active));
  };

  /** What follows when the picker is closed. */
  let next: (() => PromiseLike<unknown>) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      store.add(box.onDidHide(() => resolve()));
      store.add(
        box.onDidTriggerButton(() => {
          next = () => vscode.commands.executeCommand(commands.useInVsCodeChat);
          box.hide();
        }),
      );
      store.add(
        box.onDidTriggerItemButton(({ item: { use, model }, button }) => {
          if (use) {
            next = () => removeService(use, dependencies);
            box.hide();
          } else if (model !== undefined) void pressButton(button, model).catch(reject);
        }),
      );
      store.add(
        box.onDidAccept(() => {
          const { command } = box.selectedItems[0] ?? {};
          if (command !== undefined) {
            next = () => vscode.commands.executeCommand(command);
            box.hide();
          } else applyChoice(box.selectedItems[0], settings).then(resolve, reject);
        }),
      );
      // Usually everything is known soon, and then nothing changes while the user searches.
      void Promise.race([loading, delay(showAfterMs)]).then(() => box.show(), reject);
    });
  } finally {
    store.dispose();
  }
  await next?.();
  return next === undefined;
}

async function applyChoice(item: Item | undefined, settings: Settings): Promise<void> {
  // A charged model is brought back with its button only, not by accident.
  if (item?.charged) return;
  if (item?.strategy) await settings.setStrategy(item.strategy);
  else if (item?.model) {
    await settings.setExcluded(item.model, false);
    await settings.setStrategy("pinned", item.model);
  }
}

/** Whether both choose the same. Items are created anew when more is known. */
function isSame(one: Choice, other: Choice | undefined): boolean {
  const keys = ["strategy", "model", "charged", "command"] as const;
  return other !== undefined && keys.every((key) => one[key] === other[key]) && one.use?.id === other.use?.id;
}

function isCurrent({ strategy, model }: Choice, settings: Settings): boolean {
  const current = settings.router;
  return model === undefined
    ? strategy === current.strategy
    : current.strategy === "pinned" && model === current.pinnedModel;
}

function strategyItems(settings: Settings): Item[] {
  const { fallbacks } = settings.router;
  const detail: Readonly<Record<Exclude<Strategy, "pinned">, string>> = {
    adaptive: vscode.l10n.t("Random, but prefers models that are good at code and answer reliably and fast"),
    random: vscode.l10n.t("A random free model that can answer your question"),
    server: vscode.l10n.t("OpenRouter's free router selects the model"),
    fallbacks: fallbacks.join(", "),
  };
  const strategies: (keyof typeof detail)[] = ["adaptive", "random", "server"];
  if (fallbacks.length > 0) strategies.push("fallbacks");
  return strategies.map((strategy) => ({
    label: choiceLabel(strategyLabel(strategy), { strategy }, settings),
    detail: iconText(detail[strategy]),
    strategy,
    ...(strategy === "adaptive" && { description: iconText(vscode.l10n.t("Recommended")) }),
  }));
}

function modelItems(
  models: readonly Model[],
  { charged, states }: { charged: readonly ChargedModel[]; states: readonly ServiceState[] },
  { router, settings, memento }: ModelPickerDependencies,
): Item[] {
  const now = Date.now();
  const choices = modelPickerRows({
    models: models.filter(({ id }) => !charged.some(({ model }) => model === id)),
    statistics: router.statistics(),
    favorites: favoriteModels(memento),
    settings: settings.router,
    machine: machineName(vscode.env.remoteName),
    now,
  });
  const items: Item[] = [];
  let section = "";
  for (const choice of choices) {
    const nextSection = sectionOf(choice, states, now);
    if (nextSection !== section) items.push({ label: nextSection, kind: vscode.QuickPickItemKind.Separator });
    section = nextSection;
    const { id, name, description, detail } = choice;
    const label = choiceLabel(name, { model: id }, settings);
    items.push({ label, description, detail, model: id, buttons: modelButtons(choice) });
  }
  return items;
}

/** Models that charged the account, with what they charged. Also those that the catalogue no longer lists as free. */
function chargedItems(charged: readonly ChargedModel[], models: readonly Model[]): Item[] {
  if (charged.length === 0) return [];
  return [
    { label: vscode.l10n.t("excluded because they charged"), kind: vscode.QuickPickItemKind.Separator },
    ...charged.map(({ model, costUsd }): Item => {
      const known = models.find(({ id }) => id === model);
      return {
        label: iconText(icon("blank"), visibleName(known ? modelName(known) : model)),
        // The id is there to be found, too.
        description: iconText(known ? visibleName(model) : "", vscode.l10n.t("charged {0} USD", costUsd)),
        ...{ model, charged: true, buttons: [bringBackButton()] },
      };
    }),
  ];
}

const isOfOtherService = ({ id }: Model): boolean => serviceOf(id) !== "openrouter";

/** The items of which it is true, and the others. */
function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** Instead of models that cannot answer before there is an account. */
function signInItems(hidden: readonly Model[]): Item[] {
  return [
    { label: vscode.l10n.t("OpenRouter"), kind: vscode.QuickPickItemKind.Separator },
    {
      label: iconText(icon("account"), vscode.l10n.t("Sign In with OpenRouter")),
      ...(hidden.length > 0 && { description: iconText(vscode.l10n.t("{0} more free models", hidden.length)) }),
      command: commands.signIn,
    },
  ];
}

function failureItem(error: unknown): Item {
  return {
    label: iconText(icon("warning"), vscode.l10n.t("Could not load the free models")),
    detail: iconText(errorMessage(error).sentence),
  };
}

/** The services in use, and where further models come from. */
function serviceItems(states: readonly ServiceState[], settings: Settings): Item[] {
  const options = { states, settings: settings.router, machine: machineName(vscode.env.remoteName), now: Date.now() };
  return [
    { label: vscode.l10n.t("services"), kind: vscode.QuickPickItemKind.Separator },
    ...serviceRows(options).map(({ use, label, description, command }): Item => ({
      ...{ label, description, command },
      ...(use && { use, buttons: [{ iconPath: deleteIcon, tooltip: vscode.l10n.t("Remove Service…") }] }),
    })),
    { label: iconText(icon("vm"), vscode.l10n.t("Use Local Models")), command: commands.useLocalModels },
    { label: iconText(icon("add"), vscode.l10n.t("Add a Service…")), command: commands.addService },
    {
      label: iconText(icon("list-ordered"), vscode.l10n.t("Choose Service Order…")),
      command: commands.chooseServiceOrder,
    },
  ];
}

/** Marks the current choice with a check mark and indents the others alike. */
function choiceLabel(name: string, choice: Choice, settings: Settings): IconText {
  return iconText(icon(isCurrent(choice, settings) ? "check" : "blank"), name);
}
