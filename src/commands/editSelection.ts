import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { LineRange } from "../context/lineRange";
import { locateText } from "../proposals/locateCode";
import { splitLines } from "../proposals/lineHunks";
import { readOnlyReason } from "../proposals/readOnly";
import { askEdit, lineRangeLabel } from "./askEdit";
import type { CommandDependencies } from "./commandDependencies";
import { editTarget } from "./editTarget";
import { inputInstruction } from "./instructionInput";
import { showInformation, showWarning } from "../notifications";

/** The maximum length of the selection in characters: the answer repeats all of it, and free models rarely write more. */
const maxCharacters = 24_000;

/**
 * Asks for an instruction and shows the edited selection as a diff. A key binding may pass the instruction:
 * `"args": { "instruction": "add types" }`.
 */
export async function editSelection(dependencies: CommandDependencies, args?: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void showInformation(vscode.l10n.t("Nothing to edit. Open a file first."));
    return;
  }
  const { document, selections } = editor;
  const reason = await readOnlyReason(document);
  if (reason !== undefined) {
    void showWarning(reason);
    return;
  }
  const instruction = instructionIn(args);
  const input = { document, lines: await editTarget(document, selections), instruction: instruction ?? "" };
  await (instruction === undefined ? promptAndRequestEdit(input, dependencies) : requestEdit(input, dependencies));
}

function instructionIn(args: unknown): string | undefined {
  if (typeof args !== "object" || args === null || !("instruction" in args)) return undefined;
  return typeof args.instruction === "string" && args.instruction.trim() !== "" ? args.instruction : undefined;
}

interface EditInput {
  readonly document: vscode.TextDocument;
  readonly lines: LineRange;
  /** The initial text of the input box. */
  readonly instruction: string;
  /** Identifies the edit, if the user asks for it again. */
  readonly id?: string;
}

/** Lets the user enter the instruction and requests the edit. */
export async function promptAndRequestEdit(input: EditInput, dependencies: CommandDependencies): Promise<void> {
  const { document, lines, instruction } = input;
  if (isTooLong(document, lines)) return;
  const title = vscode.l10n.t("Edit {0}", lineRangeLabel(document, lines));
  const entered = await inputInstruction({ title, value: instruction }, dependencies.memento);
  if (entered === undefined) return;
  await requestEdit({ ...input, instruction: entered }, dependencies);
}

/** Requests the edit. *Ask Again* opens the input box with the instruction, for the same lines wherever they have moved to. */
export async function requestEdit(input: EditInput, dependencies: CommandDependencies): Promise<void> {
  const { document, lines, id = randomUUID() } = input;
  if (isTooLong(document, lines)) return;
  const original = splitLines(document.getText()).slice(lines.start, lines.end);
  const askAgain = (): Promise<void> => {
    const now = splitLines(document.getText());
    const clipped = { start: Math.min(lines.start, now.length - 1), end: Math.min(lines.end, now.length) };
    return promptAndRequestEdit(
      { ...input, id, lines: locateText(original, now, lines.start) ?? clipped },
      dependencies,
    );
  };
  await askEdit({ ...input, id, askAgain }, dependencies);
}

/** Whether the lines are too long for one edit; shows a warning if so. */
function isTooLong(document: vscode.TextDocument, { start, end }: LineRange): boolean {
  if (document.getText(new vscode.Range(start, 0, end, 0)).length <= maxCharacters) return false;
  void showWarning(vscode.l10n.t("This is too much code for one edit. Select only the part to change."));
  return true;
}

/** Shows why the document cannot be edited: runs instead of *Edit Selection* in read-only editors. */
export async function showReadOnlyReason(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const reason = document && (await readOnlyReason(document));
  void showWarning(
    reason ?? vscode.l10n.t("This editor is read-only, so its content cannot be edited. You can still ask about it."),
  );
}
