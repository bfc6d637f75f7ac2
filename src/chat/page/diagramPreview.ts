import * as vscode from "vscode";
import { fenced } from "../../context/fence";
import type { Disposable } from "../../lifecycle";
import { VirtualDocuments } from "../../virtualDocuments";

/** Whether the extension with this manifest extends VS Code's Markdown preview. */
const extendsPreview = (manifest: unknown): boolean =>
  typeof manifest === "object" &&
  manifest !== null &&
  "contributes" in manifest &&
  typeof manifest.contributes === "object" &&
  manifest.contributes !== null &&
  "markdown.markdownItPlugins" in manifest.contributes;

/** Whether VS Code's Markdown preview draws Mermaid diagrams: newer versions have an extension for it, others can be installed. */
export const canPreviewDiagrams = (): boolean =>
  vscode.extensions.all.some(({ id, packageJSON }) => /mermaid/i.test(id) && extendsPreview(packageJSON));

/** Shows Mermaid diagrams of answers in VS Code's Markdown preview, from documents that exist in memory only. */
export class DiagramPreview implements Disposable {
  readonly #documents = new VirtualDocuments("free-models-diagram");
  #opened = 0;

  async open(code: string): Promise<undefined> {
    const uri = this.#documents.add(vscode.l10n.t("Diagram {0}", ++this.#opened), fenced(code, "mermaid"));
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  dispose(): void {
    this.#documents.dispose();
  }
}
