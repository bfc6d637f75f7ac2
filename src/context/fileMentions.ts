import * as vscode from "vscode";
import { visibleName } from "../visibleText";
import type { Mention } from "./attachment";
import { searchFiles } from "./fileSearch";
import { fuzzySort } from "./fuzzy";
import { findGitIgnored } from "./gitIgnore";
import { fileName, parentFolders } from "./location";

/** More results than this are not worth scrolling through. */
const maxMentions = 60;
/** The most files that can be ranked between two keystrokes. */
const maxFiles = 5_000;

const imageExtension = /\.(?:png|jpe?g|webp|gif)$/i;

/** Mentions for the workspace files and folders that match the query, best first. Prefers open files and omits what Git ignores. */
export async function findFileMentions(query: string, token?: vscode.CancellationToken): Promise<Mention[]> {
  const name = `*${lettersPattern(query.slice(query.lastIndexOf("/") + 1))}`;
  const pattern = name === "*" ? "**/*" : `{**/${name},**/${name}/**}`;
  const found = (await searchFiles(pattern, maxFiles, token)) ?? [];
  const open = new Map(openFiles().map((uri) => [uri.toString(), uri]));
  const others = found.filter((uri) => !open.has(uri.toString())).sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = [...open.values(), ...others];
  const candidates = [...files.map((uri) => ({ uri, folder: false })), ...foldersOf(files)];
  const ranked = fuzzySort(query, candidates, ({ uri }) => [fileName(uri.path), vscode.workspace.asRelativePath(uri)]);
  const best = ranked.slice(0, 2 * maxMentions);
  const ignored = await findGitIgnored(best.map(({ uri }) => uri));
  return best
    .filter(({ uri }) => !ignored.has(uri.toString()))
    .slice(0, maxMentions)
    .map(({ uri, folder }) => fileMention(uri, folder));
}

function fileMention(uri: vscode.Uri, folder: boolean): Mention {
  const path = vscode.workspace.asRelativePath(uri);
  const label = fileName(path);
  const kind = folder ? "folder" : imageExtension.test(label) ? "image" : "file";
  // For a workspace folder itself, `asRelativePath` returns the absolute path.
  const isRoot = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === uri.toString();
  return {
    id: `uri:${uri.toString()}`,
    kind,
    label: visibleName(folder ? `${label}/` : label),
    description: isRoot ? "" : visibleName(path.slice(0, -label.length).replace(/\/$/, "")),
  };
}

/** The files that are open in tabs, without duplicates. */
function openFiles(): vscode.Uri[] {
  const inputs: unknown[] = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map((tab) => tab.input));
  const uris = inputs.flatMap((input) =>
    input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? [input.uri] : [],
  );
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

/** A glob pattern for names with these letters in this order, ignoring case: it lets VS Code's search exclude most of a large workspace. */
function lettersPattern(query: string): string {
  const letters = Array.from(query.replace(/[^\p{L}\p{N}]/gu, ""));
  return letters.map((letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]*`).join("");
}

/** All folders that contain the files, up to and including the workspace folders. */
function foldersOf(files: readonly vscode.Uri[]): { uri: vscode.Uri; folder: true }[] {
  const folders = new Map((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => [uri.toString(), uri]));
  for (const file of files) {
    const root = vscode.workspace.getWorkspaceFolder(file)?.uri;
    if (!root) continue;
    for (const path of parentFolders(file.path, root.path)) {
      const folder = file.with({ path });
      if (folders.has(folder.toString())) break;
      folders.set(folder.toString(), folder);
    }
  }
  return [...folders.values()].map((uri) => ({ uri, folder: true }));
}
