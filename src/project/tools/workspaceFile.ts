import * as vscode from "vscode";
import { findGitIgnored } from "../../context/gitIgnore";
import { fileName } from "../../context/location";
import { findSecret } from "../../context/secrets";
import { isBehindLink } from "../../context/symlinks";
import { openedFileName } from "../../context/windowsNames";
import { isClosed, parseToolPath } from "./toolPath";

/** A file or folder of the workspace that a model may see, with the path that names it in the workspace. */
export interface WorkspaceItem {
  readonly uri: vscode.Uri;
  readonly path: string;
  readonly type: vscode.FileType;
}

export interface Refused {
  readonly problem: string;
}

/**
 * The file or folder that a model names. In a window with several folders the path may start with the name of one of them. Refuses what is
 * outside, linked, ignored or likely a secret.
 */
export async function findItem(path: string): Promise<WorkspaceItem | Refused> {
  const names = parseToolPath(path);
  if (!isNames(names)) return names;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const named = folders.filter(({ name }) => folders.length > 1 && name === names[0]);
  const candidates = [
    ...named.map(({ uri }) => vscode.Uri.joinPath(uri, ...names.slice(1))),
    ...folders.map(({ uri }) => vscode.Uri.joinPath(uri, ...names)),
  ];
  for (const uri of candidates) {
    const type = await typeOf(uri);
    if (type === undefined) continue;
    const problem = await problemOf(uri);
    return problem === undefined ? { uri, path: vscode.workspace.asRelativePath(uri), type } : { problem };
  }
  return { problem: "There is no such file or folder." };
}

/** Why a model may not see the file or folder; `undefined` if it may. */
export async function problemOf(uri: vscode.Uri): Promise<string | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const names = folder && namesIn(folder, uri);
  if (!folder || !names) return "It is outside the workspace.";
  if (isClosed(names)) return "This folder is not shared.";
  if (findSecret({ name: openedFileName(fileName(uri.path)) }).length > 0)
    return "It is not shared, because files of this name usually contain secrets.";
  if (await isLinked(folder, names)) return "It is not shared, because it is a link or behind one.";
  if ((await findGitIgnored([uri])).has(uri.toString())) return "It is not shared, because it is ignored.";
  return undefined;
}

/** The names of the path below the workspace folder; `undefined` if it is not below. */
function namesIn({ uri: root }: vscode.WorkspaceFolder, uri: vscode.Uri): readonly string[] | undefined {
  const rest = uri.path.slice(root.path.replace(/\/+$/, "").length);
  const names = rest.split("/").filter((name) => name !== "");
  return names.includes("..") ? undefined : names;
}

/** Whether a name of the path is a link. What cannot be looked at counts as one. */
async function isLinked({ uri: root }: vscode.WorkspaceFolder, names: readonly string[]): Promise<boolean> {
  if (root.scheme === "file") return isBehindLink(vscode.Uri.joinPath(root, ...names).fsPath, root.fsPath);
  const types = names.map((_, index) => typeOf(vscode.Uri.joinPath(root, ...names.slice(0, index + 1))));
  return (await Promise.all(types)).some((type) => type === undefined || isLink(type));
}

export function isLink(type: vscode.FileType): boolean {
  return (type & vscode.FileType.SymbolicLink) !== 0;
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch {
    return undefined;
  }
}

function isNames(parsed: ReturnType<typeof parseToolPath>): parsed is readonly string[] {
  return Array.isArray(parsed);
}
