import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { chatPanel } from "../../manifest";
import { visibleName } from "../../visibleText";
import type { ChatPage } from "./chatPage";
import type { ChatPageFactory } from "./chatPageFactory";

/** Chats in editor tabs, each with its own conversation. */
export class ChatPanels implements vscode.WebviewPanelSerializer {
  readonly #pages: ChatPageFactory;
  readonly #open = new Map<vscode.WebviewPanel, ChatPage>();

  constructor(pages: ChatPageFactory) {
    this.#pages = pages;
  }

  /** The page of the active tab. */
  get active(): ChatPage | undefined {
    for (const [panel, page] of this.#open) if (panel.active) return page;
    return undefined;
  }

  /** A tab with a chat is in view. */
  get isVisible(): boolean {
    return [...this.#open.keys()].some(({ visible }) => visible);
  }

  /** Opens a conversation in a new tab, or reveals the tab that shows it. */
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

  /** Called by VS Code after a reload, with the state that the page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = this.#pages.webviewOptions;
    const known =
      typeof state === "object" && state !== null && "conversation" in state ? state.conversation : undefined;
    await this.#fill(panel, typeof known === "string" && /^[\w-]{1,64}$/.test(known) ? known : randomUUID());
  }

  /** Closes the tabs of deleted conversations. */
  close(ids: readonly string[]): void {
    for (const [panel, page] of [...this.#open]) {
      if (page.session && ids.includes(page.session.id)) panel.dispose();
    }
  }

  async #fill(panel: vscode.WebviewPanel, id: string): Promise<ChatPage> {
    panel.iconPath = new vscode.ThemeIcon("sparkle");
    const page = this.#pages.open(panel.webview, {
      titleChanged: (title) => {
        panel.title = title === "" ? vscode.l10n.t("Chat") : visibleName(title);
      },
      newChat: () => show(randomUUID()),
      open: (id) => show(id),
    });
    const show = async (other: string): Promise<void> => {
      await this.#pages.show(page, other);
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
    await this.#pages.show(page, id);
    return page;
  }
}
