import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { fileName } from "./location";
import { textAttachment } from "./textAttachment";

/** Lines of code above and below each problem. */
const linesAround = 3;

/** Errors, warnings and notes of a document, in the order of its lines; hints only grey out what is not used. */
export function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(({ severity }) => severity !== vscode.DiagnosticSeverity.Hint)
    .sort((a, b) => a.range.start.compareTo(b.range.start));
}

/** Problems of a document, each with the lines it is about; `undefined` for none. */
export function problemAttachment(
  document: vscode.TextDocument,
  problems: readonly vscode.Diagnostic[],
): TextAttachment | undefined {
  const [first] = problems;
  if (!first) return undefined;
  const name = fileName(document.uri.path);
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

/** What, where and whose word it is, then the lines around with their numbers. */
function describe(document: vscode.TextDocument, { message, source, code, range }: vscode.Diagnostic): string {
  const number = typeof code === "object" ? code.value : code;
  const who = [source, number].filter((each) => each !== undefined).join(" ");
  const first = Math.max(0, range.start.line - linesAround);
  const last = Math.min(document.lineCount - 1, range.end.line + linesAround);
  const lines = Array.from({ length: last - first + 1 }, (_, offset) => {
    const line = first + offset;
    const mark = line >= range.start.line && line <= range.end.line ? ">" : " ";
    return `${mark} ${line + 1}: ${document.lineAt(line).text}`;
  });
  return [`${who === "" ? "" : `${who}: `}${message.trim()}`, ...lines].join("\n");
}
