import { t } from "@vscode/l10n";
import type { Attachment } from "../../context/attachment";
import { DisposableStore, MutableDisposable, type Disposable } from "../../lifecycle";
import type { ConversationChange } from "../storage/openConversation";
import { PageImages } from "./pageImages";
import { SendPreviewUpdater } from "./sendPreviewUpdater";
import { PageUpdate } from "./pageUpdate";
import { fromWebview, type DraftView, type Notice, type SendPreviewView, type ToWebview } from "./protocol";
import type { Session } from "../session/session";
import { conversationTitle } from "../conversation/conversationTitle";
import { attachmentView, type ViewDependencies } from "./turnView";
import { handlePageMessage, submit, type PageHandle } from "./pageMessages";
import { type PageDependencies } from "./pageDependencies";

/** The page at the other end, as a `vscode.Webview` is. */
export interface PageChannel {
  postMessage(messages: readonly ToWebview[]): unknown;
  onDidReceiveMessage(listener: (message: unknown) => unknown): Disposable;
}

/** One page, wherever it is, and the conversation that it shows: tells the page what changes and has done what it asks for. */
export class ChatPage implements PageHandle, Disposable {
  readonly #door: PageChannel;
  readonly #dependencies: PageDependencies;
  readonly #disposables = new DisposableStore();
  readonly #listening = this.#disposables.add(new MutableDisposable<Disposable>());
  #shown: { session: Session; update: PageUpdate; sources: ViewDependencies } | undefined;
  readonly #pictures = new PageImages((message) => this.#post([message]));
  readonly #sendPreview = this.#disposables.add(new MutableDisposable<SendPreviewUpdater>());
  #searching = new AbortController();
  /** What has to wait until the page is there. */
  #waiting: ToWebview[] = [];
  #live = false;
  #showing: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  constructor(door: PageChannel, dependencies: PageDependencies) {
    this.#door = door;
    this.#dependencies = dependencies;
    this.#disposables.add(door.onDidReceiveMessage((message) => this.receive(message)));
  }

  get session(): Session | undefined {
    return this.#shown?.session;
  }

  /** Shows another conversation; the one before goes on by itself if an answer runs in it. Of several calls at once the last one wins. */
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
    const sources: ViewDependencies = {
      modelName: this.#dependencies.modelName,
      imageUrl: (image) => this.#dependencies.imageUrl(session.conversation.file.imagePath(image)),
    };
    this.#shown = { session, update: new PageUpdate(sources), sources };
    this.#listening.value = session.conversation.onDidChange((change) => this.#onChange(change));
    this.#sendPreview.value = new SendPreviewUpdater(
      session,
      (preview) => this.#postSendPreview(session, preview),
      this.#dependencies.log,
    );
    if (before) this.#release(before);
    await this.#postState();
    if (session.damagedBytes > 0) this.notice({ severity: "error", text: damagedWords(session.damagedBytes) });
    return session;
  }

  /** The page is out of sight, and with it gone: nothing is posted until it says `ready` again. */
  hidden(): void {
    this.#live = false;
  }

  /** Puts the cursor into the composer, now or as soon as there is one. */
  focus(): void {
    this.#postSoon({ type: "focus" });
  }

  /** Opens the bar that finds words in the chat. */
  find(): void {
    this.#postSoon({ type: "find" });
  }

  notice(notice: Notice): void {
    this.#postSoon({ type: "notice", notice });
  }

  /** Tells the page that a key came or went, or that models are chosen otherwise. */
  async environmentChanged(): Promise<void> {
    this.#post([{ type: "environment", environment: await this.#dependencies.environment() }]);
    this.updateSendPreview();
  }

  /** Tells the page soon what becomes of its question: something changed that only the caller knows of. */
  updateSendPreview(): void {
    if (this.#live) this.#sendPreview.value?.update();
  }

  /** Shows everything anew: names may have become known. */
  async repostState(): Promise<void> {
    if (this.session?.isRunning === false) await this.#postState();
  }

  /** Puts chips into the composer; a question that is sent meanwhile waits for them. */
  async attach(found: readonly Attachment[] | Promise<readonly Attachment[]>): Promise<void> {
    await this.session?.attach(Promise.resolve(found).then((attachments) => this.#pictures.fit(attachments)));
  }

  /** The page has drawn a picture, or could not. */
  imageFitted(id: string, data: string | undefined): void {
    this.#pictures.fitted(id, data);
  }

  /** Sends what is in the composer. */
  async submit(): Promise<void> {
    if (this.session) await submit({ page: this, session: this.session, dependencies: this.#dependencies });
  }

  /** Has done what the page says; what it may not say is logged and dropped. */
  async receive(message: unknown): Promise<void> {
    const parsed = fromWebview.safeParse(message);
    if (!parsed.success) {
      this.#dependencies.log.warn("The chat page said something that is not understood.");
      return;
    }
    try {
      if (parsed.data.type === "ready") await this.#ready();
      else if (this.session)
        await handlePageMessage(parsed.data, { page: this, session: this.session, dependencies: this.#dependencies });
    } catch (error) {
      this.#logged(error);
      this.notice({ severity: "error", text: error instanceof Error ? error.message : String(error) });
    }
  }

  post(message: ToWebview): void {
    this.#post([message]);
  }

  /** Ends the search before; the signal ends the one that begins now. */
  nextSearch(): AbortSignal {
    this.#searching.abort();
    this.#searching = new AbortController();
    return this.#searching.signal;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#live = false;
    this.#searching.abort();
    this.#pictures.cancelAll();
    this.#disposables.dispose();
    this.#dependencies.closed();
    if (this.session) this.#release(this.session);
  }

  async #ready(): Promise<void> {
    this.#live = true;
    await this.session?.conversation.refresh();
    await this.#postState();
    this.#post(this.#waiting.splice(0));
    this.#pictures.repost();
  }

  async #postState(): Promise<void> {
    const environment = await this.#dependencies.environment();
    if (!this.#live || !this.#shown) return;
    const { session, update } = this.#shown;
    const { published } = session.conversation;
    const title = published.turns.length === 0 ? "" : conversationTitle(published);
    this.#dependencies.titleChanged(title);
    const draft = this.#draft();
    const state = { conversation: session.id, title, turns: update.whole(published), draft, environment };
    this.#post([{ type: "state", state }]);
    this.updateSendPreview();
  }

  #onChange(change: ConversationChange): void {
    if (!this.#shown) return;
    const { session, update } = this.#shown;
    switch (change.type) {
      case "events":
        if (this.#live) this.#post(update.messages(change.events, session.conversation.published));
        if (change.events.some(({ type }) => type === "turn-add" || type === "title-change"))
          this.#dependencies.titleChanged(conversationTitle(session.conversation.published));
        return;
      case "replaced":
        void this.#postState().catch(this.#logged);
        return;
      case "draft":
        this.postDraft();
        return;
      case "unsaved":
        this.notice({ about: "saving", severity: "error", text: unsavedWords(change.error) });
        return;
      case "saved":
        this.notice({
          about: "saving",
          severity: "info",
          text: t("This chat is saved again, with nothing missing."),
        });
        return;
      case "gone":
        this.notice({
          severity: "info",
          text: t("This chat was deleted in another window. A question that you ask here brings it back."),
        });
    }
  }

  #postSendPreview({ id }: Session, preview: SendPreviewView): void {
    this.#post([{ type: "send-preview", conversation: id, preview }]);
  }

  postDraft(): void {
    this.#post([{ type: "draft", draft: this.#draft() }]);
  }

  #draft(): DraftView {
    if (!this.#shown) return { text: "", attachments: [], queued: [], revision: 0 };
    const { session, sources } = this.#shown;
    const { text, attachments, queued, revision } = session.conversation.draft;
    return {
      text,
      attachments: attachments.map((each) => attachmentView(each, sources)),
      queued: queued.map((each) => ({ id: each.id, text: each.text, attachments: each.attachments.length })),
      revision,
    };
  }

  #postSoon(message: ToWebview): void {
    if (this.#live) this.#post([message]);
    else this.#waiting.push(message);
  }

  #post(messages: readonly ToWebview[]): void {
    if (this.#live && messages.length > 0) this.#door.postMessage(messages);
  }

  #release(session: Session): void {
    void this.#dependencies.sessions.release(session).catch(this.#logged);
  }

  readonly #logged = (error: unknown): void => {
    this.#dependencies.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
}

/** What is shown is safe only as long as this process lives. */
function unsavedWords(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT")
    return t("The disk is full, so this chat cannot be saved. Make room and leave VS Code open: it is tried again.");
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return t(
      "This chat cannot be saved, because its folder must not be written to. Leave VS Code open: it is tried again.",
    );
  return t(
    "This chat cannot be saved: {0}. Leave VS Code open: it is tried again.",
    error instanceof Error ? error.message : String(error),
  );
}

function damagedWords(bytes: number): string {
  return t("Part of this conversation's file was damaged and left out ({0} bytes). Everything else is here.", bytes);
}
