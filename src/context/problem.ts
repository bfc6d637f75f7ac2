import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { displayName } from "./location";
import { textAttachment } from "./textAttachment";

/** Lines of code that are included above and below each problem. */
const contextLines = 3;

/** The errors, warnings and infos of a document in text order. Excludes hints, which mostly mark unused code. */
export function documentProblems(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(({ severity }) => severity !== vscode.DiagnosticSeverity.Hint)
    .sort((a, b) => a.range.start.compareTo(b.range.start));
}

/** One attachment with the given problems and the code around each; `undefined` for an empty list. */
export function problemAttachment(
  document: vscode.TextDocument,
  problems: readonly vscode.Diagnostic[],
): TextAttachment | undefined {
  const [first] = problems;
  if (!first) return undefined;
  const name = displayName(document.uri.path);
  const { start, end } = first.range;
  const label =
    problems.length === 1
      ? vscode.l10n.t("problem in {0}:{1}", name, start.line + 1)
      : vscode.l10n.t("{0} problems in {1}", problems.length, name);
  const range = {
    ...{ startLine: start.line, startCharacter: start.character },
    ...{ endLine: end.line, endCharacter: end.character },
  };
  return textAttachment({
    kind: "problem",
    label,
    text: problems.map((problem) => describe(document, problem)).join("\n\n"),
    uri: document.uri.toString(),
    ...(problems.length === 1 && { range }),
  });
}

/** The source, code and message of the problem, then numbered lines of code with `>` before the affected ones. */
function describe(document: vscode.TextDocument, { message, source, code, range }: vscode.Diagnostic): string {
  const codeValue = typeof code === "object" ? code.value : code;
  const origin = [source, codeValue].filter((part) => part !== undefined).join(" ");
  const first = Math.max(0, range.start.line - contextLines);
  const last = Math.min(document.lineCount - 1, range.end.line + contextLines);
  const lines = Array.from({ length: last - first + 1 }, (_, offset) => {
    const line = first + offset;
    const marker = line >= range.start.line && line <= range.end.line ? ">" : " ";
    return `${marker} ${line + 1}: ${document.lineAt(line).text}`;
  });
  return [`${origin === "" ? "" : `${origin}: `}${message.trim()}`, ...lines].join("\n");
}
