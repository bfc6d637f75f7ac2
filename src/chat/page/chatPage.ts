import type { Attachment } from "../../context/attachment";
import { DisposableStore, MutableDisposable, type Disposable } from "../../lifecycle";
import { changeNotice, damageNotice } from "./conversationNotices";
import type { ConversationChange } from "../storage/openConversation";
import { PageImages } from "./pageImages";
import { SendPreviewUpdater } from "./sendPreviewUpdater";
import { PageUpdate } from "./pageUpdate";
import { fromWebview, type DraftView, type Notice, type ToWebview } from "./protocol";
import type { Session } from "../session/session";
import { conversationTitle } from "../conversation/conversationTitle";
import { attachmentView, type ViewDependencies } from "./turnView";
import { runAnswerAction } from "./answerActions";
import type { PageHandle } from "./pageContext";
import { handlePageMessage } from "./pageMessages";
import { askQuestion, submit, type AskedQuestion } from "./submitQuestion";
import type { AnswerAction, PageDependencies } from "./pageDependencies";

/** The part of `vscode.Webview` that is used here. */
export interface PageChannel {
  postMessage(messages: readonly ToWebview[]): unknown;
  onDidReceiveMessage(listener: (message: unknown) => unknown): Disposable;
}

/** One chat page and the conversation that it shows. Posts changes to the page and handles its messages. */
export class ChatPage implements PageHandle, Disposable {
  readonly #channel: PageChannel;
  readonly #dependencies: PageDependencies;
  readonly #disposables = new DisposableStore();
  readonly #listener = this.#disposables.add(new MutableDisposable<Disposable>());
  #content: { session: Session; update: PageUpdate; views: ViewDependencies } | undefined;
  readonly #images = new PageImages((message) => this.post(message));
  readonly #sendPreview = this.#disposables.add(new MutableDisposable<SendPreviewUpdater>());
  #mentionSearch = new AbortController();
  /** Messages to post when the page is ready. */
  #pendingMessages: ToWebview[] = [];
  #isReady = false;
  #showing: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  constructor(channel: PageChannel, dependencies: PageDependencies) {
    this.#channel = channel;
    this.#dependencies = dependencies;
    this.#disposables.add(channel.onDidReceiveMessage((message) => this.receive(message)));
  }

  get session(): Session | undefined {
    return this.#content?.session;
  }

  /** Shows another conversation. A running answer of the previous one continues. The last of several calls wins. */
  show(id: string): Promise<Session> {
    const showing = this.#showing.then(() => this.#show(id));
    this.#showing = showing.catch(() => undefined);
    return showing;
  }

  async #show(id: string): Promise<Session> {
    const before = this.session;
    if (before?.id === id) return before;
    const session = await this.#dependencies.sessions.acquire(id);
    if (this.#isDisposed) {
      this.#release(session);
      return session;
    }
    const views: ViewDependencies = {
      modelName: this.#dependencies.modelName,
      imageUrl: (image) => this.#dependencies.imageUrl(session.conversation.file.imagePath(image)),
    };
    this.#content = { session, update: new PageUpdate(views), views };
    this.#listener.value = session.conversation.onDidChange((change) => this.#onChange(change));
    this.#sendPreview.value = new SendPreviewUpdater(
      session,
      (preview) => this.post({ type: "send-preview", conversation: session.id, preview }),
      this.#dependencies.log,
    );
    if (before) this.#release(before);
    await this.#postState();
    if (session.damagedBytes > 0) this.notice(damageNotice(session.damagedBytes));
    return session;
  }

  /** VS Code unloads a hidden page, so nothing is posted until it posts `ready` again. */
  hidden(): void {
    this.#isReady = false;
  }

  /** Focuses the composer, as soon as the page is ready. */
  focus(): void {
    this.#postWhenReady({ type: "focus" });
  }

  /** Opens the find widget, as soon as the page is ready. */
  find(): void {
    this.#postWhenReady({ type: "find" });
  }

  notice(notice: Notice): void {
    this.#postWhenReady({ type: "notice", notice });
  }

  /** Updates the page after a change of the API key or of the model selection. */
  async environmentChanged(): Promise<void> {
    this.post({ type: "environment", environment: await this.#dependencies.environment() });
    this.updateSendPreview();
  }

  /** Updates the send preview after a change outside the conversation. */
  updateSendPreview(): void {
    if (this.#isReady) this.#sendPreview.value?.update();
  }

  /** Posts the whole state again, because names of models are known now. */
  async repostState(): Promise<void> {
    if (this.session?.isRunning === false) await this.#postState();
  }

  /** Adds attachments to the composer. A question that is submitted meanwhile waits for them. */
  async attach(found: readonly Attachment[] | Promise<readonly Attachment[]>): Promise<void> {
    await this.session?.composer.attach(Promise.resolve(found).then((attachments) => this.fit(attachments)));
  }

  /** The attachments with images that fit. */
  fit(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
    return this.#images.fit(attachments);
  }

  /** Receives the resized image from the page; `undefined` if the page could not decode it. */
  imageFitted(id: string, data: string | undefined): void {
    this.#images.fitted(id, data);
  }

  /** Submits the question in the composer; with `several`, to the models that the user chooses. */
  async submit(options?: { several: boolean }): Promise<void> {
    if (this.session) await submit({ page: this, session: this.session, dependencies: this.#dependencies }, options);
  }

  /** Asks a question that is not in the composer, where the draft stays. */
  async ask(question: AskedQuestion): Promise<void> {
    if (this.session)
      await askQuestion(question, { page: this, session: this.session, dependencies: this.#dependencies });
  }

  /** Runs an action of the menu of an answer. */
  async runAnswerAction(action: AnswerAction, answer: string): Promise<void> {
    if (this.session)
      await runAnswerAction(action, answer, { session: this.session, dependencies: this.#dependencies });
  }

  /** Parses and handles a message of the page. Logs and ignores an invalid one. */
  async receive(message: unknown): Promise<void> {
    const parsed = fromWebview.safeParse(message);
    if (!parsed.success) {
      this.#dependencies.log.warn("The chat page posted an invalid message.");
      return;
    }
    try {
      if (parsed.data.type === "ready") await this.#ready();
      else if (this.session)
        await handlePageMessage(parsed.data, { page: this, session: this.session, dependencies: this.#dependencies });
    } catch (error) {
      this.#logError(error);
      this.notice({ severity: "error", text: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Posts messages; does nothing if the page is not ready. */
  post(...messages: ToWebview[]): void {
    if (this.#isReady && messages.length > 0) this.#channel.postMessage(messages);
  }

  /** Aborts the previous search for mentions and returns the signal of the next one. */
  nextSearch(): AbortSignal {
    this.#mentionSearch.abort();
    this.#mentionSearch = new AbortController();
    return this.#mentionSearch.signal;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#isReady = false;
    this.#mentionSearch.abort();
    this.#images.cancelAll();
    this.#disposables.dispose();
    this.#dependencies.closed();
    if (this.session) this.#release(this.session);
  }

  async #ready(): Promise<void> {
    this.#isReady = true;
    await this.session?.conversation.refresh();
    await this.#postState();
    this.post(...this.#pendingMessages.splice(0));
    this.#images.repost();
  }

  async #postState(): Promise<void> {
    const environment = await this.#dependencies.environment();
    if (!this.#isReady || !this.#content) return;
    const { session, update } = this.#content;
    const { published } = session.conversation;
    const title = published.turns.length === 0 ? "" : conversationTitle(published);
    this.#dependencies.titleChanged(title);
    const draft = this.#draftView();
    const state = { conversation: session.id, title, turns: update.whole(published), draft, environment };
    this.post({ type: "state", state });
    this.updateSendPreview();
  }

  #onChange(change: ConversationChange): void {
    if (!this.#content) return;
    const { session, update } = this.#content;
    switch (change.type) {
      case "events":
        if (this.#isReady) this.post(...update.messages(change.events, session.conversation.published));
        if (change.events.some(({ type }) => type === "turn-add" || type === "title-change"))
          this.#dependencies.titleChanged(conversationTitle(session.conversation.published));
        return;
      case "replaced":
        void this.#postState().catch(this.#logError);
        return;
      case "draft":
        this.postDraft();
        return;
      case "unsaved":
      case "saved":
      case "deleted":
      case "queue-returned":
        this.notice(changeNotice(change));
    }
  }

  postDraft(): void {
    this.post({ type: "draft", draft: this.#draftView() });
  }

  #draftView(): DraftView {
    if (!this.#content) return { text: "", attachments: [], queued: [], revision: 0 };
    const { session, views } = this.#content;
    const { text, attachments, queued, revision } = session.conversation.draft.content;
    return {
      text,
      attachments: attachments.map((each) => attachmentView(each, views)),
      queued: queued.map((each) => ({ id: each.id, text: each.text, attachments: each.attachments.length })),
      revision,
    };
  }

  /** Posts the message now, or when the page is ready. */
  #postWhenReady(message: ToWebview): void {
    if (this.#isReady) this.post(message);
    else this.#pendingMessages.push(message);
  }

  #release(session: Session): void {
    void this.#dependencies.sessions.release(session).catch(this.#logError);
  }

  readonly #logError = (error: unknown): void => {
    this.#dependencies.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
}
