import { setImmediate as nextTurn } from "node:timers/promises";
import * as vscode from "vscode";
import { searchFiles } from "../context/fileSearch";
import { findGitIgnored } from "../context/gitIgnore";
import { findSecret } from "../context/secrets";
import { isBehindLink } from "../context/symlinks";

/** Files that are looked at in one go, so that the extension host is not blocked. */
export const filesAtOnce = 400;
/** More files are not searched: an index of them would take longer than the question. */
const maxFiles = 20_000;
/** What is certainly no text that a question is about. The worker recognizes other binary files by their content. */
const binaryFile =
  /\.(?:png|jpe?g|gif|webp|ico|bmp|tiff?|avif|heic|svg|pdf|zip|gz|tgz|bz2|xz|7z|rar|jar|war|class|exe|dll|so|dylib|a|o|obj|wasm|woff2?|ttf|otf|eot|mp[34]|m4a|mov|avi|webm|wav|ogg|flac|sqlite|db|bin|dat|pyc|map|lock|vsix|snap)$|\.min\.(?:js|css)$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json)$/i;

/**
 * The files of the workspace that can be searched: not ignored, not excluded, none whose name says that it contains secrets, and none behind
 * links, which can lead outside; what they lead to inside is found without them.
 */
export async function findProjectFiles(): Promise<readonly vscode.Uri[]> {
  return searchable((await searchFiles("**/*", maxFiles)) ?? []);
}

/** Those of the files that can be searched. */
export async function searchable(uris: readonly vscode.Uri[]): Promise<readonly vscode.Uri[]> {
  const texts: vscode.Uri[] = [];
  for (let start = 0; start < uris.length; start += filesAtOnce) {
    const part = uris
      .slice(start, start + filesAtOnce)
      .filter(({ path }) => !binaryFile.test(path) && findSecret({ name: nameOf(path) }).length === 0);
    const linked = await Promise.all(part.map(isLinked));
    texts.push(...part.filter((_, index) => !linked[index]));
    await nextTurn();
  }
  const ignored = await findGitIgnored(texts);
  return texts.filter((uri) => !ignored.has(uri.toString()));
}

/** Virtual folders are not on this computer, so that their links lead nowhere on it. */
async function isLinked(uri: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  return uri.scheme === "file" && (!folder || isBehindLink(uri.fsPath, folder.fsPath));
}

/** Whether VS Code lists the file, which has just been created: `files.exclude` can hide it. */
export async function isListed(uri: vscode.Uri): Promise<boolean> {
  return (await findAt(uri, "", 1)).length > 0;
}

/**
 * What VS Code lists at a place that has changed: the file, or all files of a folder. A folder that is moved into the workspace is told of as
 * one change, and files that are written into a folder as soon as it is made can be told of as its own change only.
 */
export async function listedAt(uri: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const stat = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => undefined);
  if (!stat) return []; // Deleted meanwhile.
  return stat.type & vscode.FileType.Directory ? findAt(uri, "/**", maxFiles) : findAt(uri, "", 1);
}

/** The files whose path is that of `uri` and what `rest` matches after it. */
async function findAt(uri: vscode.Uri, rest: "" | "/**", maxResults: number): Promise<readonly vscode.Uri[]> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder || /\/(?:node_modules|\.git)(?:\/|$)/.test(uri.path)) return [];
  const relative = uri.path.slice(folder.uri.path.length).replace(/^\//, "");
  const pattern = new vscode.RelativePattern(folder, relative.replace(/[*?[\]{}]/g, "[$&]") + rest);
  return vscode.workspace.findFiles(pattern, undefined, maxResults);
}

/** The path in the workspace, with the name of its folder if there are several. */
export function pathOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
