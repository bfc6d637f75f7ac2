import * as vscode from "vscode";
import { searchFiles } from "../../context/fileSearch";
import { findGitIgnored } from "../../context/gitIgnore";
import { visibleName } from "../../visibleText";
import { projectTool } from "./projectTool";
import { ofType, textParameter } from "./toolParameters";
import { isClosed } from "./toolPath";
import { findItem, isLink } from "./workspaceFile";

/** More entries are only counted. */
const maxEntries = 200;
/** So many files below a folder are looked at to know which of its folders have any. */
const maxFiles = 5_000;

/** Lists a folder. */
export const listFolderTool = projectTool({
  name: "list_folder",
  purpose: "Lists the files and folders in a folder, without what is ignored. Folders end with a slash.",
  properties: {
    path: ofType("string", "Relative to the workspace folder; empty for the folder itself"),
  },
  required: [],
  read: (given) => textParameter(given["path"], 1_000),
  label: (path) => {
    const name = visibleName(path).replace(/\/*$/, "/");
    return name === "/" || name === "./" ? vscode.l10n.t("Listed the workspace") : vscode.l10n.t("Listed {0}", name);
  },
  async run(path) {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const isTop = path.replace(/^[./]*$/, "") === "";
    if (isTop && folders.length > 1) return { parts: [{ text: folders.map(({ name }) => `${name}/`).join("\n") }] };
    const item = await findItem(path);
    if ("problem" in item) return item;
    if (!(item.type & vscode.FileType.Directory)) return { problem: "It is not a folder." };
    const names = await listedNames(item.uri);
    const listed = names.slice(0, maxEntries);
    const more = names.length - listed.length;
    return { parts: [{ text: [...listed, ...(more > 0 ? [`(${more} more)`] : [])].join("\n") || "(empty)" }] };
  },
});

/** The names that VS Code's search lists as well, which knows `files.exclude`. Never links, which can lead outside. */
async function listedNames(folder: vscode.Uri): Promise<string[]> {
  const entries = (await vscode.workspace.fs.readDirectory(folder)).filter(
    ([name, type]) => !isLink(type) && !isClosed([name]),
  );
  const prefix = `${folder.path.replace(/\/+$/, "")}/`;
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(folder);
  const relative = folder.path.slice(workspaceFolder?.uri.path.replace(/\/+$/, "").length).replace(/^\//, "");
  const pattern = `${relative.replace(/[*?[\]{}]/g, "[$&]")}${relative === "" ? "" : "/"}**`;
  const files = workspaceFolder
    ? await searchFiles(new vscode.RelativePattern(workspaceFolder, pattern), maxFiles)
    : [];
  const found = new Set((files ?? []).map(({ path }) => path.slice(prefix.length).split("/")[0]));
  const isKnown = (name: string): boolean => found.has(name);
  const candidates = entries.filter(([name]) => isKnown(name));
  const uriOf = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  const ignored = await findGitIgnored(candidates.map(([name]) => uriOf(name)));
  return candidates
    .filter(([name]) => !ignored.has(uriOf(name).toString()))
    .map(([name, type]) => `${visibleName(name)}${type & vscode.FileType.Directory ? "/" : ""}`)
    .sort((a, b) => Number(b.endsWith("/")) - Number(a.endsWith("/")) || (a < b ? -1 : 1));
}
