import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { ChatInput } from "../context/chatInput";
import { DisposableStore, MutableDisposable } from "../lifecycle";
import { views } from "../manifest";
import { isEmptyQuestion } from "./conversation/draft";
import { withProjectMention } from "./conversation/projectMention";
import type { ModelId } from "../router/index";
import type { ChatPage } from "./page/chatPage";
import type { AnswerAction } from "./page/pageDependencies";
import type { CodeAction } from "./page/protocol";
import { ChatPageFactory, type ChatPageFactoryOptions } from "./page/chatPageFactory";
import { ChatPanels } from "./page/chatPanels";
import type { ConversationStore } from "./storage/conversationStore";
import { History } from "./history/history";
import type { OpenConversation } from "./storage/openConversation";
import { ActivePage } from "./page/activePage";
import type { RequestDependencies } from "./session/conversationRequests";
import { OpenSessions } from "./session/openSessions";
import { showInformation } from "../notifications";

export interface ChatViewOptions extends ChatPageFactoryOptions, RequestDependencies {
  store: ConversationStore;
  /** Stores the id of the conversation that the view shows, to show it again after a reload. */
  lastConversation: { get(): string | undefined; set(conversation: string): unknown };
}

/** The chat view in the side bar, with its history and the chats in editor tabs. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #disposables = new DisposableStore();
  readonly #page = this.#disposables.add(new MutableDisposable<ChatPage>());
  #view: vscode.WebviewView | undefined;
  readonly #sessions: OpenSessions;
  readonly #pages: ChatPageFactory;
  /** The list of all chats. */
  readonly history: History;
  /** Chats in editor tabs. */
  readonly panels: ChatPanels;
  /** The page of the view, once it shows a conversation. */
  readonly #activePage = new ActivePage<ChatPage>();

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { router, secrets, store, log, instructions, projectInstructions, lookCloser } = options;
    const dependencies = {
      router,
      secrets,
      log,
      instructions,
      projectInstructions,
      lookCloser,
      modelName: (id: ModelId) => options.names.read(id),
      now: Date.now,
      newId: randomUUID,
      pid: process.pid,
    };
    this.#sessions = new OpenSessions(store, dependencies);
    this.#pages = this.#disposables.add(new ChatPageFactory(options, this.#sessions));
    this.panels = new ChatPanels(this.#pages);
    this.history = new History({
      store,
      sessions: this.#sessions,
      modelName: (id) => this.#pages.modelName(id),
      open: (id) => this.open(id),
      openInEditor: (id) => this.panels.open(id),
      onDeleted: (ids) => this.#replaceDeleted(ids),
    });
    void store.emptyTrash().catch((error: unknown) => log.warn(`Could not empty the trash: ${String(error)}`));
  }

  /** The conversation that the view shows; `undefined` before the view is opened. */
  get conversation(): OpenConversation | undefined {
    return this.#page.value?.session?.conversation;
  }

  /** The view or a tab with a chat is in view. */
  get isVisible(): boolean {
    return this.#view?.visible === true || this.panels.isVisible;
  }

  /** Called by VS Code whenever it creates the view. */
  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    this.#view = view;
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
    const registration = this.#activePage.register();
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#page.value = undefined;
      registration.closed();
    });
    await this.#showLast(page);
    registration.ready(page);
  }

  /** Reveals the chat and adds the input to the composer, or asks it at once, without the draft in the composer. */
  async ask({ text, attachments, submit }: ChatInput): Promise<void> {
    const page = await this.#reveal();
    const conversation = page.session?.conversation;
    if (!conversation) return;
    if (submit) return page.ask({ text: text ?? "", attachments });
    if (attachments.length > 0) await page.attach(attachments);
    if (text !== undefined) await conversation.draft.prefill(text);
    page.focus();
  }

  /** Reveals the chat and makes what is in the composer a question about the project, to be completed. */
  async askProject(): Promise<void> {
    const page = await this.#reveal();
    await page.session?.conversation.draft.change(({ text }) => ({ text: withProjectMention(text) }));
    page.focus();
  }

  /** Asks several models: again the question of an answer, whose menu passes `target`, or else what is in the composer. */
  async askSeveral(target?: unknown): Promise<void> {
    if (target !== undefined) return this.runAnswerAction("ask-several", target);
    const page = this.panels.active ?? (await this.#reveal());
    if (page.session && isEmptyQuestion(page.session.conversation.draft.content)) {
      page.notice({ severity: "info", text: vscode.l10n.t("Type the question that several models should answer.") });
      page.focus();
    } else await page.submit({ several: true });
  }

  /** Starts a conversation, or reuses the current one if it is empty. */
  async newChat(): Promise<void> {
    const page = await this.#reveal();
    if (page.session?.conversation.state.turns.length !== 0) await this.#show(page, randomUUID());
    page.focus();
  }

  /** Opens a conversation in the view. */
  async open(id: string): Promise<void> {
    const page = await this.#reveal();
    await this.#show(page, id);
    page.focus();
  }

  /** Opens the conversation of the view in an editor tab. */
  async openInEditor(): Promise<void> {
    const id = this.#page.value?.session?.id ?? this.#options.lastConversation.get();
    if (id !== undefined) await this.panels.open(id);
  }

  /** Opens the find widget in the active tab, or else in the view. */
  async find(): Promise<void> {
    (this.panels.active ?? (await this.#reveal())).find();
  }

  /** Runs an action of the menu of an answer; `target` is what VS Code passes from it. */
  async runAnswerAction(action: AnswerAction, target: unknown): Promise<void> {
    await this.#pages.runAnswerAction(action, target);
  }

  /** Runs an action of the menu of a code block; `target` is what VS Code passes from it. */
  async useCode(action: CodeAction, target: unknown): Promise<void> {
    await this.#pages.useCode(action, target);
  }

  /** Exports the conversation of the active tab, or else of the view. */
  async export(): Promise<void> {
    await this.#export(this.panels.active ?? this.#page.value);
  }

  /** Exports the conversation of the view, even if a tab is active. Used by the menu of the view. */
  async exportView(): Promise<void> {
    await this.#export(this.#page.value);
  }

  /** Stops the running answer of the active tab, or else of the view. */
  async stop(): Promise<void> {
    const pages = [this.panels.active, this.#page.value];
    await pages.find((page) => page?.session?.isRunning)?.session?.stop();
  }

  /** Reveals the chat and focuses the composer. */
  async focus(): Promise<void> {
    (await this.#reveal()).focus();
  }

  /** Interrupts running answers and saves everything. `deactivate` waits for it. */
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
    return this.#activePage.whenReady;
  }

  /** Closes the tabs of deleted conversations, and shows a new one in the view if it showed one of them. */
  async #replaceDeleted(ids: readonly string[]): Promise<void> {
    this.panels.close(ids);
    const page = this.#page.value;
    if (page?.session && ids.includes(page.session.id)) await this.#show(page, randomUUID());
  }

  /** Shows the last conversation, or a new one if the last one cannot be read. */
  async #showLast(page: ChatPage): Promise<void> {
    const id = this.#options.lastConversation.get();
    try {
      await this.#show(page, id ?? randomUUID());
    } catch (error) {
      this.#options.log.error(`Could not open conversation ${String(id)}: ${String(error)}`);
      await this.#show(page, randomUUID());
      const text = vscode.l10n.t("Could not open the last chat: {0}", String(error));
      page.notice({ about: "file", severity: "error", text });
    }
  }

  async #show(page: ChatPage, id: string): Promise<void> {
    await this.#pages.show(page, id);
    await this.#options.lastConversation.set(id);
  }
}
