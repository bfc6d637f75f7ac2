import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { folderTree, type FolderEntry } from "./folderTree";
import { ignoredAmong } from "./gitIgnore";
import { fileName } from "./location";

/** The most names of a listing: some 10,000 tokens. */
const maxNames = 1_500;

/** Read by nobody who asks about a project, and never in its own `.gitignore` or, outside Git, in none. */
const neverListed = new Set([".git", ".hg", ".svn", "node_modules", "__pycache__", ".DS_Store"]);

interface Unread {
  readonly uri: vscode.Uri;
  readonly entry: FolderEntry;
}

/**
 * The names in a folder and below, what Git ignores left out. Upper levels come first: where the names become too many, the folders
 * further down stay closed, and it is told how many.
 */
export async function attachFolder(uri: vscode.Uri): Promise<TextAttachment> {
  const root: FolderEntry = { name: fileName(uri.path).replace(/\/$/, ""), inside: "unread" };
  const top: Unread[] = [{ uri, entry: root }];
  let level = top;
  let left = maxNames;
  let closed = 0;
  let more = 0;
  while (level.length > 0) {
    const next: Unread[] = [];
    const folders = await readLevel(level, level === top ? read : readIfAllowed);
    closed += level.length - folders.length;
    for (const { entry, names } of folders) {
      if (left === 0) {
        closed += names.length > 0 ? 1 : 0;
        continue;
      }
      const kept = names.slice(0, left);
      left -= kept.length;
      more += names.length - kept.length;
      entry.inside = kept.map((each) => each.entry);
      entry.more = names.length - kept.length;
      next.push(...kept.filter((each) => each.entry.inside === "unread"));
    }
    if (left === 0) closed += next.length;
    level = left === 0 ? [] : next;
  }
  const inside = Array.isArray(root.inside) ? root.inside : [];
  const rest = root.more ? `… ${root.more} more\n` : "";
  const cut = cutWords(closed, more);
  return {
    id: randomUUID(),
    kind: "folder",
    label: `${vscode.workspace.asRelativePath(uri)}/`,
    text: inside.length === 0 ? "(empty)\n" : folderTree(inside) + rest,
    uri: uri.toString(),
    ...(cut !== undefined && { cut }),
  };
}

/** All folders of one level that can be read, at once: one question to Git. */
async function readLevel(
  level: readonly Unread[],
  namesIn: (folder: vscode.Uri) => Promise<Unread[] | undefined>,
): Promise<{ entry: FolderEntry; names: Unread[] }[]> {
  const read = await Promise.all(level.map(async ({ uri, entry }) => ({ entry, names: await namesIn(uri) })));
  const folders = read.flatMap(({ entry, names }) => (names ? [{ entry, names }] : []));
  const ignored = await ignoredAmong(folders.flatMap(({ names }) => names.map((each) => each.uri)));
  return folders.map(({ entry, names }) => ({
    entry,
    names: names.filter((each) => !ignored.has(each.uri.toString())),
  }));
}

/** Links are named and not followed: they may lead in circles. */
async function read(folder: vscode.Uri): Promise<Unread[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries
    .filter(([name]) => !neverListed.has(name))
    .map(([name, type]) => ({
      uri: vscode.Uri.joinPath(folder, name),
      entry: type === vscode.FileType.Directory ? { name, inside: "unread" } : { name },
    }));
}

/** A folder below that is another user's, or just gone, stays closed. */
function readIfAllowed(folder: vscode.Uri): Promise<Unread[] | undefined> {
  return read(folder).catch(() => undefined);
}

function cutWords(closed: number, more: number): string | undefined {
  const parts = [
    ...(more > 0 ? [vscode.l10n.t("{0} names", more)] : []),
    ...(closed > 0 ? [vscode.l10n.t("what is in {0} folders", closed)] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : undefined;
}
