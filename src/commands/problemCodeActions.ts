import * as vscode from "vscode";
import type { Disposable } from "../lifecycle";
import { commands, proposalScheme } from "../manifest";

/**
 * *Explain* and *Fix with a free model* as code actions on problems. They are quick fixes below those of the language itself and never
 * preferred, so that neither *Auto Fix* nor saving runs them. Nothing is loaded before the user chooses one.
 */
export function registerProblemActions(): Disposable {
  return vscode.languages.registerCodeActionsProvider(
    // This selector scores lower than that of a language, so the language's own fixes come first.
    "*",
    { provideCodeActions: problemActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function problemActions(
  document: vscode.TextDocument,
  _range: vscode.Range,
  { diagnostics, only }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  const isRequested = only === undefined || only.contains(vscode.CodeActionKind.QuickFix);
  // Hints only gray out unused code.
  const problems = diagnostics.filter(({ severity }) => severity !== vscode.DiagnosticSeverity.Hint);
  if (!isRequested || problems.length === 0 || document.uri.scheme === proposalScheme) return [];
  const action = (title: string, command: string): vscode.CodeAction => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { command, title, arguments: [document.uri, problems] };
    action.diagnostics = problems;
    return action;
  };
  const fix = action(vscode.l10n.t("Fix with a free model"), commands.fixProblem);
  if (vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false)
    fix.disabled = { reason: vscode.l10n.t("This file is read-only.") };
  return [action(vscode.l10n.t("Explain with a free model"), commands.explainProblem), fix];
}
