import { Emitter, type Disposable } from "../../lifecycle";
import type { Log } from "../../router/index";
import { imagesAmong, storedImages, type Conversation, type StoredImage } from "../conversation/conversation";
import { apply, type ConversationEvent } from "../conversation/conversationEvent";
import { keepAliveMs, type ConversationFile, type ForeignEvents } from "./conversationFile";
import { ConversationWriter } from "./conversationWriter";
import { withNextRevision, returnQueued, removeAsked, type Draft } from "../conversation/draft";
import { EventBatch } from "./eventBatch";
import { ignoreMissing } from "./jsonLines";
import { OpenDraft, type DraftChange } from "./openDraft";

export interface OpenConversationDependencies {
  log: Log;
  now: () => number;
  newId: () => string;
  /** Updates the row of the conversation in the list of chats. */
  updateIndex: (conversation: Conversation) => Promise<void>;
}

export type ConversationChange =
  /** Events in order; already on disk, unless writing fails or they belong to a running answer. */
  | { readonly type: "events"; readonly events: readonly ConversationEvent[] }
  /** The conversation changed in a way that events do not describe; read all of it again. */
  | { readonly type: "replaced" }
  | DraftChange
  /** A write failed. Fired once until a write succeeds again; retries are automatic. */
  | { readonly type: "unsaved"; readonly error: unknown }
  /** Everything that could not be saved is on disk. */
  | { readonly type: "saved" }
  /** Another window deleted the conversation. Sending a question restores it. */
  | { readonly type: "deleted" };

/** At most forty writes and messages per second, which looks smooth and costs less than one per screen frame. */
const frameMs = 25;

/**
 * A conversation in memory, with its draft. Events are applied at once. Once per frame they are appended to the file and then
 * published to the listeners, in this order, so that everything the user did and saw complete survives a crash. Only what a running
 * answer adds is published first, so that a slow disk does not delay its words; a crash loses those of the last two writes at most.
 */
export class OpenConversation {
  readonly #file: ConversationFile;
  readonly #dependencies: OpenConversationDependencies;
  readonly #changes = new Emitter<ConversationChange>();
  /** Recorded events that are neither published nor being written. */
  readonly #unpublished = new EventBatch();
  readonly #writer: ConversationWriter;
  #state: Conversation;
  #published: Conversation;
  /** The content of the composer. */
  readonly draft: OpenDraft;
  #isNew: boolean;
  #timer: NodeJS.Timeout | undefined;
  #queue: Promise<void> = Promise.resolve();
  /** A write that has not started yet. */
  #queuedWrite: Promise<void> | undefined;
  /** Whether events are being written that are published afterwards. */
  #isPublishingHeld = false;

  private constructor(
    file: ConversationFile,
    state: Conversation,
    { draft, returned }: { draft: Draft; returned: number },
    dependencies: OpenConversationDependencies,
  ) {
    this.#file = file;
    this.#state = this.#published = state;
    this.#dependencies = dependencies;
    this.#isNew = state.turns.length === 0;
    this.#writer = new ConversationWriter(file, {
      failed: (error) => {
        this.#logError(error);
        this.#notify({ type: "unsaved", error });
      },
      recovered: () => this.#notify({ type: "saved" }),
      deleted: () => this.#notify({ type: "deleted" }),
      retry: async () => {
        await this.flush();
        await this.#writer.retryDraft();
      },
    });
    this.draft = new OpenDraft(draft, returned, {
      save: (changed) => this.#writer.saveDraft(changed),
      notify: (change) => this.#notify(change),
      saveImage: (image) => file.saveImage(image),
      detached: (images) => this.#enqueue(() => this.#deleteUnusedImages(images)),
      newId: dependencies.newId,
    });
  }

  /** Opens the conversation of this file, or a new one if the file does not exist. `damagedBytes` could not be read. */
  static async open(
    file: ConversationFile,
    dependencies: OpenConversationDependencies,
  ): Promise<{ conversation: OpenConversation; damagedBytes: number }> {
    const [{ conversation, damagedBytes }, saved] = await Promise.all([
      file.open(dependencies.now()),
      file.loadDraft(),
    ]);
    // Nothing is running that would send the queued questions.
    const unasked = removeAsked(saved, conversation.turns.at(-1));
    const opened = { draft: withNextRevision(saved, returnQueued(unasked)), returned: unasked.queued.length };
    return { conversation: new OpenConversation(file, conversation, opened, dependencies), damagedBytes };
  }

  readonly onDidChange = this.#changes.event;

  get state(): Conversation {
    return this.#state;
  }

  /** The state as published to listeners, which is what pages show. */
  get published(): Conversation {
    return this.#published;
  }

  /** Whether some of it is only in memory because a write failed. */
  get isUnsaved(): boolean {
    return this.#writer.isUnsaved;
  }

  get file(): ConversationFile {
    return this.#file;
  }

  /** Applies an event now; publishes and saves it with the next frame. */
  record(event: ConversationEvent): void {
    if (this.#isNew) {
      this.#isNew = false;
      this.#unpublished.add({ type: "conversation-start", version: 1, id: this.#state.id, at: this.#state.createdAt });
    }
    this.#state = apply(this.#state, event);
    this.#unpublished.add(event);
    this.#timer ??= setTimeout(() => void this.flush(), frameMs);
  }

  /** Saves and publishes all events so far. Never rejects: events that cannot be saved are published too, with a notice. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publishProvisional();
    this.#queuedWrite ??= this.#enqueue(() => {
      this.#queuedWrite = undefined;
      return this.#write();
    });
    return this.#queuedWrite;
  }

  /** Tells other windows every now and then that this one still writes a running answer, until it is disposed of. */
  keepAlive(): Disposable {
    const timer = setInterval(() => {
      // Without the file there is nothing that another window could read: it is not written yet, or deleted.
      this.#file.keepAlive(this.#dependencies.now()).catch(ignoreMissing).catch(this.#logError);
    }, keepAliveMs).unref();
    return { dispose: () => clearInterval(timer) };
  }

  /** Applies what another window wrote. */
  refresh(): Promise<void> {
    return this.#enqueue(async () => this.#applyForeign(await this.#file.refresh()));
  }

  /** Deletes a turn and everything after it, including text and images on disk. */
  deleteTurn(turn: string): Promise<void> {
    const before = storedImages(this.#state);
    this.record({ type: "turn-delete", turn });
    return this.#enqueue(async () => {
      await this.#write();
      // Apply what another window wrote first, or the new file would lack it.
      if (!(await this.#writer.compact(this.#published))) {
        await this.#applyForeign(await this.#file.refresh());
        await this.#writer.compact(this.#published);
      }
      await this.#deleteUnusedImages(before);
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#writer.dispose();
    this.#changes.dispose();
  }

  /** Runs file operations and their notifications one at a time. Never rejects, so that a failure does not block the next one. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch(this.#logError);
    return this.#queue;
  }

  /** Catches errors of listeners: a page that cannot render must not prevent saving. */
  #notify(change: ConversationChange): void {
    try {
      this.#changes.fire(change);
    } catch (error) {
      this.#logError(error);
    }
  }

  /** Deletes the images that no question or draft uses any more. */
  async #deleteUnusedImages(images: readonly StoredImage[]): Promise<void> {
    const { attachments, queued } = this.draft.content;
    const drafted = imagesAmong([attachments, ...queued.map((each) => each.attachments)].flat());
    const used = new Set([...storedImages(this.#state), ...drafted].map(({ id }) => id));
    for (const image of images) if (!used.has(image.id)) await this.#file.deleteImage(image);
  }

  /** Publishes what a running answer has added, unless earlier events have to be saved first. */
  #publishProvisional(): void {
    if (this.#isPublishingHeld) return;
    const events = this.#unpublished.takeWhile(isProvisional);
    this.#writer.add(events);
    this.#publish(events);
  }

  #publish(events: readonly ConversationEvent[]): void {
    if (events.length === 0) return;
    this.#published = events.reduce(apply, this.#published);
    this.#notify({ type: "events", events });
  }

  async #write(): Promise<void> {
    const held = this.#unpublished.take();
    this.#writer.add(held);
    this.#isPublishingHeld = held.length > 0;
    const foreign = await this.#writer.write(held.reduce(apply, this.#published));
    this.#isPublishingHeld = false;
    this.#publish(held);
    this.#publishProvisional();
    await this.#applyForeign(foreign);
    if (held.some(changesIndex)) await this.#dependencies.updateIndex(this.#state).catch(this.#logError);
  }

  async #applyForeign(foreign: ForeignEvents): Promise<void> {
    if (foreign === "deleted") return;
    if (foreign === "replaced") {
      const { conversation } = await this.#file.read(this.#dependencies.now());
      this.#published = this.#writer.unwritten.reduce(apply, conversation);
      this.#state = this.#unpublished.peek().reduce(apply, this.#published);
      this.#notify({ type: "replaced" });
    } else if (foreign.length > 0) {
      this.#published = withForeign(this.#published, foreign);
      this.#state = withForeign(this.#state, foreign);
      this.#notify({ type: "events", events: foreign });
    }
  }

  readonly #logError = (error: unknown): void => {
    this.#dependencies.log.error(`Conversation ${this.#state.id}: ${String(error)}`);
  };
}

/** Applies the events of another window without switching the branch that is shown in this one. */
function withForeign(conversation: Conversation, foreign: readonly ConversationEvent[]): Conversation {
  const { shown, ...after } = foreign.reduce(apply, conversation);
  const shownHere = Object.entries(conversation.shown).filter(([key]) => key in shown);
  return { ...after, shown: { ...shown, ...Object.fromEntries(shownHere) } };
}

/** Whether an event may be published before it is saved: it belongs to a running answer and does not end it. */
function isProvisional(event: ConversationEvent): boolean {
  if (event.type !== "answer-change") return "answer" in event && event.type !== "answer-start";
  const { status = "streaming" } = event.changes;
  return status === "waiting" || status === "streaming";
}

function changesIndex({ type }: ConversationEvent): boolean {
  return type === "turn-add" || type === "turn-delete" || type === "title-change" || type === "pin-change";
}
