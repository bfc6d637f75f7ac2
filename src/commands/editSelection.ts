import * as vscode from "vscode";
import { findText, type Place } from "../proposals/locateCode";
import { splitLines } from "../proposals/lineHunks";
import { readOnlyReason } from "../proposals/readOnly";
import { askEdit, placeName, type EditWorld } from "./askEdit";
import { editPlace } from "./editTarget";
import { inputInstruction } from "./instructionInput";
import { showInformation, showWarning } from "../notifications";

/** The most that one edit is about, in characters: a free model's answer is seldom longer, and it has to repeat all of it. */
const maxCharacters = 24_000;

export interface EditSelectionWorld extends EditWorld {
  readonly memento: vscode.Memento;
}

/**
 * Asks for an instruction and shows what a model makes of the selection, as a diff. A key binding may bring the instruction along:
 * `"args": { "instruction": "add types" }`.
 */
export async function editSelection(world: EditSelectionWorld, args?: unknown): Promise<void> {
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
  const wish = { document, place: await editPlace(document, selections), instruction: given ?? "" };
  await (given === undefined ? instructAndAsk(wish, world) : askFor(wish, world));
}

function instructionIn(args: unknown): string | undefined {
  if (typeof args !== "object" || args === null || !("instruction" in args)) return undefined;
  return typeof args.instruction === "string" && args.instruction.trim() !== "" ? args.instruction : undefined;
}

interface Wish {
  readonly document: vscode.TextDocument;
  readonly place: Place;
  /** What the box says at first. */
  readonly instruction: string;
}

/** Lets the user word the instruction and asks. */
export async function instructAndAsk({ document, place, instruction }: Wish, world: EditSelectionWorld): Promise<void> {
  if (isTooLong(document, place)) return;
  const title = vscode.l10n.t("Edit {0}", placeName(document, place));
  const wanted = await inputInstruction({ title, value: instruction }, world.memento);
  if (wanted === undefined) return;
  await askFor({ document, place, instruction: wanted }, world);
}

/** Asks; *Ask Again* comes back with the instruction in the box, for the same lines wherever they are by then. */
export async function askFor(wish: Wish, world: EditSelectionWorld): Promise<void> {
  const { document, place } = wish;
  if (isTooLong(document, place)) return;
  const asked = splitLines(document.getText()).slice(place.start, place.end);
  const askAgain = (): Promise<void> => {
    const lines = splitLines(document.getText());
    const clipped = { start: Math.min(place.start, lines.length - 1), end: Math.min(place.end, lines.length) };
    return instructAndAsk({ ...wish, place: findText(asked, lines, place.start) ?? clipped }, world);
  };
  await askEdit({ ...wish, askAgain }, world);
}

/** True, and told, where no free model could write as much. */
function isTooLong(document: vscode.TextDocument, { start, end }: Place): boolean {
  if (document.getText(new vscode.Range(start, 0, end, 0)).length <= maxCharacters) return false;
  void showWarning(
    vscode.l10n.t("That is more than a free model can rewrite at once. Select the part that shall change."),
  );
  return true;
}

/** Says why there is nothing to run: what the greyed entry of the menu stands for. */
export async function tellReadOnly(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const reason = document && (await readOnlyReason(document));
  void showWarning(
    reason ?? vscode.l10n.t("This editor is read-only, so nothing in it can be changed. Ask about it instead."),
  );
}
