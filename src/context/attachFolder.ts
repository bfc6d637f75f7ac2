import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { displayPath } from "./displayPath";
import { folderTree, type FolderEntry } from "./folderTree";
import { findGitIgnored } from "./gitIgnore";
import { displayName } from "./location";
import { visibleName } from "../visibleText";

/** The most entries in a listing: some 10,000 tokens. */
const maxEntries = 1_500;

/** Never relevant to a question. Git does not report its own folder as ignored, and outside Git there may be no ignore file. */
const excludedNames = new Set([".git", ".hg", ".svn", "node_modules", "__pycache__", ".DS_Store"]);

interface FolderItem {
  readonly uri: vscode.Uri;
  readonly entry: FolderEntry;
}

/**
 * A listing of a folder and its subfolders without files that Git ignores. Reads level by level; once `maxEntries` is reached, deeper
 * folders stay collapsed, and `cut` describes how much was omitted.
 */
export async function attachFolder(uri: vscode.Uri): Promise<TextAttachment> {
  const root: FolderEntry = { name: displayName(uri.path).replace(/\/$/, ""), children: "unread" };
  const top: FolderItem[] = [{ uri, entry: root }];
  let level = top;
  let remaining = maxEntries;
  let collapsedFolders = 0;
  let omittedEntries = 0;
  while (level.length > 0) {
    const next: FolderItem[] = [];
    const folders = await readLevel(level, level === top ? readFolder : tryReadFolder);
    collapsedFolders += level.length - folders.length;
    for (const { entry, items } of folders) {
      if (remaining === 0) {
        collapsedFolders += items.length > 0 ? 1 : 0;
        continue;
      }
      const listed = items.slice(0, remaining);
      remaining -= listed.length;
      omittedEntries += items.length - listed.length;
      entry.children = listed.map((item) => item.entry);
      entry.omittedCount = items.length - listed.length;
      next.push(...listed.filter((item) => item.entry.children === "unread"));
    }
    if (remaining === 0) collapsedFolders += next.length;
    level = remaining === 0 ? [] : next;
  }
  const children = Array.isArray(root.children) ? root.children : [];
  const more = root.omittedCount ? `… ${root.omittedCount} more\n` : "";
  const cut = cutLabel(collapsedFolders, omittedEntries);
  return {
    id: randomUUID(),
    kind: "folder",
    label: `${displayPath(uri)}/`,
    text: children.length === 0 ? "(empty)\n" : folderTree(children) + more,
    uri: uri.toString(),
    ...(cut !== undefined && { cut }),
  };
}

/** Reads all folders of one level in parallel, so that a single call to Git covers them. Skips folders that cannot be read. */
async function readLevel(
  level: readonly FolderItem[],
  readItems: (folder: vscode.Uri) => Promise<FolderItem[] | undefined>,
): Promise<{ entry: FolderEntry; items: FolderItem[] }[]> {
  const read = await Promise.all(level.map(async ({ uri, entry }) => ({ entry, items: await readItems(uri) })));
  const folders = read.flatMap(({ entry, items }) => (items ? [{ entry, items }] : []));
  const ignored = await findGitIgnored(folders.flatMap(({ items }) => items.map((item) => item.uri)));
  return folders.map(({ entry, items }) => ({
    entry,
    items: items.filter((item) => !ignored.has(item.uri.toString())),
  }));
}

/** Lists symbolic links without following them, since they may form cycles. */
async function readFolder(folder: vscode.Uri): Promise<FolderItem[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries
    .filter(([name]) => !excludedNames.has(name))
    .map(([name, type]) => ({
      uri: vscode.Uri.joinPath(folder, name),
      entry: { name: visibleName(name), ...(type === vscode.FileType.Directory && { children: "unread" }) },
    }));
}

/** Subfolders may be unreadable or deleted in the meantime; they stay collapsed. */
function tryReadFolder(folder: vscode.Uri): Promise<FolderItem[] | undefined> {
  return readFolder(folder).catch(() => undefined);
}

function cutLabel(collapsedFolders: number, omittedEntries: number): string | undefined {
  const parts: string[] = [];
  if (omittedEntries > 0) parts.push(vscode.l10n.t("{0} entries", omittedEntries));
  if (collapsedFolders === 1) parts.push(vscode.l10n.t("contents of 1 folder"));
  else if (collapsedFolders > 1) parts.push(vscode.l10n.t("contents of {0} folders", collapsedFolders));
  return parts.length > 0 ? parts.join(", ") : undefined;
}
