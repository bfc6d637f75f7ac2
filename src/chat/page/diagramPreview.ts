import * as vscode from "vscode";
import { fenced } from "../../context/fence";
import type { Disposable } from "../../lifecycle";

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

const scheme = "free-models-diagram";
/** The diagrams that stay available to open previews. */
const maxDiagrams = 20;

/** Shows Mermaid diagrams of answers in VS Code's Markdown preview, from documents that exist in memory only. */
export class DiagramPreview implements Disposable {
  readonly #contents = new Map<string, string>();
  readonly #registration: vscode.Disposable;
  #opened = 0;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => this.#contents.get(path),
    });
  }

  async open(code: string): Promise<undefined> {
    const path = `/${vscode.l10n.t("Diagram {0}", ++this.#opened)}.md`;
    this.#contents.set(path, fenced(code, "mermaid"));
    for (const old of [...this.#contents.keys()].slice(0, -maxDiagrams)) this.#contents.delete(old);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", vscode.Uri.from({ scheme, path }));
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
