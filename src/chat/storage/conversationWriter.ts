import type { Disposable } from "../../lifecycle";
import type { Conversation } from "../conversation/conversation";
import type { ConversationEvent } from "../conversation/conversationEvent";
import type { ConversationFile, ForeignEvents } from "./conversationFile";
import type { Draft } from "../conversation/draft";
import { EventBatch } from "./eventBatch";

/** Notifications of a conversation's writer. */
export interface WriterListener {
  /** A write failed. Called once until a write succeeds again. */
  failed(error: unknown): void;
  /** Everything that could not be saved has been saved. */
  recovered(): void;
  /** Another window deleted the conversation. Called once. */
  deleted(): void;
  /** It is time to retry, in order with other writes. */
  retry(): Promise<void>;
}

/** Short, because people free disk space or fix permissions at any time. */
const retryMs = 5_000;

/**
 * Writes a conversation and its draft. Events that could not be written stay in memory, are written first next time, and are
 * retried until they are saved, because the user has already seen them.
 */
export class ConversationWriter implements Disposable {
  readonly #file: ConversationFile;
  readonly #listener: WriterListener;
  readonly #unwritten = new EventBatch();
  #draft: Draft | undefined;
  /** Whether the last write of events failed. */
  #hasFailed = false;
  #isUnsaved = false;
  #isDeleted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: ConversationFile, listener: WriterListener) {
    this.#file = file;
    this.#listener = listener;
  }

  /** Whether something is only in memory because a write failed. */
  get isUnsaved(): boolean {
    return this.#isUnsaved;
  }

  /** Events that are not in the file yet, without those of a running write. */
  get unwritten(): readonly ConversationEvent[] {
    return this.#unwritten.peek();
  }

  /** Adds events to the next write. */
  add(events: readonly ConversationEvent[]): void {
    for (const event of events) this.#unwritten.add(event);
  }

  /** Appends all events so far; `conversation` includes them. Never rejects. Resolves to what other windows wrote. */
  async write(conversation: Conversation): Promise<ForeignEvents> {
    if (this.#unwritten.isEmpty) return [];
    try {
      const foreign = await this.#append(conversation);
      this.#hasFailed = false;
      this.#recover();
      return foreign;
    } catch (error) {
      this.#hasFailed = true;
      this.#fail(error);
      return [];
    }
  }

  /** Rewrites the file with `conversation`, which includes all events so far. Returns false if other windows wrote meanwhile. */
  async compact(conversation: Conversation): Promise<boolean> {
    if (this.#isDeleted) return true;
    const isCompacted = await this.#take(async () => (await this.#file.compact(conversation)) || undefined);
    if (!isCompacted) return false;
    this.#hasFailed = false;
    this.#recover();
    return true;
  }

  /** Saves the draft. Never rejects. */
  async saveDraft(draft: Draft): Promise<void> {
    this.#draft = draft;
    try {
      await this.#file.saveDraft(draft);
      if (this.#draft === draft) this.#draft = undefined;
      this.#recover();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Saves the draft if the last attempt failed. */
  async retryDraft(): Promise<void> {
    if (this.#draft) await this.saveDraft(this.#draft);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  /** If another window deleted the conversation, user actions restore it; an answer that is still running does not. */
  async #append(conversation: Conversation): Promise<ForeignEvents> {
    const foreign = await this.#take(async (events) => {
      const appended = await this.#file.append(events);
      if (appended !== "deleted") return appended;
      if (!events.some(isUserAction)) return undefined;
      const restored = await this.#file.restore(events, conversation);
      return restored === "deleted" ? undefined : restored;
    });
    if (foreign === undefined && !this.#isDeleted) this.#listener.deleted();
    this.#isDeleted = foreign === undefined;
    return foreign ?? [];
  }

  /** Takes all events for a write. Puts them back, before those that were added meanwhile, if it fails or resolves to `undefined`. */
  async #take<R>(write: (events: readonly ConversationEvent[]) => Promise<R | undefined>): Promise<R | undefined> {
    const events = this.#unwritten.take();
    let result: R | undefined;
    try {
      result = await write(events);
    } finally {
      if (result === undefined) this.#unwritten.putBack(events);
    }
    return result;
  }

  /** Reports recovery once nothing is left to save. */
  #recover(): void {
    if (!this.#isUnsaved || this.#draft || this.#hasFailed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isUnsaved = false;
    this.#listener.recovered();
  }

  #fail(error: unknown): void {
    if (!this.#isUnsaved) this.#listener.failed(error);
    this.#isUnsaved = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#listener.retry(), retryMs).unref();
  }
}

/** True unless the event belongs to a running answer. */
function isUserAction({ type }: ConversationEvent): boolean {
  return type !== "answer-delta" && type !== "answer-change";
}
