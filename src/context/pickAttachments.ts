import * as vscode from "vscode";
import { createQuickPick } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import type { Attachment, Mention } from "./attachment";
import { attachmentIcons } from "./attachmentIcons";
import { attachFiles } from "./attachFiles";
import { attachMention, findMentions } from "./mentions";

interface AttachmentItem {
  label: IconText;
  description: IconText;
  alwaysShow: boolean;
  attach: () => Promise<readonly Attachment[]>;
}

/** Shows a quick pick of mentions, with an entry for browsing files. Empty if the user cancels. */
export async function pickAttachments(): Promise<readonly Attachment[]> {
  const item = await pickItem();
  return (await item?.attach()) ?? [];
}

function pickItem(): Promise<AttachmentItem | undefined> {
  const picker = createQuickPick<AttachmentItem>(vscode.l10n.t("Attach to Your Question"));
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
    label: iconText(icon(attachmentIcons[kind]), label),
    description: iconText(description),
    alwaysShow: true,
    attach: () => attachMention(id),
  };
}

function browseItem(): AttachmentItem {
  return {
    label: iconText(icon("folder-opened"), vscode.l10n.t("Browse…")),
    description: iconText(vscode.l10n.t("any file or image")),
    alwaysShow: true,
    attach: browse,
  };
}

async function browse(): Promise<readonly Attachment[]> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: true,
    // Otherwise the dialog opens at the folder above the workspace.
    ...(folder && { defaultUri: folder }),
    openLabel: vscode.l10n.t("Attach"),
    title: vscode.l10n.t("Attach Files or Images"),
  });
  return attachFiles(uris ?? []);
}
