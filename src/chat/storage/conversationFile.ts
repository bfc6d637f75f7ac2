import { access, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ImageAttachment } from "../../context/attachment";
import { isRunning, type Conversation, type StoredImage } from "../conversation/conversation";
import { applyAll } from "../conversation/applyAll";
import { emptyConversation, type ConversationEvent } from "../conversation/conversationEvent";
import { parseDraft, parseEvent } from "./conversationSchema";
import { emptyDraft, isEmptyDraft, type Draft } from "../conversation/draft";
import { ignoreMissing, isMissing, JsonLinesFile } from "./jsonLines";
import { createPrivateFolder, makePrivate, privateFileMode } from "./privateFiles";
import { snapshot } from "../conversation/snapshot";
import { restoreFromTrash } from "./trash";

/** Events that another window appended; `replaced` if it rewrote the file, `deleted` if it deleted the conversation. */
export type ForeignEvents = readonly ConversationEvent[] | "replaced" | "deleted";

export interface LoadedConversation {
  readonly conversation: Conversation;
  /** Bytes that could not be read, because of a crash or a disk error; nearly always 0. */
  readonly damagedBytes: number;
}

/** The folder of one conversation: `events.jsonl`, `draft.json`, and one file per image. */
export class ConversationFile {
  readonly #id: string;
  readonly #folder: string;
  readonly #log: JsonLinesFile<ConversationEvent>;
  readonly #isAlive: (pid: number) => boolean;
  #draftWritten: Promise<void> = Promise.resolve();

  /** `isAlive` returns whether a process is running. A running answer whose process has ended was interrupted. */
  constructor(folder: string, id: string, isAlive: (pid: number) => boolean) {
    this.#id = id;
    this.#folder = folder;
    this.#log = new JsonLinesFile(join(folder, "events.jsonl"), parseEvent);
    this.#isAlive = isAlive;
  }

  /** Reads the conversation without changing the file. If there is no file, returns an empty conversation created at `now`. */
  async read(now: number): Promise<LoadedConversation> {
    const { values, damagedBytes } = await this.#log.read();
    return { conversation: applyAll(emptyConversation(this.#id, now), values), damagedBytes };
  }

  /** Reads the conversation, marks running answers of ended processes as interrupted, and compacts a damaged or bloated file. */
  async open(now: number): Promise<LoadedConversation> {
    await makePrivate(this.#folder);
    const { values, damagedBytes, unknown } = await this.#log.read();
    let conversation = applyAll(emptyConversation(this.#id, now), values);
    const interrupted = await this.#interruptedAnswers(conversation, now);
    if (interrupted.length > 0) {
      conversation = applyAll(conversation, interrupted);
      await this.#log.append(interrupted);
    }
    // Compacting would lose the records of a newer version.
    const compacted = snapshot(conversation);
    if (unknown === 0 && (damagedBytes > 0 || values.length > 50 + 4 * compacted.length))
      await this.#log.replace(compacted);
    return { conversation, damagedBytes };
  }

  /** Appends all events or none. Appends none if another window deleted the conversation. */
  async append(events: readonly ConversationEvent[]): Promise<ForeignEvents> {
    try {
      return await this.#log.append(events);
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (this.#log.existed) return "deleted";
      await createPrivateFolder(this.#folder);
      return this.#log.append(events);
    }
  }

  /** Restores the conversation from the trash and appends the events. If the trash does not have it, writes it from memory. */
  async restore(events: readonly ConversationEvent[], conversation: Conversation): Promise<ForeignEvents> {
    if (await restoreFromTrash(dirname(this.#folder), this.#id)) return this.append(events);
    await createPrivateFolder(this.#folder);
    return this.#log.append(snapshot(conversation), { recreate: true });
  }

  /** Reads what another window wrote since the last call. */
  refresh(): Promise<ForeignEvents> {
    return this.#log.refresh();
  }

  /** Rewrites the file with this conversation. Returns false and does nothing if another window wrote since the last read. */
  compact(conversation: Conversation): Promise<boolean> {
    return this.#log.replace(snapshot(conversation));
  }

  /** Tells other windows that this one still writes a running answer. */
  async keepAlive(now: number): Promise<void> {
    await utimes(this.#log.path, now / 1000, now / 1000);
  }

  async saveImage(image: ImageAttachment): Promise<StoredImage> {
    const { data, ...stored } = image;
    await createPrivateFolder(this.#folder);
    await writeAtomically(this.imagePath(stored), Buffer.from(data, "base64"));
    return stored;
  }

  async deleteImage(image: StoredImage): Promise<void> {
    await rm(this.imagePath(image), { force: true });
  }

  /** The image with its data; `undefined` if its file is missing. */
  async readImage(image: StoredImage): Promise<ImageAttachment | undefined> {
    const bytes = await readFile(this.imagePath(image)).catch(ignoreMissing);
    return bytes && { ...image, data: bytes.toString("base64") };
  }

  imagePath({ id, mediaType }: StoredImage): string {
    return join(this.#folder, `${id}.${mediaType.slice("image/".length)}`);
  }

  async loadDraft(): Promise<Draft> {
    const text = await readFile(this.#draftPath, "utf8").catch(ignoreMissing);
    return (text !== undefined && parseDraft(text)) || emptyDraft;
  }

  /** Saves the draft. Calls are written in order. */
  saveDraft(draft: Draft): Promise<void> {
    this.#draftWritten = this.#draftWritten
      .catch(() => undefined)
      .then(async () => {
        // An empty draft is saved too once there are turns, for its revision: after a crash, a page can still hold the old text.
        if (isEmptyDraft(draft) && !(await this.#hasEvents())) return rm(this.#draftPath, { force: true });
        await createPrivateFolder(this.#folder);
        await writeAtomically(this.#draftPath, JSON.stringify(draft));
      });
    return this.#draftWritten;
  }

  #hasEvents(): Promise<boolean> {
    return access(this.#log.path).then(
      () => true,
      () => false,
    );
  }

  get #draftPath(): string {
    return join(this.#folder, "draft.json");
  }

  async #interruptedAnswers(conversation: Conversation, now: number): Promise<ConversationEvent[]> {
    const running = conversation.turns.flatMap(({ answers }) => answers).filter(isRunning);
    if (running.length === 0) return [];
    // Process ids are reused, in containers quickly. After this long without a sign of life, the id belongs to another process.
    const idle = now - (await stat(this.#log.path)).mtimeMs > idleMs;
    return running
      .filter(({ pid }) => idle || !this.#isAlive(pid))
      .map(({ id }) => ({ type: "answer-change", answer: id, changes: { status: "interrupted", wait: null } }));
  }
}

/** How often a window with a running answer calls `keepAlive`, however long its model takes. */
export const keepAliveMs = 30_000;
/** A window whose file has not changed for this long has ended. Not shorter: version 0.1.0 writes only what the model sends. */
const idleMs = 150_000;

async function writeAtomically(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await createPrivateFolder(dirname(path));
  await writeFile(temporary, content, { mode: privateFileMode });
  await rename(temporary, path);
}
