import { commands } from "../manifest";
import * as vscode from "vscode";
import type { Settings } from "../config/settings";
import { errorMessage } from "../failureMessages";
import { createQuickPick, type PickItem } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { DisposableStore } from "../lifecycle";
import { capabilityLegend, modelPickerRows, type ModelPickerRow } from "./modelPickerRows";
import type { ChargedModel, Log, Model, ModelId, Router, Strategy } from "../router/index";
import { visibleName } from "../visibleText";
import { strategyLabel } from "./statusText";

export interface ModelPickerDependencies {
  router: Pick<Router, "freeModels" | "statistics" | "feedback" | "chargedModels" | "bringBack">;
  settings: Settings;
  /** Stores the favorites. */
  memento: vscode.Memento;
  log: Log;
}

interface Choice {
  strategy?: Strategy;
  model?: ModelId;
  /** The model charged the account; choosing it brings it back. */
  charged?: true;
  /** A command to run instead. */
  command?: string;
}

type Item = PickItem & Choice;

const favoritesKey = "favouriteModels";

/** Lets the user choose a selection strategy or a single model, and writes the choice to the settings. */
export async function pickModel(dependencies: ModelPickerDependencies): Promise<void> {
  const { settings } = dependencies;
  const store = new DisposableStore();
  const box = store.add(createQuickPick<Item>(vscode.l10n.t("Select Model")));
  box.placeholder = vscode.l10n.t("Choose automatic selection or a model");
  box.prompt = iconText(...capabilityLegend.flatMap(({ icon, label }) => [icon, label()]));
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.keepScrollPosition = true;
  box.busy = true;
  box.items = strategyItems(settings);

  let models: readonly Model[] = [];
  const updateItems = async (): Promise<void> => {
    const charged = await dependencies.router.chargedModels();
    box.items = [
      ...strategyItems(settings),
      ...modelItems(models, charged, dependencies),
      ...chargedItems(charged),
      ...serviceItems(),
    ];
  };
  const loaded = dependencies.router.freeModels().then(
    async (freeModels) => {
      models = freeModels;
      await updateItems();
      box.activeItems = box.items.filter((item) => isCurrent(item, settings));
    },
    (error: unknown) => {
      dependencies.log.warn(`Could not load the free models: ${String(error)}`);
      box.items = [
        ...box.items,
        {
          label: iconText(icon("warning"), vscode.l10n.t("Could not load the free models")),
          detail: iconText(errorMessage(error).sentence),
        },
      ];
    },
  );
  void loaded.finally(() => (box.busy = false));

  try {
    await new Promise<void>((resolve, reject) => {
      store.add(box.onDidHide(() => resolve()));
      store.add(
        box.onDidTriggerItemButton(({ item, button }) => {
          void handleButton(button, item, dependencies).then(updateItems, reject);
        }),
      );
      store.add(
        box.onDidAccept(() => {
          applyChoice(box.selectedItems[0], settings).then(resolve, reject);
        }),
      );
      box.show();
    });
  } finally {
    store.dispose();
  }
}

async function applyChoice(item: Item | undefined, settings: Settings): Promise<void> {
  // A charged model is brought back with its button only, not by accident.
  if (item?.charged) return;
  if (item?.command) await vscode.commands.executeCommand(item.command);
  if (item?.strategy) await settings.setStrategy(item.strategy);
  else if (item?.model) {
    await settings.setExcluded(item.model, false);
    await settings.setStrategy("pinned", item.model);
  }
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
  charged: readonly ChargedModel[],
  { router, settings, memento }: ModelPickerDependencies,
): Item[] {
  const choices = modelPickerRows({
    models: models.filter(({ id }) => !charged.some(({ model }) => model === id)),
    statistics: router.statistics(),
    favorites: readFavorites(memento),
    settings: settings.router,
    now: Date.now(),
  });
  const items: Item[] = [];
  let section = "";
  for (const choice of choices) {
    const nextSection = sectionOf(choice);
    if (nextSection !== section) items.push({ label: nextSection, kind: vscode.QuickPickItemKind.Separator });
    section = nextSection;
    const { id, name, description, detail } = choice;
    const label = choiceLabel(name, { model: id }, settings);
    items.push({ label, description, detail, model: id, buttons: buttonsOf(choice) });
  }
  return items;
}

/** Models that charged the account, with what they charged. Also those that the catalogue no longer lists as free. */
function chargedItems(charged: readonly ChargedModel[]): Item[] {
  if (charged.length === 0) return [];
  return [
    { label: vscode.l10n.t("excluded because they charged"), kind: vscode.QuickPickItemKind.Separator },
    ...charged.map(({ model, costUsd }): Item => ({
      label: iconText(icon("blank"), visibleName(model)),
      description: iconText(vscode.l10n.t("charged {0} USD", costUsd)),
      ...{ model, charged: true, buttons: [{ iconPath: bringBackIcon, tooltip: vscode.l10n.t("Bring Back") }] },
    })),
  ];
}

/** Where further models come from. */
function serviceItems(): Item[] {
  return [
    { label: vscode.l10n.t("services"), kind: vscode.QuickPickItemKind.Separator },
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

function sectionOf({ favorite, preview, excluded, service }: ModelPickerRow): string {
  if (excluded) return vscode.l10n.t("excluded");
  if (favorite) return vscode.l10n.t("favorites");
  if (service !== undefined) return service;
  return preview ? vscode.l10n.t("preview models") : vscode.l10n.t("free models");
}

const addIcon = new vscode.ThemeIcon("star-empty");
const removeIcon = new vscode.ThemeIcon("star-full");
const excludeIcon = new vscode.ThemeIcon("circle-slash");
const bringBackIcon = new vscode.ThemeIcon("debug-restart");
const allowIcon = new vscode.ThemeIcon("discard");

function buttonsOf({ favorite, excluded }: ModelPickerRow): vscode.QuickInputButton[] {
  if (excluded) return [{ iconPath: allowIcon, tooltip: vscode.l10n.t("Allow This Model") }];
  return [
    favorite
      ? { iconPath: removeIcon, tooltip: vscode.l10n.t("Remove from Favorites") }
      : { iconPath: addIcon, tooltip: vscode.l10n.t("Add to Favorites") },
    { iconPath: excludeIcon, tooltip: vscode.l10n.t("Exclude This Model") },
  ];
}

async function handleButton(
  button: vscode.QuickInputButton,
  { model }: Item,
  dependencies: ModelPickerDependencies,
): Promise<void> {
  if (model === undefined) return;
  const { router, settings, memento } = dependencies;
  const others = readFavorites(memento).filter((id) => id !== model);
  if (button.iconPath === addIcon) await memento.update(favoritesKey, [...others, model]);
  if (button.iconPath === removeIcon) await memento.update(favoritesKey, others);
  if (button.iconPath === bringBackIcon) await router.bringBack(model);
  if (button.iconPath === excludeIcon) {
    await settings.setExcluded(model, true);
    router.feedback(model, "excluded");
  }
  if (button.iconPath === allowIcon) await settings.setExcluded(model, false);
}

function readFavorites(memento: vscode.Memento): ModelId[] {
  const stored = memento.get<unknown>(favoritesKey);
  return Array.isArray(stored) ? stored.filter((each): each is string => typeof each === "string") : [];
}
