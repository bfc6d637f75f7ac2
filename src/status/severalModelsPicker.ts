import * as vscode from "vscode";
import type { Settings } from "../config/settings";
import { createQuickPick, type PickItem } from "../iconLabels";
import { iconText } from "../iconText";
import { DisposableStore } from "../lifecycle";
import { machineName } from "../machineName";
import { showInformation } from "../notifications";
import { differentMakers, type Model, type ModelId, type Router } from "../router/index";
import { visibleText } from "../visibleText";
import { modelPickerRows } from "./modelPickerRows";
import { modelCount, priceOf } from "./severalModels";

export interface SeveralModelsDependencies {
  readonly router: Pick<Router, "quota" | "statistics">;
  readonly settings: Pick<Settings, "router">;
}

type Item = PickItem & { readonly model: ModelId };

/**
 * Lets the user choose which models answer the same question, and says what that costs. The best models of different makers are chosen at
 * first. `models`: those that can answer it, the best first. Resolves to `undefined` if the user cancels, or there are too few.
 */
export async function chooseSeveralModels(
  models: readonly Model[],
  { router, settings }: SeveralModelsDependencies,
): Promise<readonly ModelId[] | undefined> {
  const candidates = models.filter((model) => !model.router);
  if (candidates.length < modelCount.min) {
    void showInformation(vscode.l10n.t("Only one free model can answer this question now."));
    return undefined;
  }
  const left = (await router.quota().catch(() => undefined))?.remaining;
  const store = new DisposableStore();
  const title = vscode.l10n.t("Ask Several Models");
  const box = store.add(createQuickPick<Item>(title));
  box.placeholder = vscode.l10n.t("Each model answers beside the others, and you keep one answer");
  box.canSelectMany = true;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = itemsOf(candidates, { router, settings });
  const first = differentMakers(candidates, Math.min(modelCount.max, Math.max(modelCount.min, left ?? Infinity)));
  box.selectedItems = first.flatMap(({ id }) => box.items.find(({ model }) => model === id) ?? []);
  const chosen = (): ModelId[] => box.selectedItems.map(({ model }) => model);
  const showPrice = (): void => {
    box.title = visibleText(`${title} · ${priceOf(chosen(), left).sentence}`);
  };
  showPrice();
  store.add(box.onDidChangeSelection(showPrice));
  try {
    return await new Promise((resolve) => {
      store.add(box.onDidHide(() => resolve(undefined)));
      store.add(
        box.onDidAccept(() => {
          if (priceOf(chosen(), left).isPossible) resolve(chosen());
        }),
      );
      box.show();
    });
  } finally {
    store.dispose();
  }
}

/** In the order of the models, the best first, with what is known of each. */
function itemsOf(models: readonly Model[], { router, settings }: SeveralModelsDependencies): Item[] {
  const rows = modelPickerRows({
    ...{ models, statistics: router.statistics(), favorites: [], settings: settings.router },
    ...{ machine: machineName(vscode.env.remoteName), now: Date.now() },
  });
  return models.flatMap(({ id }) => {
    const row = rows.find((each) => each.id === id);
    if (!row) return [];
    const { name, description, detail } = row;
    return { label: iconText(name), description, detail, model: id };
  });
}
