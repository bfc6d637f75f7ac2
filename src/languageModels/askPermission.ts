import * as vscode from "vscode";
import { showWarning } from "../notifications";
import { visibleName } from "../visibleText";
import { permissionLabels } from "./permissionLabels";
import type { Permission } from "./requesters";

/** Asks whether an extension may use the free models; `undefined` if the user closes the question. */
export async function askPermission(id: string): Promise<Permission | undefined> {
  const labels = permissionLabels();
  const detail = vscode.l10n.t(
    "Each request counts against your free requests of the day. Free providers may store what it sends and train on it.",
  );
  const sentence = vscode.l10n.t("Allow {0} to use your free models?", requesterName(id));
  const chosen = await showWarning(sentence, { modal: true, detail }, ...labels.keys());
  return chosen === undefined ? undefined : labels.get(chosen);
}

/** The extension's own name with its id, which it cannot choose freely. */
export function requesterName(id: string): string {
  if (id === "core") return "VS Code";
  if (id === "unknown") return vscode.l10n.t("an extension");
  const manifest: unknown = vscode.extensions.getExtension(id)?.packageJSON;
  const hasName = typeof manifest === "object" && manifest !== null && "displayName" in manifest;
  return hasName ? `${visibleName(String(manifest.displayName))} (${visibleName(id)})` : visibleName(id);
}
