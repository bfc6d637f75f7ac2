import * as vscode from "vscode";
import type { Disposable } from "../lifecycle";
import { pathOf } from "./projectFiles";

const maxFiles = 12;

/** The files that the user works on: those that are open, and those edited in this window lately, which may be closed again. */
export class RecentFiles implements Disposable {
  /** The latest last. */
  readonly #edited = new Map<string, vscode.Uri>();
  readonly #listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0) this.#noteEdit(document.uri);
  });

  /** Their paths in the workspace, the active one first. */
  paths(): string[] {
    const active = vscode.window.activeTextEditor?.document.uri;
    const visible = vscode.window.visibleTextEditors.map(({ document }) => document.uri);
    const edited = [...this.#edited.values()].reverse();
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
    const uris = [...(active ? [active] : []), ...visible, ...edited, ...tabs];
    return [...new Set(uris.map(pathOf))].slice(0, maxFiles);
  }

  dispose(): void {
    this.#listener.dispose();
  }

  /** Logs and other virtual documents change as well. */
  #noteEdit(uri: vscode.Uri): void {
    if (!vscode.workspace.getWorkspaceFolder(uri)) return;
    const key = uri.toString();
    this.#edited.delete(key);
    this.#edited.set(key, uri);
    const [oldest] = this.#edited.keys();
    if (this.#edited.size > maxFiles && oldest !== undefined) this.#edited.delete(oldest);
  }
}
