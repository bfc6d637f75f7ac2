import * as vscode from "vscode";
import { visibleName } from "../../visibleText";
import type { ResultPart } from "../../context/projectTools";
import { isListed } from "../projectFiles";
import { findItem, isLink, problemOf, type Refused, type WorkspaceItem } from "./workspaceFile";

/** Larger files are data or generated, in bytes. */
const maxFileBytes = 2_000_000;

export interface FileLines {
  readonly uri: vscode.Uri;
  /** In the workspace, for the model and the user. */
  readonly path: string;
  readonly lines: readonly string[];
}

/** The lines of the file that a model names, with changes that are not saved yet. */
export async function findFileLines(path: string): Promise<FileLines | Refused> {
  const item = await findItem(path);
  if ("problem" in item) return item;
  return (await readLines(item)) ?? { problem: "It is not a text file of the workspace." };
}

/** The lines of a file that was found otherwise, or `undefined` if a model may not see it. */
export async function linesOf(uri: vscode.Uri): Promise<FileLines | undefined> {
  if ((await problemOf(uri)) !== undefined) return undefined;
  return readLines({ uri, path: vscode.workspace.asRelativePath(uri), type: vscode.FileType.File });
}

async function readLines({ uri, path, type }: WorkspaceItem): Promise<FileLines | undefined> {
  if (isLink(type) || !(type & vscode.FileType.File) || !(await isListed(uri).catch(() => true))) return undefined;
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const text = open?.getText() ?? (await readText(uri));
  if (text === undefined) return undefined;
  return { uri, path: visibleName(path), lines: text.split(/\r\n|\n|\r/) };
}

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxFileBytes) return undefined;
    const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8");
    return text.slice(0, 8_000).includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Some lines of a file as a part of a result: zero-based, `end` exclusive. Cut to `maxLength` characters, at a line if possible. */
export function linesPart({ uri, path, lines }: FileLines, start: number, end: number, maxLength: number): ResultPart {
  const chosen: string[] = [];
  let length = 0;
  for (const line of lines.slice(start, end)) {
    if (length + line.length > maxLength && chosen.length > 0) break;
    chosen.push(line.slice(0, maxLength));
    length += line.length + 1;
  }
  const last = start + chosen.length;
  const range = chosen.length <= 1 ? `${start + 1}` : `${start + 1}-${last}`;
  const more = last < lines.length ? ` of ${lines.length} lines` : "";
  return { heading: `${path}:${range}${more}`, text: chosen.join("\n"), uri: uri.toString(), firstLine: start };
}
