import { access, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ImageAttachment } from "../../context/attachment";
import { isRunning, type Conversation, type StoredImage } from "../conversation/conversation";
import { apply, emptyConversation, type ConversationEvent } from "../conversation/conversationEvent";
import { parseDraft, parseEvent } from "./conversationSchema";
import { emptyDraft, isEmptyDraft, type Draft } from "../conversation/draft";
import { ignoreMissing, isMissing, JsonLog } from "./jsonLog";
import { snapshot } from "../conversation/snapshot";
import { restoreFromTrash } from "./trash";

/** What another window wrote meanwhile, the whole when the file was replaced, or nothing any more when it deleted the conversation. */
export type ForeignEvents = readonly ConversationEvent[] | "replaced" | "gone";

export interface LoadedConversation {
  readonly conversation: Conversation;
  /** Bytes that a crash or the disk spoiled and that were left out; 0 nearly always. */
  readonly damagedBytes: number;
}

/** One conversation's folder: `events.jsonl`, `draft.json` and one file per picture. */
export class ConversationFile {
  readonly #id: string;
  readonly #folder: string;
  readonly #log: JsonLog<ConversationEvent>;
  readonly #isAlive: (pid: number) => boolean;
  #draftWritten: Promise<void> = Promise.resolve();

  /** `isAlive` tells whether a process still runs: an answer whose writer is gone was interrupted. */
  constructor(folder: string, id: string, isAlive: (pid: number) => boolean) {
    this.#id = id;
    this.#folder = folder;
    this.#log = new JsonLog(join(folder, "events.jsonl"), parseEvent);
    this.#isAlive = isAlive;
  }

  /** What the file holds; an empty conversation where nothing was written yet. `now` dates an empty one. */
  async read(now: number): Promise<LoadedConversation> {
    const { values, damagedBytes } = await this.#log.read();
    return { conversation: fold(emptyConversation(this.#id, now), values), damagedBytes };
  }

  /** Reads the conversation to go on with it: answers whose writer is gone become interrupted, a spoiled file is written anew. */
  async open(now: number): Promise<LoadedConversation> {
    const { values, damagedBytes, unknown } = await this.#log.read();
    let conversation = fold(emptyConversation(this.#id, now), values);
    const interrupted = await this.#interruptedAnswers(conversation, now);
    if (interrupted.length > 0) {
      conversation = fold(conversation, interrupted);
      await this.#log.append(interrupted);
    }
    // Records of a newer version would be lost by writing anew what is known here.
    const shortest = snapshot(conversation);
    if (unknown === 0 && (damagedBytes > 0 || values.length > 50 + 4 * shortest.length))
      await this.#log.replace(shortest);
    return { conversation, damagedBytes };
  }

  /** Adds the events, all or none; none when another window deleted the conversation. */
  async append(events: readonly ConversationEvent[]): Promise<ForeignEvents> {
    try {
      return await this.#append(events);
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (this.#log.existed) return "gone";
      await mkdir(this.#folder, { recursive: true });
      return this.#append(events);
    }
  }

  /** Takes the conversation from the trash and adds the events; where it is not even there, writes the whole. */
  async restore(events: readonly ConversationEvent[], whole: Conversation): Promise<ForeignEvents> {
    if (await restoreFromTrash(dirname(this.#folder), this.#id)) return this.append(events);
    await mkdir(this.#folder, { recursive: true });
    return this.#append(snapshot(whole), { anew: true });
  }

  async #append(events: readonly ConversationEvent[], how?: { anew: boolean }): Promise<ForeignEvents> {
    const foreign = await this.#log.append(events, how);
    return foreign === "replaced" ? foreign : foreign.values;
  }

  /** What another window wrote since the last call. */
  async refresh(): Promise<ForeignEvents> {
    const foreign = await this.#log.refresh();
    return foreign === "replaced" ? foreign : foreign.values;
  }

  /** Rewrites the file as this conversation; does nothing and gives false where another window wrote since it was last read. */
  compact(conversation: Conversation): Promise<boolean> {
    return this.#log.replace(snapshot(conversation));
  }

  async saveImage(image: ImageAttachment): Promise<StoredImage> {
    const { data, ...stored } = image;
    await mkdir(this.#folder, { recursive: true });
    await writeAtomically(this.imagePath(stored), Buffer.from(data, "base64"));
    return stored;
  }

  async deleteImage(image: StoredImage): Promise<void> {
    await rm(this.imagePath(image), { force: true });
  }

  /** The picture with its bytes, or `undefined` when its file is gone. */
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

  /** Keeps what is typed and attached; the newest wins when several are on their way. */
  saveDraft(draft: Draft): Promise<void> {
    this.#draftWritten = this.#draftWritten
      .catch(() => undefined)
      .then(async () => {
        // After a question its revision counts on: a page that a crash left behind may still hold what was asked.
        if (isEmptyDraft(draft) && !(await this.#exists())) return rm(this.#draftPath, { force: true });
        await mkdir(this.#folder, { recursive: true });
        await writeAtomically(this.#draftPath, JSON.stringify(draft));
      });
    return this.#draftWritten;
  }

  /** Whether something was said. */
  #exists(): Promise<boolean> {
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
    // Process ids come again, in containers soon: whoever has not written for so long does not write.
    const idle = now - (await stat(this.#log.path)).mtimeMs > idleMs;
    return running
      .filter(({ pid }) => idle || !this.#isAlive(pid))
      .map(({ id }) => ({ type: "answer-change", answer: id, changes: { status: "interrupted", wait: null } }));
  }
}

/** Longer than any deadline of the router: a running answer's file is written at least that often. */
const idleMs = 150_000;

function fold(conversation: Conversation, events: readonly ConversationEvent[]): Conversation {
  return events.reduce(apply, conversation);
}

async function writeAtomically(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, content);
  await rename(temporary, path);
}
