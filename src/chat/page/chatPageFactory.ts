import { confirmDeletion } from "./answerMenu";
import { canPreviewDiagrams, DiagramPreview } from "./diagramPreview";
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment } from "../../context/attachment";
import type { CheckedRouter, SecretsCheck } from "../../context/secretsCheck";
import { DisposableStore, type Disposable } from "../../lifecycle";
import type { ModelNames } from "../../modelNames";
import type { Log } from "../../router/index";
import { chatHtml } from "./chatHtml";
import { ChatPage } from "./chatPage";
import { focusAfter } from "./focusAfter";
import { insertAtCursor, insertIntoTerminal, newCodeFile, replaceSelection } from "./useCode";
import type { OpenSessions } from "../session/openSessions";
import { TerminalTracker } from "./terminalTracker";
import { answerMenuTarget, codeMenuTarget, type CodeAction } from "./protocol";
import type {
  AnswerAction,
  AttachmentSources,
  AnswerCodeActions,
  CodeLinkTargets,
  PageActions,
} from "./pageDependencies";

/** What all chat pages need from the rest of the extension. */
export interface ChatPageFactoryOptions {
  router: CheckedRouter;
  names: ModelNames;
  secrets: SecretsCheck;
  extensionUri: vscode.Uri;
  /** Contains the folder of all conversations, from which pages load images. */
  storageUri: vscode.Uri;
  log: Log;
  /** `source` resolves to `undefined` if there is no key. */
  key: { source(): Promise<string | undefined>; onDidChange(listener: () => void): Disposable };
  /** `current`: its label, such as "Automatic". `isDefault`: the user has not chosen yet. */
  modelChoice: {
    current(): string;
    isDefault(): boolean;
    hasOtherServices(): boolean;
    onDidChange(listener: () => void): Disposable;
  };
  /** Whether a sign-in waits for the browser. */
  signIn: { isWaiting(): boolean; onDidChange(listener: () => void): Disposable };
  attachments: Omit<AttachmentSources, "fromUris"> & {
    fromUris(uris: readonly vscode.Uri[]): Promise<readonly Attachment[]>;
  };
  codeLinks: CodeLinkTargets;
  actions: Pick<
    PageActions,
    | "markPrivacyNoticeRead"
    | "signIn"
    | "pasteSignInCode"
    | "setApiKey"
    | "pickModel"
    | "chooseModels"
    | "useAdaptive"
    | "useLocalModels"
    | "addService"
    | "chooseServiceOrder"
    | "isDayUsedUp"
    | "showLog"
    | "testConnection"
    | "copyDiagnostics"
    | "pinModel"
    | "excludeModel"
  > & {
    /** Proposes code as an edit of the file that it belongs to. */
    applyCode: AnswerCodeActions["apply"];
  };
}

/** What differs between a page in the side bar and one in an editor tab. */
export interface PageHost {
  titleChanged: (title: string) => void;
  newChat: () => Promise<void>;
  /** Opens a conversation in place of the current one. */
  open: (id: string) => Promise<void>;
}

/** Creates chat pages in VS Code's webviews, and updates all of them after changes of settings, models, or the API key. */
export class ChatPageFactory implements Disposable {
  readonly #options: ChatPageFactoryOptions;
  readonly #sessions: OpenSessions;
  readonly #open = new Set<ChatPage>();
  readonly #disposables = new DisposableStore();
  readonly #terminals = this.#disposables.add(new TerminalTracker(vscode.window));
  readonly #diagrams = this.#disposables.add(new DiagramPreview());

  constructor(options: ChatPageFactoryOptions, sessions: OpenSessions) {
    this.#options = options;
    this.#sessions = sessions;
    const environmentChanged = (): void => this.#forEachPage((page) => page.environmentChanged());
    this.#disposables.add(options.key.onDidChange(environmentChanged));
    this.#disposables.add(options.modelChoice.onDidChange(environmentChanged));
    this.#disposables.add(options.signIn.onDidChange(environmentChanged));
    this.#disposables.add(vscode.extensions.onDidChange(environmentChanged));
    this.#disposables.add(
      options.router.onDidChange(() => {
        for (const page of this.#open) page.updateSendPreview();
      }),
    );
    this.#disposables.add(this.#options.names.onDidChange(() => this.#forEachPage((page) => page.repostState())));
  }

  /** The display name of a model. */
  modelName(id: string): string {
    return this.#options.names.nameOf(id);
  }

  /** The options that a webview needs before `open`. */
  get webviewOptions(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.#root, this.#options.storageUri] };
  }

  /** Loads a page into a webview. The caller disposes the page together with the webview. */
  open(webview: vscode.Webview, host: PageHost): ChatPage {
    const { attachments, secrets, codeLinks, actions, key, modelChoice, signIn, log } = this.#options;
    const focused = <T>(open: () => Promise<T>, stays?: (result: T) => boolean): Promise<T> =>
      focusAfter(open, () => page.focus(), stays);
    const page = new ChatPage(webview, {
      sessions: this.#sessions,
      log,
      modelName: (id) => this.#options.names.nameOf(id),
      imageUrl: (path) => webview.asWebviewUri(vscode.Uri.file(path)).toString(),
      titleChanged: host.titleChanged,
      closed: () => this.#open.delete(page),
      environment: async () => ({
        canAsk: modelChoice.hasOtherServices() || (await key.source()) !== undefined,
        modelChoice: modelChoice.current(),
        recommendsAdaptive: modelChoice.isDefault(),
        isSigningIn: signIn.isWaiting(),
        canOpenDiagrams: canPreviewDiagrams(),
      }),
      attachments: {
        ...attachments,
        pick: () => focused(() => attachments.pick()),
        fromUris: (uris) => attachments.fromUris(uris.map((uri) => vscode.Uri.parse(uri, true))),
      },
      secrets,
      codeLinks,
      actions: {
        ...actions,
        signIn: () => focused(() => actions.signIn()),
        pasteSignInCode: () => focused(() => actions.pasteSignInCode()),
        setApiKey: () => focused(() => actions.setApiKey()),
        useLocalModels: () => focused(() => actions.useLocalModels()),
        addService: () => focused(() => actions.addService()),
        chooseServiceOrder: () => focused(() => actions.chooseServiceOrder()),
        pickModel: () =>
          focused(
            () => actions.pickModel(),
            (stays) => stays,
          ),
        chooseModels: (loadModels) => focused(() => actions.chooseModels(loadModels)),
        newChat: host.newChat,
        open: host.open,
        confirmDeletion,
        openLink: async (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
        copy: async (text) => vscode.env.clipboard.writeText(text),
        code: {
          insert: insertAtCursor,
          terminal: (code) => insertIntoTerminal(code, this.#terminals),
          apply: actions.applyCode,
          diagram: (code) => this.#diagrams.open(code),
          replace: replaceSelection,
          newFile: newCodeFile,
        },
      },
    });
    this.#open.add(page);
    this.#options.names.load();
    webview.html = this.#html(webview);
    return page;
  }

  /** Shows a conversation in a page, which then says what returned to its composer when it was opened. */
  async show(page: ChatPage, id: string): Promise<void> {
    const { conversation } = await page.show(id);
    conversation.draft.announceReturned();
  }

  /** Runs an action of the menu of an answer; `target` is what VS Code passes from it. */
  async runAnswerAction(action: AnswerAction, target: unknown): Promise<void> {
    const { data } = answerMenuTarget.safeParse(target);
    if (data) await this.#pageOf(data.conversation)?.runAnswerAction(action, data.answer);
  }

  /** Runs an action of the menu of a code block; `target` is what VS Code passes from it. */
  async useCode(action: CodeAction, target: unknown): Promise<void> {
    const { data } = codeMenuTarget.safeParse(target);
    if (data) await this.#pageOf(data.conversation)?.receive({ type: "code", do: action, ...data });
  }

  #pageOf(conversation: string): ChatPage | undefined {
    return [...this.#open].find(({ session }) => session?.id === conversation);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  get #root(): vscode.Uri {
    return vscode.Uri.joinPath(this.#options.extensionUri, "dist", "webview");
  }

  #forEachPage(update: (page: ChatPage) => Promise<void>): void {
    for (const page of this.#open)
      void update(page).catch((error: unknown) =>
        this.#options.log.error(`Could not update a chat page: ${String(error)}`),
      );
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
