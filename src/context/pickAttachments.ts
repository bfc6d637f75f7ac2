import * as vscode from "vscode";
import type { Attachment, Mention } from "./attachment";
import { attachmentIcons } from "./attachmentIcons";
import { attachFiles } from "./attachFiles";
import { attachMention, findMentions } from "./mentions";

interface Row extends vscode.QuickPickItem {
  attach: () => Promise<readonly Attachment[]>;
}

/** Lets the user choose what to attach: what is there, or any file or picture anywhere; empty when nothing is chosen. */
export async function pickAttachments(): Promise<readonly Attachment[]> {
  const chosen = await pickRow();
  return (await chosen?.attach()) ?? [];
}

function pickRow(): Promise<Row | undefined> {
  const picker = vscode.window.createQuickPick<Row>();
  let searching = new vscode.CancellationTokenSource();
  const search = async (): Promise<void> => {
    searching.cancel();
    const mine = (searching = new vscode.CancellationTokenSource());
    picker.busy = true;
    const found = await findMentions(picker.value, mine.token);
    if (mine.token.isCancellationRequested) return;
    picker.items = [...found.map(rowOf), browseRow()];
    picker.busy = false;
  };
  return new Promise((resolve) => {
    picker.title = vscode.l10n.t("Attach to Your Question");
    picker.placeholder = vscode.l10n.t("Search for files, symbols, and other context to send with your question");
    picker.onDidChangeValue(() => void search());
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      searching.cancel();
      picker.dispose();
    });
    picker.show();
    void search();
  });
}

/** Found and ranked already, so that VS Code's own search leaves it where it is. */
function rowOf({ id, kind, label, description }: Mention): Row {
  return {
    label: `$(${attachmentIcons[kind]}) ${label}`,
    description,
    alwaysShow: true,
    attach: () => attachMention(id),
  };
}

function browseRow(): Row {
  return {
    label: vscode.l10n.t("$(folder-opened) Browse…"),
    description: vscode.l10n.t("any file or image"),
    alwaysShow: true,
    attach: browse,
  };
}

async function browse(): Promise<readonly Attachment[]> {
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: true,
    openLabel: vscode.l10n.t("Attach"),
    title: vscode.l10n.t("Attach Files or Images"),
  });
  return attachFiles(uris ?? []);
}
