import * as vscode from "vscode";
import { indentationOf } from "./documentIndentation";
import { fitLines } from "./indentation";
import { applyHunks, splitLines } from "./lineHunks";
import type { LineRange } from "../context/lineRange";
import type { Proposals } from "./proposals";
import { applyProblemMessage } from "./replacementProblem";
import { isOtherLanguage } from "./languageFamily";
import { omittedCodeComment } from "./readReplacement";
import { readOnlyReason } from "./readOnly";

export interface ProposedEdit {
  readonly uri: vscode.Uri;
  /** The lines to replace; the whole document if absent. */
  readonly lines?: LineRange;
  readonly text: string;
  /** A language id or fence label; may be empty. */
  readonly language: string;
  /** Called once, when the user keeps the first change. */
  readonly accepted?: () => void;
}

/** Shows text as a proposed edit of a document. Resolves to a sentence for the user if that is not possible. */
export async function proposeEdit(edit: ProposedEdit, proposals: Proposals): Promise<string | undefined> {
  const document = await vscode.workspace.openTextDocument(edit.uri);
  const before = splitLines(document.getText());
  const range = edit.lines ?? { start: 0, end: before.length };
  const original = before.slice(range.start, range.end);
  if (isOtherLanguage(edit.language, document.languageId))
    return applyProblemMessage({ kind: "other-language", language: edit.language });
  const text = splitLines(edit.text);
  const line = omittedCodeComment(text, original);
  if (line !== undefined) return applyProblemMessage({ kind: "left-out", line });
  const lines = fitLines(text, original, indentationOf(document));
  const after = applyHunks(before, [{ ...range, lines }]);
  if (after.join("\n") === before.join("\n")) return vscode.l10n.t("The file already contains this code.");
  const reason = await readOnlyReason(document);
  if (reason !== undefined) return reason;
  const proposal = await proposals.open({ document, before, range });
  proposal.finish(lines, edit.accepted);
  await proposals.show(proposal);
  return undefined;
}
