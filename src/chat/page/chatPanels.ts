import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { chatPanel } from "../../manifest";
import type { ChatPage } from "./chatPage";
import type { ChatPages } from "./chatPages";

/** Chats in editor tabs: as many as one likes, each with a conversation of its own. */
export class ChatPanels implements vscode.WebviewPanelSerializer {
  readonly #pages: ChatPages;
  readonly #open = new Map<vscode.WebviewPanel, ChatPage>();

  constructor(pages: ChatPages) {
    this.#pages = pages;
  }

  /** The chat in the tab that the user is in. */
  get active(): ChatPage | undefined {
    for (const [panel, page] of this.#open) if (panel.active) return page;
    return undefined;
  }

  /** Opens a conversation in a tab, or goes to the tab where it is. */
  async open(id: string): Promise<void> {
    for (const [panel, page] of this.#open) {
      if (page.session?.id !== id) continue;
      panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      chatPanel,
      vscode.l10n.t("Chat"),
      vscode.ViewColumn.Active,
      this.#pages.webviewOptions,
    );
    (await this.#fill(panel, id)).focus();
  }

  /** VS Code's call after a reload: the page kept which conversation it showed. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = this.#pages.webviewOptions;
    const known =
      typeof state === "object" && state !== null && "conversation" in state ? state.conversation : undefined;
    await this.#fill(panel, typeof known === "string" && /^[\w-]{1,64}$/.test(known) ? known : randomUUID());
  }

  /** Closes the tabs of these conversations: they are gone. */
  close(ids: readonly string[]): void {
    for (const [panel, page] of [...this.#open]) {
      if (page.session && ids.includes(page.session.id)) panel.dispose();
    }
  }

  async #fill(panel: vscode.WebviewPanel, id: string): Promise<ChatPage> {
    panel.iconPath = new vscode.ThemeIcon("sparkle");
    const page = this.#pages.open(panel.webview, {
      titleChanged: (title) => {
        panel.title = title === "" ? vscode.l10n.t("Chat") : title;
      },
      newChat: () => show(randomUUID()),
      open: (id) => show(id),
    });
    const show = async (other: string): Promise<void> => {
      await page.show(other);
      page.focus();
    };
    this.#open.set(panel, page);
    panel.onDidChangeViewState(() => {
      if (!panel.visible) page.hidden();
    });
    panel.onDidDispose(() => {
      this.#open.delete(panel);
      page.dispose();
    });
    await page.show(id);
    return page;
  }
}
