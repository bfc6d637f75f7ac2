import * as vscode from "vscode";
import { createQuickPick, type PickItem } from "../iconLabels";
import { iconText } from "../iconText";
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
  const box = store.add(createQuickPick<InstructionItem>(title));
  box.placeholder = vscode.l10n.t(
    "What should change? For example: “return early”, “use async/await”, “add error handling”",
  );
  box.value = value;
  const fill = (): void => {
    const typed = box.value.trim();
    const first =
      typed === ""
        ? []
        : [
            {
              ...instructionItem(typed),
              description: iconText(vscode.l10n.t("Press Enter to edit")),
              alwaysShow: true,
            },
          ];
    const others = recent.filter((each) => each !== typed).map(instructionItem);
    const separator: InstructionItem = {
      label: vscode.l10n.t("recently used"),
      kind: vscode.QuickPickItemKind.Separator,
    };
    box.items = [...first, ...(others.length > 0 ? [separator, ...others] : [])];
    box.activeItems = box.items.slice(0, first.length);
  };
  fill();
  store.add(box.onDidChangeValue(fill));
  const chosen = await new Promise<string | undefined>((resolve) => {
    store.add(box.onDidAccept(() => resolve((box.selectedItems[0]?.instruction ?? box.value).trim() || undefined)));
    store.add(box.onDidHide(() => resolve(undefined)));
    box.show();
  });
  store.dispose();
  if (chosen !== undefined)
    await memento.update(memoryKey, [chosen, ...recent.filter((each) => each !== chosen)].slice(0, remembered));
  return chosen;
}

type InstructionItem = PickItem & { instruction?: string };

function instructionItem(instruction: string): PickItem & { instruction: string } {
  return { label: iconText(instruction), instruction };
}

function recentInstructions(memento: vscode.Memento): string[] {
  const saved = memento.get<unknown>(memoryKey);
  return Array.isArray(saved) ? saved.filter((each): each is string => typeof each === "string") : [];
}
