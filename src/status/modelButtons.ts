import * as vscode from "vscode";
import type { Settings } from "../config/settings";
import type { ModelId, Router } from "../router/index";
import type { ModelPickerRow } from "./modelPickerRows";

export interface ModelButtonsDependencies {
  router: Pick<Router, "feedback" | "bringBack">;
  settings: Settings;
  /** Stores the favorites. */
  memento: vscode.Memento;
}

const favoritesKey = "favouriteModels";

const addIcon = new vscode.ThemeIcon("star-empty");
const removeIcon = new vscode.ThemeIcon("star-full");
const excludeIcon = new vscode.ThemeIcon("circle-slash");
const allowIcon = new vscode.ThemeIcon("discard");
const bringBackIcon = new vscode.ThemeIcon("debug-restart");

/** The buttons of a model's row in the model picker. */
export function modelButtons({ favorite, excluded }: ModelPickerRow): vscode.QuickInputButton[] {
  if (excluded) return [{ iconPath: allowIcon, tooltip: vscode.l10n.t("Allow This Model") }];
  return [
    favorite
      ? { iconPath: removeIcon, tooltip: vscode.l10n.t("Remove from Favorites") }
      : { iconPath: addIcon, tooltip: vscode.l10n.t("Add to Favorites") },
    { iconPath: excludeIcon, tooltip: vscode.l10n.t("Exclude This Model") },
  ];
}

/** The button of the row of a model that charged the account. */
export function bringBackButton(): vscode.QuickInputButton {
  return { iconPath: bringBackIcon, tooltip: vscode.l10n.t("Bring Back") };
}

/** Does what the button of a model says. */
export async function pressModelButton(
  { iconPath }: vscode.QuickInputButton,
  model: ModelId,
  { router, settings, memento }: ModelButtonsDependencies,
): Promise<void> {
  const others = favoriteModels(memento).filter((id) => id !== model);
  if (iconPath === addIcon) await memento.update(favoritesKey, [...others, model]);
  if (iconPath === removeIcon) await memento.update(favoritesKey, others);
  if (iconPath === bringBackIcon) await router.bringBack(model);
  if (iconPath === excludeIcon) {
    await settings.setExcluded(model, true);
    router.feedback(model, "excluded");
  }
  if (iconPath === allowIcon) await settings.setExcluded(model, false);
}

/** The user's favorites, also of models that are gone. */
export function favoriteModels(memento: vscode.Memento): ModelId[] {
  const stored = memento.get<unknown>(favoritesKey);
  return Array.isArray(stored) ? stored.filter((each): each is string => typeof each === "string") : [];
}
