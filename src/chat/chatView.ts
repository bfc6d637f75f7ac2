import { randomBytes, randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment } from "../context/attachment";
import { DisposableStore, MutableDisposable, type Disposable } from "../lifecycle";
import { views } from "../manifest";
import type { Log, Router } from "../router/index";
import { chatHtml } from "./chatHtml";
import { ChatPage } from "./chatPage";
import type { ConversationStore } from "./conversationStore";
import { insertAtCursor } from "./insertCode";
import { ModelNames } from "./modelNames";
import type { OpenConversation } from "./openConversation";
import { Sessions } from "./sessions";
import type { AttachmentSources, PageActions } from "./wishes";

export interface ChatViewOptions {
  router: Router;
  store: ConversationStore;
  extensionUri: vscode.Uri;
  /** The store's folder: pictures are shown from there. */
  storageUri: vscode.Uri;
  log: Log;
  /** The key's `source` is `undefined` where there is none. */
  key: { source(): Promise<string | undefined>; onDidChange(listener: () => void): Disposable };
  /** How the next model is chosen, in a word or two. */
  modelChoice: { current(): string; onDidChange(listener: () => void): Disposable };
  /** The user's own instructions for every question. */
  instructions: () => string;
  attachments: Omit<AttachmentSources, "fromUris"> & {
    fromUris(uris: readonly vscode.Uri[]): Promise<readonly Attachment[]>;
  };
  actions: Pick<PageActions, "setApiKey" | "pickModel" | "showLog">;
  /** Which conversation the view shows: it is there again after a reload. */
  memory: { get(): string | undefined; set(conversation: string): unknown };
}

/** What an editor command hands to the chat. */
export interface Question {
  text?: string;
  attachments: readonly Attachment[];
  /** Sent at once, else put into the composer. */
  submit: boolean;
}

/** The side bar's chat: VS Code's half of it. What is said and kept is in `session.ts` and `openConversation.ts`. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #disposables = new DisposableStore();
  readonly #page = this.#disposables.add(new MutableDisposable<ChatPage>());
  readonly #sessions: Sessions;
  readonly #names: ModelNames;
  /** Resolves when the view shows a conversation. */
  #resolved = Promise.withResolvers<ChatPage>();

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { router, store, log, instructions } = options;
    this.#names = this.#disposables.add(new ModelNames(router));
    this.#sessions = new Sessions(store, {
      router,
      log,
      instructions,
      now: Date.now,
      newId: randomUUID,
      pid: process.pid,
    });
    const told = (): void => void this.#page.value?.environmentChanged();
    this.#disposables.add(options.key.onDidChange(told));
    this.#disposables.add(options.modelChoice.onDidChange(told));
    void store.emptyTrash().catch((error: unknown) => log.warn(`The trash cannot be emptied: ${String(error)}`));
  }

  /** The conversation shown; `undefined` before the view was opened. */
  get conversation(): OpenConversation | undefined {
    return this.#page.value?.session?.conversation;
  }

  /** VS Code's call, whenever the view comes up for the first time or anew. */
  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    const { extensionUri, storageUri, memory } = this.#options;
    const root = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    view.webview.options = { enableScripts: true, localResourceRoots: [root, storageUri] };
    const page = new ChatPage(view.webview, this.#pageWorld(view));
    this.#page.value = page;
    view.onDidChangeVisibility(() => {
      if (!view.visible) page.hidden();
    });
    view.onDidDispose(() => {
      this.#page.value = undefined;
      this.#resolved = Promise.withResolvers();
    });
    view.webview.html = this.#html(view.webview, root);
    await this.#showRemembered(page, memory.get());
    this.#resolved.resolve(page);
  }

  /** Reveals the chat and puts the question into the composer, or sends it. */
  async ask({ text, attachments, submit }: Question): Promise<void> {
    const page = await this.#reveal();
    const conversation = page.session?.conversation;
    if (!conversation) return;
    if (attachments.length > 0) await conversation.attach(attachments);
    if (text !== undefined) await conversation.prefill(text);
    if (submit) await page.submit();
    else page.focus();
  }

  /** Begins a conversation; one in which nothing was said yet is as good as new. */
  async newChat(): Promise<void> {
    const page = await this.#reveal();
    if (page.session?.conversation.state.turns.length !== 0) await this.#show(page, this.#newId());
    page.focus();
  }

  /** Stops the answer that is being written in the conversation shown. */
  stop(): void {
    this.#page.value?.session?.stop();
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

  async #reveal(): Promise<ChatPage> {
    await vscode.commands.executeCommand(`${views.chat}.focus`);
    return this.#resolved.promise;
  }

  /** What was shown last, or a new conversation where that cannot be read. */
  async #showRemembered(page: ChatPage, id: string | undefined): Promise<void> {
    try {
      await page.show(id ?? this.#newId());
    } catch (error) {
      this.#options.log.error(`Conversation ${String(id)} cannot be opened: ${String(error)}`);
      await page.show(this.#newId());
      page.notice({
        severity: "error",
        text: vscode.l10n.t("The last conversation could not be opened: {0}", String(error)),
      });
    }
  }

  async #show(page: ChatPage, id: string): Promise<void> {
    await page.show(id);
    await this.#options.memory.set(id);
  }

  #newId(): string {
    const id = randomUUID();
    void this.#options.memory.set(id);
    return id;
  }

  #pageWorld(view: vscode.WebviewView): ConstructorParameters<typeof ChatPage>[1] {
    const { attachments, actions, key, modelChoice, log } = this.#options;
    return {
      sessions: this.#sessions,
      log,
      modelName: (id) => this.#names.nameOf(id),
      imageUrl: (path) => view.webview.asWebviewUri(vscode.Uri.file(path)).toString(),
      titleChanged: (title) => {
        view.description = title;
      },
      environment: async () => ({
        hasKey: (await key.source()) !== undefined,
        modelChoice: modelChoice.current(),
      }),
      attachments: {
        ...attachments,
        fromUris: (uris) => attachments.fromUris(uris.map((uri) => vscode.Uri.parse(uri, true))),
      },
      actions: {
        ...actions,
        newChat: () => this.newChat(),
        openLink: async (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
        copy: async (text) => vscode.env.clipboard.writeText(text),
        insert: insertAtCursor,
      },
    };
  }

  #html(webview: vscode.Webview, root: vscode.Uri): string {
    const url = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
    return chatHtml({
      script: url("main.js"),
      style: url("style.css"),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString("hex"),
      language: vscode.env.language,
      translations: vscode.l10n.bundle,
    });
  }
}
