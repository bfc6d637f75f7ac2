import * as vscode from "vscode";
import { fitLines, type Indentation } from "./indentation";
import { applyHunks, splitLines } from "./lineHunks";
import type { LineRange } from "./locateCode";
import type { Proposals } from "./proposals";
import { replacementMessage } from "./replacementMessage";
import { isOtherLanguage } from "./languageFamily";
import { leftOut } from "./replacementText";
import { readOnlyReason } from "./readOnly";

export interface ProposedEdit {
  readonly uri: vscode.Uri;
  /** The lines that the text takes the place of; all of the document where it is absent. */
  readonly lines?: LineRange;
  readonly text: string;
  /** What the text is called: a language id or the word after a fence; may be empty. */
  readonly language: string;
}

/** Shows a text as an edit of a document, to be accepted or rejected; resolves to why that cannot be, in a sentence, or to nothing. */
export async function proposeEdit(wish: ProposedEdit, proposals: Proposals): Promise<string | undefined> {
  const document = await vscode.workspace.openTextDocument(wish.uri);
  const before = splitLines(document.getText());
  const place = wish.lines ?? { start: 0, end: before.length };
  const original = before.slice(place.start, place.end);
  if (isOtherLanguage(wish.language, document.languageId))
    return replacementMessage({ kind: "other-language", language: wish.language });
  const text = splitLines(wish.text);
  const line = leftOut(text, original);
  if (line !== undefined) return replacementMessage({ kind: "left-out", line });
  const lines = fitLines(text, original, indentationOf(document));
  const after = applyHunks(before, [{ ...place, lines }]);
  if (after.join("\n") === before.join("\n")) return vscode.l10n.t("This is what the file already says.");
  const reason = await readOnlyReason(document);
  if (reason !== undefined) return reason;
  const { proposal, shown } = proposals.open({ document, before, place });
  proposal.finish(lines);
  await shown;
  return undefined;
}

/** How the document is indented: by its editor, which looks at the text, else by the settings. */
export function indentationOf(document: vscode.TextDocument): Indentation {
  const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
  const settings = vscode.workspace.getConfiguration("editor", document);
  const tabSize = editor?.options.tabSize ?? settings.get<unknown>("tabSize");
  const insertSpaces = editor?.options.insertSpaces ?? settings.get<unknown>("insertSpaces");
  return {
    tabSize: typeof tabSize === "number" ? tabSize : 4,
    insertSpaces: typeof insertSpaces === "boolean" ? insertSpaces : true,
  };
}
