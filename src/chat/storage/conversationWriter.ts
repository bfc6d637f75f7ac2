import type { Disposable } from "../../lifecycle";
import type { Conversation } from "../conversation/conversation";
import type { ConversationEvent } from "../conversation/conversationEvent";
import type { ConversationFile, ForeignEvents } from "./conversationFile";
import type { Draft } from "../conversation/draft";
import { EventBatch } from "./eventBatch";

/** What a conversation's writer tells of. */
export interface WriterListener {
  /** The disk refuses; told once, until it has recovered. */
  refused(error: unknown): void;
  /** What it had refused is written. */
  recovered(): void;
  /** Another window deleted the conversation; told once. */
  gone(): void;
  /** Time to try again what was refused, in order with all else that is written. */
  again(): Promise<void>;
}

/** Full disks and missing rights are mended by people. */
const retryMs = 5_000;

/**
 * Writes a conversation and its draft. What the disk refuses is kept, goes first with what is written next, and is tried again until it is
 * written: it was on the screen.
 */
export class ConversationWriter implements Disposable {
  readonly #file: ConversationFile;
  readonly #news: WriterListener;
  readonly #unwritten = new EventBatch();
  #draft: Draft | undefined;
  #isBehind = false;
  #isGone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: ConversationFile, news: WriterListener) {
    this.#file = file;
    this.#news = news;
  }

  /** Whether something is only in memory because the disk refuses. */
  get isUnsaved(): boolean {
    return this.#isBehind;
  }

  /** What was told and is not in the file yet. */
  get unwritten(): readonly ConversationEvent[] {
    return this.#unwritten.peek();
  }

  /** Adds events; `whole` is the conversation with them. Never rejects. Gives what other windows wrote meanwhile. */
  async write(events: readonly ConversationEvent[], whole: Conversation): Promise<ForeignEvents> {
    for (const event of events) this.#unwritten.add(event);
    if (this.#unwritten.isEmpty) return [];
    try {
      const foreign = await this.#append(whole);
      this.#settle();
      return foreign;
    } catch (error) {
      this.#refuse(error);
      return [];
    }
  }

  /** Writes the file anew as `whole`, which holds all that was told. False where other windows wrote meanwhile: theirs is not in it. */
  async compact(whole: Conversation): Promise<boolean> {
    if (this.#isGone) return true;
    if (!(await this.#file.compact(whole))) return false;
    this.#unwritten.take();
    this.#settle();
    return true;
  }

  /** Keeps the draft. Never rejects. */
  async saveDraft(draft: Draft): Promise<void> {
    this.#draft = draft;
    try {
      await this.#file.saveDraft(draft);
      if (this.#draft === draft) this.#draft = undefined;
      this.#settle();
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Keeps the draft that could not be kept. */
  async retryDraft(): Promise<void> {
    if (this.#draft) await this.saveDraft(this.#draft);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  /** Where another window deleted it, an answer's words alone do not bring it back; what the user does here does. */
  async #append(whole: Conversation): Promise<ForeignEvents> {
    const events = this.#unwritten.peek();
    let foreign = await this.#file.append(events);
    if (foreign === "gone" && events.some(isDeed)) foreign = await this.#file.restore(events, whole);
    if (foreign === "gone") {
      if (!this.#isGone) this.#news.gone();
      this.#isGone = true;
      return [];
    }
    this.#isGone = false;
    this.#unwritten.take();
    return foreign;
  }

  #settle(): void {
    if (!this.#isBehind || this.#draft || (!this.#unwritten.isEmpty && !this.#isGone)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isBehind = false;
    this.#news.recovered();
  }

  #refuse(error: unknown): void {
    if (!this.#isBehind) this.#news.refused(error);
    this.#isBehind = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#news.again(), retryMs).unref();
  }
}

/** What a user does, and not an answer that goes on by itself. */
function isDeed({ type }: ConversationEvent): boolean {
  return type !== "answer-delta" && type !== "answer-change";
}
