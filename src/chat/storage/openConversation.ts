import type { Attachment } from "../../context/attachment";
import { Emitter } from "../../lifecycle";
import type { Log } from "../../router/index";
import {
  imagesAmong,
  storedImages,
  type Conversation,
  type StoredAttachment,
  type StoredImage,
} from "../conversation/conversation";
import { apply, type ConversationEvent } from "../conversation/conversationEvent";
import type { ConversationFile, ForeignEvents } from "./conversationFile";
import { ConversationWriter } from "./conversationWriter";
import { withNextRevision, returnQueued, removeAsked, type Draft } from "../conversation/draft";
import { EventBatch } from "./eventBatch";

export interface OpenConversationDependencies {
  log: Log;
  now: () => number;
  newId: () => string;
  /** Keeps the list of conversations up to date. */
  updateIndex: (conversation: Conversation) => Promise<void>;
}

export type ConversationChange =
  /** These happened, in this order, and are on disk unless the disk refuses. */
  | { readonly type: "events"; readonly events: readonly ConversationEvent[] }
  /** Something else than single events: look at the whole anew. */
  | { readonly type: "replaced" }
  | { readonly type: "draft" }
  /** The disk refuses; told once. What it does not take is tried again. */
  | { readonly type: "unsaved"; readonly error: unknown }
  /** All that it had refused is on disk. */
  | { readonly type: "saved" }
  /** Another window deleted the conversation. What is asked in it brings it back. */
  | { readonly type: "gone" };

/** Forty writes and messages a second: more than eyes need, fewer than screens offer. */
const frameMs = 25;

/**
 * A conversation in memory, with its draft. Whatever happens is applied here at once, and once per frame appended to the file
 * and then told to the listeners: what was ever on the screen survives a crash.
 */
export class OpenConversation {
  readonly #file: ConversationFile;
  readonly #dependencies: OpenConversationDependencies;
  readonly #changes = new Emitter<ConversationChange>();
  readonly #batch = new EventBatch();
  readonly #writer: ConversationWriter;
  #state: Conversation;
  #told: Conversation;
  #draft: Draft;
  #isNew: boolean;
  /** Ends when the chips so far are in the draft: writing a picture takes its time. */
  #attached: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    file: ConversationFile,
    state: Conversation,
    draft: Draft,
    dependencies: OpenConversationDependencies,
  ) {
    this.#file = file;
    this.#state = this.#told = state;
    this.#draft = draft;
    this.#dependencies = dependencies;
    this.#isNew = state.turns.length === 0;
    this.#writer = new ConversationWriter(file, {
      refused: (error) => {
        this.#logged(error);
        this.#tell({ type: "unsaved", error });
      },
      recovered: () => this.#tell({ type: "saved" }),
      gone: () => this.#tell({ type: "gone" }),
      again: async () => {
        await this.flush();
        await this.#writer.retryDraft();
      },
    });
  }

  /** Opens a conversation, or begins the one with this id; also tells how many bytes of its file were damaged. */
  static async open(
    file: ConversationFile,
    dependencies: OpenConversationDependencies,
  ): Promise<{ conversation: OpenConversation; damagedBytes: number }> {
    const [{ conversation, damagedBytes }, kept] = await Promise.all([file.open(dependencies.now()), file.loadDraft()]);
    // What waited for an answer that will not come any more is its author's again.
    const draft = withNextRevision(kept, returnQueued(removeAsked(kept, conversation.turns.at(-1))));
    return { conversation: new OpenConversation(file, conversation, draft, dependencies), damagedBytes };
  }

  readonly onDidChange = this.#changes.event;

  get state(): Conversation {
    return this.#state;
  }

  /** The state as far as listeners have been told of it, and the file has it: what is shown. */
  get published(): Conversation {
    return this.#told;
  }

  /** Whether some of it is in memory only, because the disk refuses. */
  get isUnsaved(): boolean {
    return this.#writer.isUnsaved;
  }

  get draft(): Draft {
    return this.#draft;
  }

  get file(): ConversationFile {
    return this.#file;
  }

  /** Applies an event now, and writes and tells it with the next frame. */
  record(event: ConversationEvent): void {
    if (this.#isNew) {
      this.#isNew = false;
      this.#batch.add({ type: "conversation-start", version: 1, id: this.#state.id, at: this.#state.createdAt });
    }
    this.#state = apply(this.#state, event);
    this.#batch.add(event);
    this.#timer ??= setTimeout(() => void this.flush(), frameMs);
  }

  /** Writes and tells everything up to now. Never rejects: what cannot be saved is shown all the same, and said. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#inOrder(() => this.#writeBatch());
  }

  /** Takes in what another window wrote. */
  refresh(): Promise<void> {
    return this.#inOrder(async () => this.#takeForeign(await this.#file.refresh()));
  }

  /** Takes a turn away, with all that follows it, and its text and pictures from the disk too. */
  deleteTurn(turn: string): Promise<void> {
    const before = storedImages(this.#state);
    this.record({ type: "turn-delete", turn });
    return this.#inOrder(async () => {
      await this.#writeBatch();
      // Another window's last words are taken in first: the new file would be without them.
      if (!(await this.#writer.compact(this.#told))) {
        await this.#takeForeign(await this.#file.refresh());
        await this.#writer.compact(this.#told);
      }
      await this.#forgetPictures(before);
    });
  }

  /** What the page's composer holds; older news than what is known (from a page that was away) is dropped. */
  async setDraftText(text: string, revision: number): Promise<void> {
    if (revision <= this.#draft.revision) return;
    this.#draft = { ...this.#draft, text, revision };
    await this.#writer.saveDraft(this.#draft);
  }

  /** Changes the draft from this side, which the page must hear. `change` gets the present one. */
  async changeDraft(change: (draft: Draft) => Partial<Draft>): Promise<void> {
    this.#draft = withNextRevision(this.#draft, { ...this.#draft, ...change(this.#draft) });
    this.#tell({ type: "draft" });
    await this.#writer.saveDraft(this.#draft);
  }

  /** Puts words into the composer, beneath what is there already. */
  async prefill(text: string): Promise<void> {
    await this.changeDraft((draft) => {
      const present = draft.text.trimEnd();
      return { text: present === "" ? text : `${present}\n\n${text}` };
    });
  }

  /** Adds chips to the draft, in the order of the calls; what the same place gave before is replaced. */
  async attach(attachments: readonly Attachment[]): Promise<void> {
    const attached = this.#attached.then(() => this.#attach(attachments));
    this.#attached = attached.catch(() => undefined);
    return attached;
  }

  async #attach(attachments: readonly Attachment[]): Promise<void> {
    const added: StoredAttachment[] = [];
    for (const attachment of attachments) {
      const own = { ...attachment, id: this.#dependencies.newId() };
      added.push(own.kind === "image" ? await this.#file.saveImage(own) : own);
    }
    await this.changeDraft(({ attachments: present }) => {
      const kept = present.filter((before) => !added.some((each) => isSamePlace(before, each)));
      return { attachments: [...kept, ...added] };
    });
  }

  async detach(id: string): Promise<void> {
    const taken = this.#draft.attachments.filter((each) => each.id === id);
    await this.changeDraft(({ attachments }) => ({ attachments: attachments.filter((each) => each.id !== id) }));
    await this.#inOrder(() => this.#forgetPictures(imagesAmong(taken)));
  }

  /** Keeps a selection's chip, without what stands around it. */
  async detachSurroundings(id: string): Promise<void> {
    await this.changeDraft(({ attachments }) => ({
      attachments: attachments.map((each) => {
        if (each.id !== id || each.kind === "image") return each;
        const alone = { ...each };
        delete alone.surroundings;
        return alone;
      }),
    }));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#writer.dispose();
    this.#changes.dispose();
  }

  /** One thing at a time is done to the file and told of it. Never rejects: one failure must not end all that comes after. */
  #inOrder(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(work).catch(this.#logged);
    return this.#writing;
  }

  /** A listener that fails (a page that cannot draw) must not keep anything from being saved. */
  #tell(change: ConversationChange): void {
    try {
      this.#changes.fire(change);
    } catch (error) {
      this.#logged(error);
    }
  }

  /** Deletes those of the pictures that nothing refers to any more. */
  async #forgetPictures(pictures: readonly StoredImage[]): Promise<void> {
    const { attachments, queued } = this.#draft;
    const drafted = imagesAmong([attachments, ...queued.map((each) => each.attachments)].flat());
    const kept = new Set([...storedImages(this.#state), ...drafted].map(({ id }) => id));
    for (const picture of pictures) if (!kept.has(picture.id)) await this.#file.deleteImage(picture);
  }

  async #writeBatch(): Promise<void> {
    const events = this.#batch.take();
    const told = events.reduce(apply, this.#told);
    const foreign = await this.#writer.write(events, told);
    if (events.some(changesTheList)) await this.#dependencies.updateIndex(this.#state).catch(this.#logged);
    this.#told = told;
    if (events.length > 0) this.#tell({ type: "events", events });
    await this.#takeForeign(foreign);
  }

  async #takeForeign(foreign: ForeignEvents): Promise<void> {
    if (foreign === "gone") return;
    if (foreign === "replaced") {
      const { conversation } = await this.#file.read(this.#dependencies.now());
      this.#told = this.#writer.unwritten.reduce(apply, conversation);
      this.#state = this.#batch.peek().reduce(apply, this.#told);
      this.#tell({ type: "replaced" });
    } else if (foreign.length > 0) {
      this.#told = withForeign(this.#told, foreign);
      this.#state = withForeign(this.#state, foreign);
      this.#tell({ type: "events", events: foreign });
    }
  }

  readonly #logged = (error: unknown): void => {
    this.#dependencies.log.error(`Conversation ${this.#state.id}: ${String(error)}`);
  };
}

/** What another window wrote is there; what is shown here stays, where something is: its user looks at another screen. */
function withForeign(conversation: Conversation, foreign: readonly ConversationEvent[]): Conversation {
  const { shown, ...after } = foreign.reduce(apply, conversation);
  const kept = Object.entries(conversation.shown).filter(([key]) => key in shown);
  return { ...after, shown: { ...shown, ...Object.fromEntries(kept) } };
}

function changesTheList({ type }: ConversationEvent): boolean {
  return type === "turn-add" || type === "turn-delete" || type === "title-change" || type === "pin-change";
}

/** The same lines of the same file, or the same whole file: attached twice, the newer text counts. */
function isSamePlace(a: StoredAttachment, b: StoredAttachment): boolean {
  if (a.kind === "image" || b.kind === "image" || a.uri === undefined) return false;
  return a.kind === b.kind && a.uri === b.uri && a.label === b.label;
}
