import * as vscode from "vscode";
import { attachFiles, type AttachOptions } from "../context/attachFiles";
import type { CommandDependencies } from "./commandDependencies";
import { showInformation } from "../notifications";

/** Attaches files, images and folders. The Explorer passes the item that was clicked and everything that is selected. */
export function addToChat(dependencies: CommandDependencies, clicked?: unknown, selected?: unknown): Promise<void> {
  return attach(dependencies, chosen(clicked, selected), {});
}

/** The same for images; an SVG is attached as an image rather than as text. */
export function askImage(dependencies: CommandDependencies, clicked?: unknown, selected?: unknown): Promise<void> {
  return attach(dependencies, chosen(clicked, selected), { svgAsImage: true });
}

async function attach(
  { ask }: CommandDependencies,
  uris: readonly vscode.Uri[],
  options: AttachOptions,
): Promise<void> {
  if (uris.length === 0) {
    void showInformation(vscode.l10n.t("No file to add. Open one, or right-click it in the Explorer."));
    return;
  }
  const attachments = await attachFiles(uris, options);
  if (attachments.length > 0) await ask({ attachments, submit: false });
}

/** Without arguments, as from the Command Palette, the file of the active editor. */
function chosen(clicked: unknown, selected: unknown): readonly vscode.Uri[] {
  const several = Array.isArray(selected) ? selected.filter((each) => each instanceof vscode.Uri) : [];
  if (several.length > 0) return several;
  if (clicked instanceof vscode.Uri) return [clicked];
  const tab: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return tab instanceof vscode.TabInputText || tab instanceof vscode.TabInputCustom ? [tab.uri] : [];
}
