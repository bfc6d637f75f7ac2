import * as vscode from "vscode";
import type { Attachment, Mention } from "./attachment";
import { attachmentIcons } from "./attachmentIcons";
import { attachFiles } from "./attachFiles";
import { attachMention, findMentions } from "./mentions";

interface AttachmentItem extends vscode.QuickPickItem {
  attach: () => Promise<readonly Attachment[]>;
}

/** Shows a quick pick of mentions, with an entry for browsing files. Empty if the user cancels. */
export async function pickAttachments(): Promise<readonly Attachment[]> {
  const item = await pickItem();
  return (await item?.attach()) ?? [];
}

function pickItem(): Promise<AttachmentItem | undefined> {
  const picker = vscode.window.createQuickPick<AttachmentItem>();
  let latestSearch = new vscode.CancellationTokenSource();
  const search = async (): Promise<void> => {
    latestSearch.cancel();
    const { token } = (latestSearch = new vscode.CancellationTokenSource());
    picker.busy = true;
    const mentions = await findMentions(picker.value, token);
    if (token.isCancellationRequested) return;
    picker.items = [...mentions.map(mentionItem), browseItem()];
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
      latestSearch.cancel();
      picker.dispose();
    });
    picker.show();
    void search();
  });
}

/** `alwaysShow`, because the mentions are already filtered and sorted by the query. */
function mentionItem({ id, kind, label, description }: Mention): AttachmentItem {
  return {
    label: `$(${attachmentIcons[kind]}) ${label}`,
    description,
    alwaysShow: true,
    attach: () => attachMention(id),
  };
}

function browseItem(): AttachmentItem {
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
