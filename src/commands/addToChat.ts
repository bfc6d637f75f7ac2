import * as vscode from "vscode";
import { attachFiles, type AttachOptions } from "../context/attachFiles";
import type { AskInChat } from "./question";
import { showInformation } from "../notifications";

/** Puts files, pictures and folders beside the composer. VS Code's Explorer hands over the one clicked, and all that are selected. */
export async function addToChat(
  ask: AskInChat,
  clicked: unknown,
  selected: unknown,
  how: AttachOptions = {},
): Promise<void> {
  const uris = chosen(clicked, selected);
  if (uris.length === 0) {
    void showInformation(vscode.l10n.t("There is no file to add yet: open one, or right-click it in the Explorer."));
    return;
  }
  const attachments = await attachFiles(uris, how);
  if (attachments.length > 0) await ask({ attachments, submit: false });
}

/** From the palette it is what the active editor shows. */
function chosen(clicked: unknown, selected: unknown): readonly vscode.Uri[] {
  const several = Array.isArray(selected) ? selected.filter((each) => each instanceof vscode.Uri) : [];
  if (several.length > 0) return several;
  if (clicked instanceof vscode.Uri) return [clicked];
  const tab: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return tab instanceof vscode.TabInputText || tab instanceof vscode.TabInputCustom ? [tab.uri] : [];
}
