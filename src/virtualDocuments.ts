import * as vscode from "vscode";
import type { Disposable } from "./lifecycle";

/** The documents of one scheme that stay available to open editors. */
const maxDocuments = 20;

/** Read-only Markdown documents that exist in memory only. */
export class VirtualDocuments implements Disposable {
  readonly #scheme: string;
  readonly #contents = new Map<string, string>();
  readonly #registration: vscode.Disposable;

  constructor(scheme: string) {
    this.#scheme = scheme;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => this.#contents.get(path),
    });
  }

  /** The URI of a new document. `name`: its title, which differs from those of the others. */
  add(name: string, markdown: string): vscode.Uri {
    const path = `/${name}.md`;
    this.#contents.set(path, markdown);
    for (const old of [...this.#contents.keys()].slice(0, -maxDocuments)) this.#contents.delete(old);
    return vscode.Uri.from({ scheme: this.#scheme, path });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
