import * as vscode from "vscode";
import { createStatusBarItem } from "../iconLabels";
import { iconText } from "../iconText";
import type { Disposable } from "../lifecycle";
import { currentHunk, hunkPositions } from "./hunkPositions";
import type { OpenProposal } from "./openProposal";

/** Left of the line and column, whose priority in VS Code is 100.5. */
const priority = 100.6;

/** The number of the change that *Keep* and *Undo* decide on, in the status bar while a diff of ours is active: "Change 1 of 3". */
export class ProposalStatus implements Disposable {
  readonly #item = createStatusBarItem("freeModels.proposedChange", priority);

  constructor() {
    const { t } = vscode.l10n;
    this.#item.name = t("Proposed Changes");
    this.#item.tooltip = t("Go to the next proposed change");
    this.#item.command = "workbench.action.compareEditor.nextChange";
  }

  /** Updates the text for the active editor. `proposal` is the one whose diff it shows, if any. */
  update(editor: vscode.TextEditor | undefined, proposal: OpenProposal | undefined): void {
    const text = editor && proposal && changeText(editor, proposal);
    if (text === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = iconText(text);
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function changeText({ document, selection }: vscode.TextEditor, proposal: OpenProposal): string | undefined {
  if (document.uri.toString() !== proposal.uri.toString()) return undefined;
  const positions = hunkPositions(proposal.state.open, "proposed");
  const current = currentHunk(positions, selection.active.line);
  return current && vscode.l10n.t("Change {0} of {1}", positions.indexOf(current) + 1, positions.length);
}
