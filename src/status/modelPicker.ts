import * as vscode from "vscode";
import type { Settings } from "../config/settings";
import { errorMessage } from "../failureMessages";
import { DisposableStore } from "../lifecycle";
import { capabilityLegend, modelChoices, type ModelChoice } from "./modelChoice";
import type { Log, Model, ModelId, Router, Strategy } from "../router/index";
import { strategyLabel } from "./statusText";

export interface ModelPickerDependencies {
  router: Pick<Router, "freeModels" | "statistics">;
  settings: Settings;
  /** Keeps the favourites. */
  memento: vscode.Memento;
  log: Log;
}

interface Item extends vscode.QuickPickItem {
  strategy?: Strategy;
  model?: ModelId;
}

const favouritesKey = "favouriteModels";

/** Lets the user choose how models are chosen, or one of them; the choice is written to the settings. */
export async function pickModel(dependencies: ModelPickerDependencies): Promise<void> {
  const { settings } = dependencies;
  const store = new DisposableStore();
  const box = store.add(vscode.window.createQuickPick<Item>());
  box.title = vscode.l10n.t("Who Answers?");
  box.placeholder = vscode.l10n.t("Choose how the model is chosen, or one free model");
  box.prompt = capabilityLegend.map(({ icon, words }) => `${icon} ${words()}`).join("   ");
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.keepScrollPosition = true;
  box.busy = true;
  box.items = strategyItems(settings);

  let models: readonly Model[] = [];
  const fill = (): void => {
    box.items = [...strategyItems(settings), ...modelItems(models, dependencies)];
  };
  const loaded = dependencies.router.freeModels().then(
    (free) => {
      models = free;
      fill();
      box.activeItems = box.items.filter((item) => isCurrent(item, settings));
    },
    (error: unknown) => {
      dependencies.log.warn(`The models cannot be listed: ${String(error)}`);
      box.items = [
        ...box.items,
        {
          label: `$(warning) ${vscode.l10n.t("The free models cannot be listed")}`,
          detail: errorMessage(error).sentence,
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
          void press(button, item, dependencies).then(fill, reject);
        }),
      );
      store.add(
        box.onDidAccept(() => {
          choose(box.selectedItems[0], settings).then(resolve, reject);
        }),
      );
      box.show();
    });
  } finally {
    store.dispose();
  }
}

async function choose(item: Item | undefined, settings: Settings): Promise<void> {
  if (item?.strategy) await settings.choose(item.strategy);
  else if (item?.model) {
    await settings.exclude(item.model, false);
    await settings.choose("pinned", item.model);
  }
}

function isCurrent({ strategy, model }: Item, settings: Settings): boolean {
  const present = settings.router;
  return model === undefined
    ? strategy === present.strategy
    : present.strategy === "pinned" && model === present.pinnedModel;
}

function strategyItems(settings: Settings): Item[] {
  const { fallbacks } = settings.router;
  const detail: Readonly<Record<Exclude<Strategy, "pinned">, string>> = {
    random: vscode.l10n.t("A random one of the free models that can do what the question needs"),
    adaptive: vscode.l10n.t("Random too, but models that answered well and fast come more often"),
    server: vscode.l10n.t("OpenRouter's own free router chooses"),
    fallbacks: fallbacks.join(", "),
  };
  const strategies: (keyof typeof detail)[] = ["random", "adaptive", "server"];
  if (fallbacks.length > 0) strategies.push("fallbacks");
  return strategies.map((strategy) => {
    const item: Item = { label: strategyLabel(strategy), detail: detail[strategy], strategy };
    return marked(item, settings);
  });
}

function modelItems(models: readonly Model[], { router, settings, memento }: ModelPickerDependencies): Item[] {
  const choices = modelChoices({
    models,
    statistics: router.statistics(),
    favourites: favourites(memento),
    settings: settings.router,
    now: Date.now(),
  });
  const items: Item[] = [];
  let section = "";
  for (const choice of choices) {
    const next = sectionOf(choice);
    if (next !== section) items.push({ label: next, kind: vscode.QuickPickItemKind.Separator });
    section = next;
    const { id, name, description, detail } = choice;
    items.push(marked({ label: name, description, detail, model: id, buttons: buttonsOf(choice) }, settings));
  }
  return items;
}

/** The choice in force carries a check mark; the others keep the same indent. */
function marked(item: Item, settings: Settings): Item {
  return { ...item, label: `$(${isCurrent(item, settings) ? "check" : "blank"}) ${item.label}` };
}

function sectionOf({ favourite, preview, excluded }: ModelChoice): string {
  if (excluded) return vscode.l10n.t("never used");
  if (favourite) return vscode.l10n.t("favourites");
  return preview ? vscode.l10n.t("free previews") : vscode.l10n.t("free models");
}

const star = new vscode.ThemeIcon("star-empty");
const unstar = new vscode.ThemeIcon("star-full");
const never = new vscode.ThemeIcon("circle-slash");
const allow = new vscode.ThemeIcon("discard");

function buttonsOf({ favourite, excluded }: ModelChoice): vscode.QuickInputButton[] {
  if (excluded) return [{ iconPath: allow, tooltip: vscode.l10n.t("Use Again") }];
  return [
    favourite
      ? { iconPath: unstar, tooltip: vscode.l10n.t("Remove from Favourites") }
      : { iconPath: star, tooltip: vscode.l10n.t("Add to Favourites") },
    { iconPath: never, tooltip: vscode.l10n.t("Never Use This Model") },
  ];
}

async function press(
  button: vscode.QuickInputButton,
  { model }: Item,
  dependencies: ModelPickerDependencies,
): Promise<void> {
  if (model === undefined) return;
  const { settings, memento } = dependencies;
  const others = favourites(memento).filter((id) => id !== model);
  if (button.iconPath === star) await memento.update(favouritesKey, [...others, model]);
  if (button.iconPath === unstar) await memento.update(favouritesKey, others);
  if (button.iconPath === never) await settings.exclude(model, true);
  if (button.iconPath === allow) await settings.exclude(model, false);
}

function favourites(memento: vscode.Memento): ModelId[] {
  const kept = memento.get<unknown>(favouritesKey);
  return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === "string") : [];
}
