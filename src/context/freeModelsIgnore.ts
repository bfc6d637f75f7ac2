import * as vscode from "vscode";
import { excludedPaths } from "./ignoreRules";

/** A file at the root of a workspace folder that names what is not meant to be sent. */
const ignoreFileName = ".freemodelsignore";

/** The URIs that the `.freemodelsignore` of their workspace folder excludes, as strings. It can only hold files back, never allow them. */
export async function findExcluded(uris: readonly vscode.Uri[]): Promise<ReadonlySet<string>> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const excluded = await Promise.all(folders.map((folder) => findExcludedIn(folder.uri, uris)));
  return new Set(excluded.flat());
}

async function findExcludedIn(folder: vscode.Uri, uris: readonly vscode.Uri[]): Promise<string[]> {
  const prefix = folder.path.endsWith("/") ? folder.path : `${folder.path}/`;
  const inFolder = uris.filter(
    ({ scheme, authority, path }) =>
      scheme === folder.scheme && authority === folder.authority && path.startsWith(prefix) && path !== prefix,
  );
  const rules = inFolder.length === 0 ? undefined : await readRules(vscode.Uri.joinPath(folder, ignoreFileName));
  if (rules === undefined) return [];
  const pathOf = (uri: vscode.Uri): string => uri.path.slice(prefix.length);
  const paths = excludedPaths(rules, inFolder.map(pathOf));
  return inFolder.filter((uri) => paths.has(pathOf(uri))).map((uri) => uri.toString());
}

/** Read each time: the file is small, and a change applies at once. */
async function readRules(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8");
  } catch {
    return undefined; // There is usually no such file.
  }
}
