import * as vscode from "vscode";
import { findText, type LineRange } from "../proposals/locateCode";
import { splitLines } from "../proposals/lineHunks";
import { readOnlyReason } from "../proposals/readOnly";
import { askEdit, lineRangeLabel } from "./askEdit";
import type { CommandDependencies } from "./commandDependencies";
import { editTarget } from "./editTarget";
import { inputInstruction } from "./instructionInput";
import { showInformation, showWarning } from "../notifications";

/** The most that one edit is about, in characters: a free model's answer is seldom longer, and it has to repeat all of it. */
const maxCharacters = 24_000;

/**
 * Asks for an instruction and shows what a model makes of the selection, as a diff. A key binding may bring the instruction along:
 * `"args": { "instruction": "add types" }`.
 */
export async function editSelection(dependencies: CommandDependencies, args?: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void showInformation(vscode.l10n.t("There is nothing to edit yet: open a file first."));
    return;
  }
  const { document, selections } = editor;
  const reason = await readOnlyReason(document);
  if (reason !== undefined) {
    void showWarning(reason);
    return;
  }
  const given = instructionIn(args);
  const wish = { document, lines: await editTarget(document, selections), instruction: given ?? "" };
  await (given === undefined ? promptAndRequestEdit(wish, dependencies) : requestEdit(wish, dependencies));
}

function instructionIn(args: unknown): string | undefined {
  if (typeof args !== "object" || args === null || !("instruction" in args)) return undefined;
  return typeof args.instruction === "string" && args.instruction.trim() !== "" ? args.instruction : undefined;
}

interface EditInput {
  readonly document: vscode.TextDocument;
  readonly lines: LineRange;
  /** What the box says at first. */
  readonly instruction: string;
}

/** Lets the user word the instruction and asks. */
export async function promptAndRequestEdit(
  { document, lines, instruction }: EditInput,
  dependencies: CommandDependencies,
): Promise<void> {
  if (isTooLong(document, lines)) return;
  const title = vscode.l10n.t("Edit {0}", lineRangeLabel(document, lines));
  const wanted = await inputInstruction({ title, value: instruction }, dependencies.memento);
  if (wanted === undefined) return;
  await requestEdit({ document, lines, instruction: wanted }, dependencies);
}

/** Asks; *Ask Again* comes back with the instruction in the box, for the same lines wherever they are by then. */
export async function requestEdit(wish: EditInput, dependencies: CommandDependencies): Promise<void> {
  const { document, lines } = wish;
  if (isTooLong(document, lines)) return;
  const asked = splitLines(document.getText()).slice(lines.start, lines.end);
  const askAgain = (): Promise<void> => {
    const now = splitLines(document.getText());
    const clipped = { start: Math.min(lines.start, now.length - 1), end: Math.min(lines.end, now.length) };
    return promptAndRequestEdit({ ...wish, lines: findText(asked, now, lines.start) ?? clipped }, dependencies);
  };
  await askEdit({ ...wish, askAgain }, dependencies);
}

/** True, and told, where no free model could write as much. */
function isTooLong(document: vscode.TextDocument, { start, end }: LineRange): boolean {
  if (document.getText(new vscode.Range(start, 0, end, 0)).length <= maxCharacters) return false;
  void showWarning(
    vscode.l10n.t("That is more than a free model can rewrite at once. Select the part that shall change."),
  );
  return true;
}

/** Says why there is nothing to run: what the greyed entry of the menu stands for. */
export async function showReadOnlyReason(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const reason = document && (await readOnlyReason(document));
  void showWarning(
    reason ?? vscode.l10n.t("This editor is read-only, so nothing in it can be changed. Ask about it instead."),
  );
}
