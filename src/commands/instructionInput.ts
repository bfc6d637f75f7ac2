import * as vscode from "vscode";
import { DisposableStore } from "../lifecycle";

const memoryKey = "editInstructions";
const remembered = 20;

/** Asks for an instruction, with recent ones to choose from; `undefined` if the user cancels. */
export async function inputInstruction(
  { title, value }: { title: string; value: string },
  memento: vscode.Memento,
): Promise<string | undefined> {
  const recent = recentInstructions(memento);
  const store = new DisposableStore();
  const box = store.add(vscode.window.createQuickPick());
  box.title = title;
  box.placeholder = vscode.l10n.t(
    "What should change? For example: “return early”, “use async/await”, “add error handling”",
  );
  box.value = value;
  const fill = (): void => {
    const typed = box.value.trim();
    const first =
      typed === "" ? [] : [{ label: typed, description: vscode.l10n.t("Press Enter to edit"), alwaysShow: true }];
    const others = recent.filter((each) => each !== typed).map((label) => ({ label }));
    const separator = { label: vscode.l10n.t("recently used"), kind: vscode.QuickPickItemKind.Separator };
    box.items = [...first, ...(others.length > 0 ? [separator, ...others] : [])];
    box.activeItems = box.items.slice(0, first.length);
  };
  fill();
  store.add(box.onDidChangeValue(fill));
  const chosen = await new Promise<string | undefined>((resolve) => {
    store.add(box.onDidAccept(() => resolve((box.selectedItems[0]?.label ?? box.value).trim() || undefined)));
    store.add(box.onDidHide(() => resolve(undefined)));
    box.show();
  });
  store.dispose();
  if (chosen !== undefined)
    await memento.update(memoryKey, [chosen, ...recent.filter((each) => each !== chosen)].slice(0, remembered));
  return chosen;
}

function recentInstructions(memento: vscode.Memento): string[] {
  const saved = memento.get<unknown>(memoryKey);
  return Array.isArray(saved) ? saved.filter((each): each is string => typeof each === "string") : [];
}
