import * as vscode from "vscode";
import { visibleName } from "../../visibleText";
import type { ResultPart } from "../../context/projectTools";
import { ofType, textParameter } from "./toolParameters";
import { projectTool, type ProjectTool } from "./projectTool";
import { problemOf } from "./workspaceFile";

/** Code of the project: whole lines, zero-based, `end` exclusive. */
interface FoundLines {
  readonly uri: vscode.Uri;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Finds code by words and names. `search` is the search of `@project`. */
export function searchTool(search: (query: string) => Promise<readonly FoundLines[]>): ProjectTool {
  return projectTool({
    name: "search",
    purpose: "Finds code in the project by words or names, best matches first.",
    properties: { query: ofType("string", "Words or names, such as: basket discount") },
    required: ["query"],
    read: (given) => textParameter(given["query"], 500)?.trim() || undefined,
    label: (query) => vscode.l10n.t("Searched for “{0}”", visibleName(query)),
    async run(query) {
      const found = await search(query);
      const parts = (await Promise.all(found.map(codePart))).filter((part) => part !== undefined);
      return { parts: parts.length > 0 ? parts : [{ text: "Nothing was found." }] };
    },
  });
}

/** The index may know files behind links, and files that are ignored since. */
async function codePart({ uri, start, end, text }: FoundLines): Promise<ResultPart | undefined> {
  if ((await problemOf(uri)) !== undefined) return undefined;
  const path = visibleName(vscode.workspace.asRelativePath(uri));
  return { heading: `${path}:${start + 1}-${end}`, text, uri: uri.toString(), firstLine: start };
}
