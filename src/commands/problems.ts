import * as vscode from "vscode";
import type { TextAttachment } from "../context/attachment";
import { confirmIgnored } from "../context/confirmIgnored";
import { problemAttachment } from "../context/problem";
import { withSurroundingCode } from "../context/surroundingCode";
import { textAttachment } from "../context/textAttachment";
import type { LineRange } from "../context/lineRange";
import { readOnlyReason } from "../proposals/readOnly";
import { lineRangeLabel } from "./askEdit";
import { codeAround } from "./codeAround";
import { requestEdit } from "./editSelection";
import type { CommandDependencies } from "./commandDependencies";
import { showInformation, showWarning } from "../notifications";

interface Problems {
  readonly document: vscode.TextDocument;
  readonly diagnostics: readonly vscode.Diagnostic[];
  /** The enclosing function, or some lines of context. */
  readonly lines: LineRange;
}

/** Asks the chat to explain the problems, with the problems and the code around them attached. */
export async function explainProblem(
  { ask }: CommandDependencies,
  uri?: unknown,
  diagnostics?: unknown,
): Promise<void> {
  const found = await problemsAt(uri, diagnostics);
  if (!found) return;
  const problems = problemAttachment(found.document, found.diagnostics);
  const surroundings = await withSurroundingCode([linesAttachment(found.document, found.lines)]);
  const attachments = await confirmIgnored(problems ? [problems, ...surroundings] : surroundings);
  if (!attachments) return;
  await ask({
    text: vscode.l10n.t("Explain this problem: what it means here and how to fix it."),
    attachments,
    submit: true,
  });
}

function linesAttachment(document: vscode.TextDocument, lines: LineRange): TextAttachment {
  const range = { startLine: lines.start, startCharacter: 0, endLine: lines.end, endCharacter: 0 };
  return textAttachment({
    ...{ kind: "selection", label: lineRangeLabel(document, lines), range },
    ...{ uri: document.uri.toString(), languageId: document.languageId },
    text: document.getText(new vscode.Range(lines.start, 0, lines.end, 0)),
  });
}

/** Requests an edit that fixes the problems and shows it as a diff. */
export async function fixProblem(
  dependencies: CommandDependencies,
  uri?: unknown,
  diagnostics?: unknown,
): Promise<void> {
  const found = await problemsAt(uri, diagnostics);
  if (!found) return;
  const reason = await readOnlyReason(found.document);
  if (reason !== undefined) {
    void showWarning(reason);
    return;
  }
  const instruction = vscode.l10n.t("Fix this: {0}", describe(found.diagnostics));
  await requestEdit({ document: found.document, lines: found.lines, instruction }, dependencies);
}

/** The problems that the code action passes, else those at the cursor; shows a message if there are none. */
async function problemsAt(uri: unknown, given: unknown): Promise<Problems | undefined> {
  const editor = vscode.window.activeTextEditor;
  const document = uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(uri) : editor?.document;
  const passed = Array.isArray(given) ? given.filter((each) => each instanceof vscode.Diagnostic) : [];
  const diagnostics = passed.length > 0 ? passed : document && editor ? underCursor(document, editor.selection) : [];
  const [first] = diagnostics;
  if (!document || !first) {
    void showInformation(vscode.l10n.t("No problem at the cursor. Place the cursor on an underlined problem."));
    return undefined;
  }
  const range = diagnostics.reduce((all, each) => all.union(each.range), first.range);
  return { document, diagnostics, lines: await codeAround(document, range) };
}

function underCursor(document: vscode.TextDocument, selection: vscode.Selection): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ range }) => range.intersection(selection) !== undefined);
}

/** One line per problem: message, source and line number. */
function describe(diagnostics: readonly vscode.Diagnostic[]): string {
  return diagnostics
    .map(({ range, message, source, code }) => {
      const number = typeof code === "object" ? code.value : code;
      const origin = [source, number].filter((each) => each !== undefined).join(" ");
      const place = vscode.l10n.t("line {0}", range.start.line + 1);
      return `${message.trim()} (${origin === "" ? place : `${origin}, ${place}`})`;
    })
    .join("\n");
}
