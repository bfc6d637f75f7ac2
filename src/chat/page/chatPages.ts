import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment } from "../../context/attachment";
import { newFile } from "../../proposals/newFile";
import { DisposableStore, type Disposable } from "../../lifecycle";
import { showWarning } from "../../notifications";
import type { Log, Router } from "../../router/index";
import { chatHtml } from "./chatHtml";
import { ChatPage } from "./chatPage";
import { insertAtCursor, replaceSelection, typeIntoTerminal } from "./useCode";
import { ModelNames } from "./modelNames";
import type { Sessions } from "../session/openSessions";
import { TerminalWatch } from "./terminalTracker";
import type { AttachmentSources, AnswerDeed, CodeDeeds, MentionedPlaces, PageActions } from "./pageMessages";

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
  mentions: MentionedPlaces;
  actions: Pick<
    PageActions,
    | "privacyRead"
    | "signIn"
    | "setApiKey"
    | "pickModel"
    | "showLog"
    | "testConnection"
    | "copyDiagnostics"
    | "keepModel"
    | "neverUseModel"
  > & {
    /** Shows an answer's code as an edit of the file it came from. */
    applyCode: CodeDeeds["apply"];
  };
}

/** What differs from one place for a page to the other. */
export interface PagePlace {
  titleChanged: (title: string) => void;
  newChat: () => Promise<void>;
  /** Shows this conversation there. */
  open: (id: string) => Promise<void>;
}

/** Makes chat pages out of VS Code's webviews, in the side bar and in editor tabs, and tells all of them what changes around them. */
export class ChatPages implements Disposable {
  readonly #options: ChatPagesOptions;
  readonly #sessions: Sessions;
  readonly #names: ModelNames;
  readonly #open = new Set<ChatPage>();
  readonly #disposables = new DisposableStore();
  readonly #terminals = this.#disposables.add(new TerminalWatch(vscode.window));

  constructor(options: ChatPagesOptions, sessions: Sessions) {
    this.#options = options;
    this.#sessions = sessions;
    this.#names = this.#disposables.add(new ModelNames(options.router));
    const told = (): void => this.#each((page) => page.environmentChanged());
    this.#disposables.add(options.key.onDidChange(told));
    this.#disposables.add(options.modelChoice.onDidChange(told));
    this.#disposables.add(
      options.router.onDidChange(() => {
        for (const page of this.#open) page.lookAhead();
      }),
    );
    this.#disposables.add(this.#names.onDidChange(() => this.#each((page) => page.redraw())));
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
  open(webview: vscode.Webview, place: PagePlace): ChatPage {
    const { attachments, mentions, actions, key, modelChoice, log } = this.#options;
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
      mentions,
      actions: {
        ...actions,
        newChat: place.newChat,
        open: place.open,
        chooseAnswerDeed,
        openLink: async (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
        copy: async (text) => vscode.env.clipboard.writeText(text),
        code: {
          insert: insertAtCursor,
          terminal: (code) => typeIntoTerminal(code, this.#terminals),
          apply: actions.applyCode,
          more: (code, language) => moreWithCode(code, language, this.#terminals),
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

/** What else can be done with an answer, in a list to choose from. */
async function chooseAnswerDeed(model: string | undefined): Promise<AnswerDeed | undefined> {
  const ofModel: { label: string; deed: AnswerDeed }[] =
    model === undefined
      ? []
      : [
          { label: vscode.l10n.t("$(pin) Always Ask {0}", model), deed: "keep-model" },
          { label: vscode.l10n.t("$(circle-slash) Never Use {0} Again", model), deed: "never-use-model" },
        ];
  const chosen = await vscode.window.showQuickPick(
    [
      ...ofModel,
      { label: vscode.l10n.t("$(repo-forked) Go On From Here in a New Chat"), deed: "fork" as const },
      { label: vscode.l10n.t("$(trash) Delete From Here On…"), deed: "delete" as const },
    ],
    { title: vscode.l10n.t("Answer") },
  );
  if (chosen?.deed !== "delete") return chosen?.deed;
  const yes = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete this question, its answers, and all that follows?");
  return (await showWarning(question, { modal: true }, yes)) === yes ? "delete" : undefined;
}

/** What else can be done with a code block, in a list to choose from. */
async function moreWithCode(
  code: string,
  language: string,
  terminals: TerminalWatch<vscode.Terminal>,
): Promise<string | undefined> {
  const deeds = [
    { label: vscode.l10n.t("$(replace) Replace Selection"), run: () => replaceSelection(code) },
    { label: vscode.l10n.t("$(new-file) New File"), run: () => openNew(code, language) },
    { label: vscode.l10n.t("$(insert) Insert at Cursor"), run: () => insertAtCursor(code) },
    { label: vscode.l10n.t("$(terminal) Type into Terminal"), run: () => typeIntoTerminal(code, terminals) },
  ];
  return (await vscode.window.showQuickPick(deeds, { title: vscode.l10n.t("Use Code") }))?.run();
}

/** There is nothing to tell about it. */
async function openNew(code: string, language: string): Promise<undefined> {
  await newFile(code, language);
}
