import * as vscode from "vscode";
import type { Disposable } from "../lifecycle";
import { answerScheme } from "../manifest";
import { VirtualDocuments } from "../virtualDocuments";

/**
 * Shows answers that cannot be applied. As text and not in VS Code's Markdown preview, which would load the images that an answer links to.
 */
export class AnswerDocuments implements Disposable {
  readonly #documents = new VirtualDocuments(answerScheme);
  #opened = 0;

  async show(answer: string): Promise<void> {
    const uri = this.#documents.add(vscode.l10n.t("Answer {0}", ++this.#opened), answer);
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
  }

  dispose(): void {
    this.#documents.dispose();
  }
}
