import * as vscode from "vscode";
import type { IconText } from "./iconText";
import { visibleText } from "./visibleText";

// The parts of the UI where VS Code turns `$(name)` into an icon. They take `IconText` only, so that foreign text is shown as text.

/** An item of a quick pick. The label of a separator is plain text. */
export type PickItem =
  | (Omit<vscode.QuickPickItem, "label" | "description" | "detail" | "kind" | "tooltip"> & {
      label: IconText;
      description?: IconText;
      detail?: IconText;
      kind?: vscode.QuickPickItemKind.Default;
    })
  | { label: string; kind: vscode.QuickPickItemKind.Separator };

export interface PickOptions {
  readonly title?: string;
  readonly placeHolder?: string;
  readonly matchOnDetail?: boolean;
}

/** Lets the user select an item; `undefined` if they cancel. */
export function showQuickPick<T extends PickItem>(
  items: readonly T[],
  { title, placeHolder, ...options }: PickOptions,
): Thenable<T | undefined> {
  return vscode.window.showQuickPick(items, {
    ...options,
    ...(title !== undefined && { title: visibleText(title) }),
    ...(placeHolder !== undefined && { placeHolder: visibleText(placeHolder) }),
  });
}

export function createQuickPick<T extends PickItem>(title: string): vscode.QuickPick<T> {
  const box = vscode.window.createQuickPick<T>();
  box.title = visibleText(title);
  return box;
}

export type StatusBarItem = Omit<vscode.StatusBarItem, "text"> & { text: IconText };

export function createStatusBarItem(id: string, priority: number): StatusBarItem {
  return vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority) as StatusBarItem;
}

export function codeLens(range: vscode.Range, command: vscode.Command & { title: IconText }): vscode.CodeLens {
  return new vscode.CodeLens(range, command);
}
