import type { Attachment, ImageAttachment } from "../../context/attachment";
import { imagesAmong, type StoredAttachment, type StoredImage } from "../conversation/conversation";
import { mergeText, returnQueued, withNextRevision, type Draft } from "../conversation/draft";

export type DraftChange =
  /** The host has changed it. */
  | { readonly type: "draft" }
  /** So many queued questions are in the composer again: the answer before them is not complete, or nothing was running any more. */
  | { readonly type: "queue-returned"; readonly questions: number };

export interface OpenDraftDependencies {
  /** Writes it to disk. */
  save: (draft: Draft) => Promise<void>;
  notify: (change: DraftChange) => void;
  saveImage: (image: ImageAttachment & { id: string }) => Promise<StoredImage>;
  /** Called with the images that are no longer attached. */
  detached: (images: readonly StoredImage[]) => Promise<void>;
  newId: () => string;
}

/** The draft of a conversation, which the user types in the page while the host adds to it. */
export class OpenDraft {
  readonly #dependencies: OpenDraftDependencies;
  #content: Draft;
  /** How many queued questions returned when it was opened, until a page shows it. */
  #returned: number;
  /** Resolves when all attachments so far are in the draft; writing an image takes time. */
  #attached: Promise<void> = Promise.resolve();

  constructor(content: Draft, returned: number, dependencies: OpenDraftDependencies) {
    this.#content = content;
    this.#returned = returned;
    this.#dependencies = dependencies;
  }

  get content(): Draft {
    return this.#content;
  }

  /**
   * Takes over the text of a page's composer, which was typed on the text `base`. If that has changed meanwhile, in the host or in another
   * page, keeps both and tells the page. Ignores outdated text, which a hidden page may still post.
   */
  async setText(text: string, revision: number, base: string): Promise<void> {
    const present = this.#content;
    if (base === present.text && revision <= present.revision) return;
    const merged = mergeText(base, present.text, text);
    // A text that neither has is newer than both.
    const next = Math.max(revision, present.revision) + (merged === text || merged === present.text ? 0 : 1);
    this.#content = { ...present, text: merged, revision: next };
    if (merged !== text) this.#dependencies.notify({ type: "draft" });
    await this.#dependencies.save(this.#content);
  }

  /** Changes the draft and notifies the page. `change` gets the current draft. */
  async change(change: (draft: Draft) => Partial<Draft>): Promise<void> {
    this.#content = withNextRevision(this.#content, { ...this.#content, ...change(this.#content) });
    this.#dependencies.notify({ type: "draft" });
    await this.#dependencies.save(this.#content);
  }

  /** Returns all queued questions to the composer. */
  async returnQueued(): Promise<void> {
    const questions = this.#content.queued.length;
    if (questions === 0) return;
    const changed = this.change(returnQueued);
    this.#dependencies.notify({ type: "queue-returned", questions });
    await changed;
  }

  /** Says that queued questions returned when it was opened. Called when a page shows it, and so can say it. */
  announceReturned(): void {
    const questions = this.#returned;
    this.#returned = 0;
    if (questions > 0) this.#dependencies.notify({ type: "queue-returned", questions });
  }

  /** Appends a question to the composer, below its current text, unless it is there already. */
  async prefill(text: string, attachments: readonly StoredAttachment[] = []): Promise<void> {
    await this.change((draft) => {
      const present = draft.text.trimEnd();
      const isThere = `\n\n${present}`.endsWith(`\n\n${text}`);
      return {
        text: present === "" ? text : isThere ? present : `${present}\n\n${text}`,
        attachments: withAttached(draft.attachments, attachments),
      };
    });
  }

  /** Adds attachments in the order of the calls. Replaces attachments of the same code. */
  async attach(attachments: readonly Attachment[]): Promise<void> {
    const attached = this.#attached.then(() => this.#attach(attachments));
    this.#attached = attached.catch(() => undefined);
    return attached;
  }

  async #attach(attachments: readonly Attachment[]): Promise<void> {
    const added = await this.storeAttachments(attachments);
    await this.change((draft) => ({ attachments: withAttached(draft.attachments, added) }));
  }

  /** The attachments as a question of this conversation has them: with ids, and images as files. */
  async storeAttachments(attachments: readonly Attachment[]): Promise<readonly StoredAttachment[]> {
    const stored: StoredAttachment[] = [];
    for (const attachment of attachments) {
      const withId = { ...attachment, id: this.#dependencies.newId() };
      stored.push(withId.kind === "image" ? await this.#dependencies.saveImage(withId) : withId);
    }
    return stored;
  }

  async detach(id: string): Promise<void> {
    await this.#detach((each) => each.id === id);
  }

  async detachAll(): Promise<void> {
    await this.#detach(() => true);
  }

  async #detach(isRemoved: (attachment: StoredAttachment) => boolean): Promise<void> {
    const removed = this.#content.attachments.filter(isRemoved);
    await this.change(({ attachments }) => ({ attachments: attachments.filter((each) => !isRemoved(each)) }));
    await this.#dependencies.detached(imagesAmong(removed));
  }

  /** Removes the surrounding code from an attached selection. */
  async detachSurroundings(id: string): Promise<void> {
    await this.change(({ attachments }) => ({
      attachments: attachments.map((each) => {
        if (each.id !== id || each.kind === "image") return each;
        const selection = { ...each };
        delete selection.surroundings;
        return selection;
      }),
    }));
  }
}

/** Newer attachments replace those of the same code. */
function withAttached(
  present: readonly StoredAttachment[],
  added: readonly StoredAttachment[],
): readonly StoredAttachment[] {
  return [...present.filter((before) => !added.some((each) => isSameCode(before, each))), ...added];
}

/** Whether both attach the same lines of a file, or the same file. The newer one has the current text. */
function isSameCode(a: StoredAttachment, b: StoredAttachment): boolean {
  if (a.kind === "image" || b.kind === "image" || a.uri === undefined) return false;
  return a.kind === b.kind && a.uri === b.uri && a.label === b.label;
}
