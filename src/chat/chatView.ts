import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "../context/attachment";
import type { ChatInput } from "../context/chatInput";
import { DisposableStore, MutableDisposable } from "../lifecycle";
import { views } from "../manifest";
import type { ChatPage } from "./page/chatPage";
import { ChatPages, type ChatPagesOptions } from "./page/chatPages";
import { ChatPanels } from "./page/chatPanels";
import type { ConversationStore } from "./storage/conversationStore";
import { History } from "./history/history";
import type { OpenConversation } from "./storage/openConversation";
import { ActivePage } from "./page/activePage";
import { OpenSessions } from "./session/openSessions";
import { showInformation } from "../notifications";

export interface ChatViewOptions extends ChatPagesOptions {
  store: ConversationStore;
  /** The user's own instructions for every question. */
  instructions: () => string;
  /** What the project asks of whoever works in it. */
  projectInstructions: () => Promise<readonly TextAttachment[]>;
  /** The text without keys and passwords: what an export goes through. */
  redact: (text: string) => string;
  /** Which conversation the view shows: it is there again after a reload. */
  lastConversation: { get(): string | undefined; set(conversation: string): unknown };
}

/** The side bar's chat: VS Code's half of it. What is said and kept is in `session.ts` and `openConversation.ts`. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #disposables = new DisposableStore();
  readonly #page = this.#disposables.add(new MutableDisposable<ChatPage>());
  readonly #sessions: OpenSessions;
  readonly #pages: ChatPages;
  /** The list of all conversations. */
  readonly history: History;
  /** Chats in editor tabs. */
  readonly panels: ChatPanels;
  /** The page of the view, for whoever waits until it shows a conversation. */
  readonly #shown = new ActivePage<ChatPage>();

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { router, store, log, instructions, projectInstructions } = options;
    const dependencies = {
      router,
      log,
      instructions,
      projectInstructions,
      now: Date.now,
      newId: randomUUID,
      pid: process.pid,
    };
    this.#sessions = new OpenSessions(store, dependencies);
    this.#pages = this.#disposables.add(new ChatPages(options, this.#sessions));
    this.panels = new ChatPanels(this.#pages);
    this.history = new History({
      store,
      sessions: this.#sessions,
      modelName: (id) => this.#pages.modelName(id),
      redact: options.redact,
      open: (id) => this.open(id),
      openInEditor: (id) => this.panels.open(id),
      onDeleted: (ids) => this.#deleted(ids),
    });
    void store.emptyTrash().catch((error: unknown) => log.warn(`The trash cannot be emptied: ${String(error)}`));
  }

  /** The conversation shown; `undefined` before the view was opened. */
  get conversation(): OpenConversation | undefined {
    return this.#page.value?.session?.conversation;
  }

  /** VS Code's call, whenever the view comes up for the first time or anew. */
  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    view.webview.options = this.#pages.webviewOptions;
    const page = this.#pages.open(view.webview, {
      titleChanged: (title) => {
        view.description = title;
      },
      newChat: () => this.newChat(),
      open: (id) => this.open(id),
    });
    this.#page.value = page;
    view.onDidChangeVisibility(() => {
      if (!view.visible) page.hidden();
    });
    const stay = this.#shown.begin();
    view.onDidDispose(() => {
      this.#page.value = undefined;
      stay.leave();
    });
    await this.#showRemembered(page);
    stay.arrive(page);
  }

  /** Reveals the chat and puts the question into the composer, or sends it. */
  async ask({ text, attachments, submit }: ChatInput): Promise<void> {
    const page = await this.#reveal();
    const conversation = page.session?.conversation;
    if (!conversation) return;
    if (attachments.length > 0) await page.attach(attachments);
    if (text !== undefined) await conversation.prefill(text);
    if (submit) await page.submit();
    else page.focus();
  }

  /** Begins a conversation; one in which nothing was said yet is as good as new. */
  async newChat(): Promise<void> {
    const page = await this.#reveal();
    if (page.session?.conversation.state.turns.length !== 0) await this.#show(page, randomUUID());
    page.focus();
  }

  /** Shows a conversation of the store in the view. */
  async open(id: string): Promise<void> {
    const page = await this.#reveal();
    await this.#show(page, id);
    page.focus();
  }

  /** The same conversation in an editor tab, where there is room. */
  async openInEditor(): Promise<void> {
    const id = this.#page.value?.session?.id ?? this.#options.lastConversation.get();
    if (id !== undefined) await this.panels.open(id);
  }

  /** Opens the bar that finds words: in the tab that is active, else in the view. */
  async find(): Promise<void> {
    (this.panels.active ?? (await this.#reveal())).find();
  }

  /** Writes the conversation to a file that the user is in: that of the active tab, else of the view. */
  async export(): Promise<void> {
    await this.#export(this.panels.active ?? this.#page.value);
  }

  /** Writes the view's conversation to a file, whatever tab is active: its own menu means none else. */
  async exportView(): Promise<void> {
    await this.#export(this.#page.value);
  }

  /** Stops the answer that is being written, in the active tab rather than in the view. */
  stop(): void {
    const pages = [this.panels.active, this.#page.value];
    pages.find((page) => page?.session?.isRunning)?.session?.stop();
  }

  /** Reveals the chat, with the cursor in the composer. */
  async focus(): Promise<void> {
    (await this.#reveal()).focus();
  }

  /** Ends running answers as interrupted and writes what is not yet on disk: what `deactivate` waits for. */
  async close(): Promise<void> {
    await this.#sessions.close();
  }

  dispose(): void {
    this.#disposables.dispose();
    void this.close();
  }

  async #export(page: ChatPage | undefined): Promise<void> {
    const session = page?.session;
    if (session && session.conversation.state.turns.length > 0) await this.history.export(session.id);
    else void showInformation(vscode.l10n.t("This chat is empty. Ask a question before you export it."));
  }

  async #reveal(): Promise<ChatPage> {
    await vscode.commands.executeCommand(`${views.chat}.focus`);
    return this.#shown.next;
  }

  async #deleted(ids: readonly string[]): Promise<void> {
    this.panels.close(ids);
    const page = this.#page.value;
    if (page?.session && ids.includes(page.session.id)) await this.#show(page, randomUUID());
  }

  /** What was shown last, or a new conversation where that cannot be read. */
  async #showRemembered(page: ChatPage): Promise<void> {
    const id = this.#options.lastConversation.get();
    try {
      await this.#show(page, id ?? randomUUID());
    } catch (error) {
      this.#options.log.error(`Conversation ${String(id)} cannot be opened: ${String(error)}`);
      await this.#show(page, randomUUID());
      const text = vscode.l10n.t("Could not open the last chat: {0}", String(error));
      page.notice({ severity: "error", text });
    }
  }

  async #show(page: ChatPage, id: string): Promise<void> {
    await page.show(id);
    await this.#options.lastConversation.set(id);
  }
}
