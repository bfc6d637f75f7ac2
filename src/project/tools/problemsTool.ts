import * as vscode from "vscode";
import { documentProblems } from "../../context/problem";
import { visibleName } from "../../visibleText";
import type { ResultPart } from "../../context/projectTools";
import { projectTool } from "./projectTool";
import { ofType, textParameter } from "./toolParameters";
import { findItem, problemOf } from "./workspaceFile";

/** More problems are only counted. */
const maxProblems = 40;
/** Each file is checked for whether it may be read. */
const maxFiles = 200;

/** The problems that VS Code shows. */
export const problemsTool = projectTool({
  name: "problems",
  purpose: "Lists the errors and warnings that the editor reports, of one file or of all.",
  properties: { path: ofType("string", "Relative to the workspace folder; empty for all files") },
  required: [],
  read: (given) => textParameter(given["path"], 1_000),
  label: (path) =>
    path ? vscode.l10n.t("Looked at the problems of {0}", visibleName(path)) : vscode.l10n.t("Looked at the problems"),
  async run(path, signal) {
    const uris = path ? await uriOf(path) : filesWithProblems();
    if ("problem" in uris) return uris;
    const parts: ResultPart[] = [];
    let left = maxProblems;
    for (const uri of uris) {
      signal.throwIfAborted();
      const problems = documentProblems(uri);
      if (problems.length === 0 || (await problemOf(uri)) !== undefined) continue;
      const listed = problems.slice(0, left);
      left -= listed.length;
      const more = problems.length - listed.length;
      const lines = [...listed.map(describe), ...(more > 0 ? [`(${more} more)`] : [])];
      const heading = visibleName(vscode.workspace.asRelativePath(uri));
      parts.push({ heading, text: lines.join("\n"), uri: uri.toString() });
      if (left === 0) break;
    }
    return { parts: parts.length > 0 ? parts : [{ text: "The editor reports no problems." }] };
  },
});

function filesWithProblems(): vscode.Uri[] {
  const uris = vscode.languages.getDiagnostics().map(([uri]) => uri);
  return uris.filter((uri) => documentProblems(uri).length > 0).slice(0, maxFiles);
}

async function uriOf(path: string): Promise<readonly vscode.Uri[] | { problem: string }> {
  const item = await findItem(path);
  return "problem" in item ? item : [item.uri];
}

function describe({ message, severity, range }: vscode.Diagnostic): string {
  const kind = severity === vscode.DiagnosticSeverity.Error ? "error" : "warning";
  return `${range.start.line + 1}: ${kind}: ${message.trim()}`;
}
