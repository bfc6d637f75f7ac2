import * as vscode from "vscode";
import { activeAttachments } from "./activeEditor";
import type { Attachment } from "./attachment";
import { attachFiles } from "./files";

interface Source extends vscode.QuickPickItem {
  attach?: () => Promise<readonly Attachment[]>;
}

/** More than this nobody scrolls through; the dialog for files is there for the rest. */
const maxFiles = 2_000;

/** Lets the user choose what to attach: what is open, a file of the workspace, or any file or picture; empty when nothing is chosen. */
export async function pickAttachments(): Promise<readonly Attachment[]> {
  const cancellation = new vscode.CancellationTokenSource();
  try {
    const chosen = await vscode.window.showQuickPick(sources(cancellation.token), {
      title: vscode.l10n.t("Attach to Your Question"),
      placeHolder: vscode.l10n.t("Choose a file or a picture; what is attached is sent to the model"),
      matchOnDescription: true,
    });
    return (await chosen?.attach?.()) ?? [];
  } finally {
    cancellation.cancel();
    cancellation.dispose();
  }
}

async function sources(token: vscode.CancellationToken): Promise<Source[]> {
  const [here, files] = await Promise.all([
    activeAttachments(),
    vscode.workspace.findFiles("**/*", undefined, maxFiles, token),
  ]);
  const open = openFiles();
  const opened = new Set(open.map(String));
  return [
    ...(here.length > 0 ? [hereSource(here)] : []),
    {
      label: vscode.l10n.t("$(folder-opened) Browse…"),
      description: vscode.l10n.t("files and pictures anywhere"),
      attach: browse,
    },
    ...section(vscode.l10n.t("open editors"), open),
    ...section(
      vscode.l10n.t("files"),
      files.filter((uri) => !opened.has(uri.toString())).sort((a, b) => (a.path < b.path ? -1 : 1)),
    ),
  ];
}

function hereSource(here: readonly Attachment[]): Source {
  const [first] = here;
  const label =
    first?.kind === "selection" ? vscode.l10n.t("$(list-selection) Selection") : vscode.l10n.t("$(file) Current file");
  return {
    label,
    description: here.map((each) => each.label).join(", "),
    attach: () => Promise.resolve(here),
  };
}

function section(title: string, uris: readonly vscode.Uri[]): Source[] {
  if (uris.length === 0) return [];
  return [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...uris.map((uri) => {
      const path = vscode.workspace.asRelativePath(uri);
      const name = path.slice(path.lastIndexOf("/") + 1);
      const folder = path.slice(0, -name.length - 1);
      return {
        label: name,
        description: folder,
        resourceUri: uri,
        iconPath: vscode.ThemeIcon.File,
        attach: () => attachFiles([uri]),
      };
    }),
  ];
}

function openFiles(): vscode.Uri[] {
  const inputs: unknown[] = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map((tab) => tab.input));
  const uris = inputs.flatMap((input) =>
    input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? [input.uri] : [],
  );
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

async function browse(): Promise<readonly Attachment[]> {
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: true,
    openLabel: vscode.l10n.t("Attach"),
    title: vscode.l10n.t("Attach Files or Pictures"),
  });
  return attachFiles(uris ?? []);
}
