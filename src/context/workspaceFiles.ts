import * as vscode from "vscode";
import type { Mention } from "./attachment";
import { searchFiles } from "./fileSearch";
import { fuzzySort } from "./fuzzy";
import { ignoredAmong } from "./gitIgnore";
import { fileName } from "./location";

/** More than this nobody scrolls through. */
const maxRows = 60;
/** As many as can be ranked between two key strokes. */
const maxFound = 5_000;

const pictures = /\.(?:png|jpe?g|webp|gif)$/i;

/** Files and folders of the workspace that fit what was typed, best first, those that are open foremost; what Git ignores left out. */
export async function findFileMentions(query: string, token?: vscode.CancellationToken): Promise<Mention[]> {
  const name = `*${lettersPattern(query.slice(query.lastIndexOf("/") + 1))}`;
  const pattern = name === "*" ? "**/*" : `{**/${name},**/${name}/**}`;
  const found = (await searchFiles(pattern, maxFound, token)) ?? [];
  const open = new Map(openFiles().map((uri) => [uri.toString(), uri]));
  const others = found.filter((uri) => !open.has(uri.toString())).sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = [...open.values(), ...others];
  const rows = [...files.map((uri) => ({ uri, folder: false })), ...foldersOf(files)];
  const ranked = fuzzySort(query, rows, ({ uri }) => [fileName(uri.path), vscode.workspace.asRelativePath(uri)]);
  const best = ranked.slice(0, 2 * maxRows);
  const ignored = await ignoredAmong(best.map(({ uri }) => uri));
  return best
    .filter(({ uri }) => !ignored.has(uri.toString()))
    .slice(0, maxRows)
    .map(({ uri, folder }) => fileMention(uri, folder));
}

/** A file or folder as a row of the list. */
export function fileMention(uri: vscode.Uri, folder = false): Mention {
  const path = vscode.workspace.asRelativePath(uri);
  const label = fileName(path);
  const kind = folder ? "folder" : pictures.test(label) ? "image" : "file";
  // VS Code names a workspace's own folder by its whole path.
  const isRoot = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === uri.toString();
  return {
    id: `uri:${uri.toString()}`,
    kind,
    label: folder ? `${label}/` : label,
    description: isRoot ? "" : path.slice(0, -label.length).replace(/\/$/, ""),
  };
}

/** Files that are open in tabs, each once. */
export function openFiles(): vscode.Uri[] {
  const inputs: unknown[] = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map((tab) => tab.input));
  const uris = inputs.flatMap((input) =>
    input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? [input.uri] : [],
  );
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

/** VS Code's search leaves out most of a large workspace at once: names have to have these letters, in this order and any case. */
function lettersPattern(query: string): string {
  const letters = Array.from(query.replace(/[^\p{L}\p{N}]/gu, ""));
  return letters.map((letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]*`).join("");
}

/** The folders that the files lie in, up to the workspace's own. */
function foldersOf(files: readonly vscode.Uri[]): { uri: vscode.Uri; folder: true }[] {
  const folders = new Map((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => [uri.toString(), uri]));
  for (const file of files) {
    if (!vscode.workspace.getWorkspaceFolder(file)) continue;
    let folder = vscode.Uri.joinPath(file, "..");
    while (!folders.has(folder.toString()) && folder.path !== "/") {
      folders.set(folder.toString(), folder);
      folder = vscode.Uri.joinPath(folder, "..");
    }
  }
  return [...folders.values()].map((uri) => ({ uri, folder: true }));
}
