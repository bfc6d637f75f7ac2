import { chooseAnswerAction } from "./answerMenu";
import { chooseCodeAction } from "./codeMenu";
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment } from "../../context/attachment";
import { DisposableStore, type Disposable } from "../../lifecycle";
import type { Log, Router } from "../../router/index";
import { chatHtml } from "./chatHtml";
import { ChatPage } from "./chatPage";
import { insertAtCursor, typeIntoTerminal } from "./useCode";
import { ModelNames } from "./modelNames";
import type { OpenSessions } from "../session/openSessions";
import { TerminalTracker } from "./terminalTracker";
import type { AttachmentSources, CodeActions, CodeLinkTargets, PageActions } from "./pageDependencies";

/** What pages take from the rest of the extension. */
export interface ChatPagesOptions {
  router: Router;
  extensionUri: vscode.Uri;
  /** The store's folder: pictures are shown from there. */
  storageUri: vscode.Uri;
  log: Log;
  /** The key's `source` is `undefined` where there is none. */
  key: { source(): Promise<string | undefined>; onDidChange(listener: () => void): Disposable };
  /** How the next model is chosen, in a word or two. */
  modelChoice: { current(): string; onDidChange(listener: () => void): Disposable };
  attachments: Omit<AttachmentSources, "fromUris"> & {
    fromUris(uris: readonly vscode.Uri[]): Promise<readonly Attachment[]>;
  };
  codeLinks: CodeLinkTargets;
  actions: Pick<
    PageActions,
    | "markPrivacyNoticeRead"
    | "signIn"
    | "setApiKey"
    | "pickModel"
    | "showLog"
    | "testConnection"
    | "copyDiagnostics"
    | "pinModel"
    | "excludeModel"
  > & {
    /** Shows an answer's code as an edit of the file it came from. */
    applyCode: CodeActions["apply"];
  };
}

/** What differs from one place for a page to the other. */
export interface PageHost {
  titleChanged: (title: string) => void;
  newChat: () => Promise<void>;
  /** Shows this conversation there. */
  open: (id: string) => Promise<void>;
}

/** Makes chat pages out of VS Code's webviews, in the side bar and in editor tabs, and tells all of them what changes around them. */
export class ChatPages implements Disposable {
  readonly #options: ChatPagesOptions;
  readonly #sessions: OpenSessions;
  readonly #names: ModelNames;
  readonly #open = new Set<ChatPage>();
  readonly #disposables = new DisposableStore();
  readonly #terminals = this.#disposables.add(new TerminalTracker(vscode.window));

  constructor(options: ChatPagesOptions, sessions: OpenSessions) {
    this.#options = options;
    this.#sessions = sessions;
    this.#names = this.#disposables.add(new ModelNames(options.router));
    const told = (): void => this.#each((page) => page.environmentChanged());
    this.#disposables.add(options.key.onDidChange(told));
    this.#disposables.add(options.modelChoice.onDidChange(told));
    this.#disposables.add(
      options.router.onDidChange(() => {
        for (const page of this.#open) page.updateSendPreview();
      }),
    );
    this.#disposables.add(this.#names.onDidChange(() => this.#each((page) => page.repostState())));
  }

  /** What people call a model. */
  modelName(id: string): string {
    return this.#names.nameOf(id);
  }

  /** What a webview needs before a page can be in it. */
  get webviewOptions(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.#root, this.#options.storageUri] };
  }

  /** Puts a page into a webview; whoever owns the webview disposes the page with it. */
  open(webview: vscode.Webview, place: PageHost): ChatPage {
    const { attachments, codeLinks, actions, key, modelChoice, log } = this.#options;
    const page = new ChatPage(webview, {
      sessions: this.#sessions,
      log,
      modelName: (id) => this.#names.nameOf(id),
      imageUrl: (path) => webview.asWebviewUri(vscode.Uri.file(path)).toString(),
      titleChanged: place.titleChanged,
      closed: () => this.#open.delete(page),
      environment: async () => ({ hasKey: (await key.source()) !== undefined, modelChoice: modelChoice.current() }),
      attachments: {
        ...attachments,
        fromUris: (uris) => attachments.fromUris(uris.map((uri) => vscode.Uri.parse(uri, true))),
      },
      codeLinks,
      actions: {
        ...actions,
        newChat: place.newChat,
        open: place.open,
        chooseAnswerAction,
        openLink: async (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
        copy: async (text) => vscode.env.clipboard.writeText(text),
        code: {
          insert: insertAtCursor,
          terminal: (code) => typeIntoTerminal(code, this.#terminals),
          apply: actions.applyCode,
          more: (code, language) => chooseCodeAction(code, language, this.#terminals),
        },
      },
    });
    this.#open.add(page);
    this.#names.load();
    webview.html = this.#html(webview);
    return page;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  get #root(): vscode.Uri {
    return vscode.Uri.joinPath(this.#options.extensionUri, "dist", "webview");
  }

  #each(tell: (page: ChatPage) => Promise<void>): void {
    for (const page of this.#open)
      void tell(page).catch((error: unknown) => this.#options.log.error(`A chat page was not told: ${String(error)}`));
  }

  #html(webview: vscode.Webview): string {
    const url = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.#root, name)).toString();
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
