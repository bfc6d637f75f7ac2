import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isLockName } from "../../config/fileLock";
import type { Log } from "../../router/index";
import { storedImages, type Conversation } from "../conversation/conversation";
import { ConversationFile } from "./conversationFile";
import { ConversationIndex, indexEntry, type ConversationEntry } from "./conversationIndex";
import { ignoreMissing } from "./jsonLines";
import { findInConversation } from "./conversationSearch";
import type { ConversationWithImages } from "./chatExport";
import { snapshot } from "../conversation/snapshot";
import { emptyTrash, readTrash, moveToTrash, restoreFromTrash } from "./trash";

export interface ConversationStoreOptions {
  /** A folder used for nothing else, created by the first write. */
  folder: string;
  log: Log;
  /** Whether an imported attachment keeps its URI, which *Apply* opens. By default, all URIs are removed. */
  isInWorkspace?: (uri: string) => boolean;
  isAlive?: (pid: number) => boolean;
  now?: () => number;
}

/** How many deleted chats the list offers to restore. */
const maxListedDeleted = 20;

/** All conversations: one folder each, an index for the list, and a trash for deleted ones. Several windows can share it. */
export class ConversationStore {
  readonly isInWorkspace: (uri: string) => boolean;
  readonly #folder: string;
  readonly #log: Log;
  readonly #isAlive: (pid: number) => boolean;
  readonly #now: () => number;
  readonly #index: ConversationIndex;

  constructor({
    folder,
    log,
    isInWorkspace = () => false,
    isAlive = isProcessAlive,
    now = Date.now,
  }: ConversationStoreOptions) {
    this.isInWorkspace = isInWorkspace;
    this.#folder = folder;
    this.#log = log;
    this.#isAlive = isAlive;
    this.#now = now;
    this.#index = new ConversationIndex(join(folder, "index.jsonl"));
  }

  /** The files of one conversation. Neither reads nor creates anything yet. */
  file(id: string): ConversationFile {
    return new ConversationFile(join(this.#folder, id), id, this.#isAlive);
  }

  /** The rows of the list: pinned chats first, then by last activity. Adds missing conversations to the index. */
  async list(): Promise<ConversationEntry[]> {
    const indexed = await this.#index.entries();
    const present = new Set(await this.#ids());
    const missing = [...indexed.keys()].filter((id) => !present.has(id));
    if (missing.length > 0) await this.#index.remove(missing);
    for (const id of present) if (!indexed.has(id)) await this.#reindex(id);
    return [...(await this.#index.entries()).values()].sort(
      (a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt,
    );
  }

  /** Yields conversations whose questions or answers contain the query, in the order of the list, until `signal` aborts. */
  async *search(query: string, signal: AbortSignal): AsyncGenerator<{ entry: ConversationEntry; excerpt: string }> {
    for (const entry of await this.list()) {
      if (signal.aborted) return;
      const found = await this.file(entry.id)
        .read(this.#now())
        .then(({ conversation }) => findInConversation(conversation, query))
        .catch(() => undefined);
      if (found !== undefined) yield { entry, excerpt: found };
    }
  }

  /** The conversation with all of its images that can be read. */
  async readWithImages(id: string): Promise<ConversationWithImages> {
    const file = this.file(id);
    const { conversation } = await file.read(this.#now());
    const images = await Promise.all(storedImages(conversation).map((image) => file.readImage(image)));
    return { conversation, images: new Map(images.flatMap((image) => (image ? [[image.id, image]] : []))) };
  }

  /** Id of the stored conversation with the same title and turns. */
  async findSame(conversation: Conversation): Promise<string | undefined> {
    const { title, turns } = indexEntry(conversation);
    const expected = JSON.stringify(conversation.turns);
    for (const entry of await this.list()) {
      if (entry.title !== title || entry.turns !== turns) continue;
      const stored = await this.file(entry.id)
        .read(this.#now())
        .catch(() => undefined);
      if (stored && JSON.stringify(stored.conversation.turns) === expected) return entry.id;
    }
    return undefined;
  }

  /** Adds a conversation under a new id. */
  async add(id: string, { conversation, images }: ConversationWithImages): Promise<void> {
    const file = this.file(id);
    for (const image of images.values()) await file.saveImage(image);
    await file.append(snapshot({ ...conversation, id }));
    await this.updateIndex({ ...conversation, id });
  }

  /** Writes the index entry of the conversation; an empty conversation has none. */
  async updateIndex(conversation: Conversation): Promise<void> {
    if (conversation.turns.length > 0) await this.#index.put(indexEntry(conversation));
  }

  /** Moves conversations to the trash; `restore` undoes it. */
  async delete(ids: readonly string[]): Promise<void> {
    for (const id of ids) await moveToTrash(this.#folder, id);
    await this.#index.remove(ids);
  }

  async restore(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await restoreFromTrash(this.#folder, id);
      await this.#reindex(id);
    }
  }

  /** The conversations in the trash, the most recently deleted first. */
  async listDeleted(): Promise<ConversationEntry[]> {
    const latest = (await readTrash(this.#folder)).sort((a, b) => b.deletedAt - a.deletedAt).slice(0, maxListedDeleted);
    const entries = await Promise.all(
      latest.map(({ id, path }) =>
        new ConversationFile(path, id, this.#isAlive).read(this.#now()).then(
          ({ conversation }) => [indexEntry(conversation)],
          () => [],
        ),
      ),
    );
    return entries.flat().filter(({ turns }) => turns > 0);
  }

  /** Removes conversations that were deleted too long ago to be restored. */
  emptyTrash(): Promise<void> {
    return emptyTrash(this.#folder, this.#now());
  }

  async #ids(): Promise<string[]> {
    const entries = (await readdir(this.#folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
    return entries.filter((entry) => entry.isDirectory() && isConversationId(entry.name)).map(({ name }) => name);
  }

  async #reindex(id: string): Promise<void> {
    try {
      const { conversation } = await this.file(id).read(this.#now());
      await this.updateIndex(conversation);
    } catch (error) {
      this.#log.warn(`Could not read conversation ${id}: ${String(error)}`);
    }
  }
}

/** False for the trash and for locks. */
function isConversationId(name: string): boolean {
  return !name.startsWith(".") && !isLockName(name);
}

/** Whether another process with this id is running. */
function isProcessAlive(pid: number): boolean {
  // This process never reads its own running answers from a file, so the id belonged to an earlier process.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process runs under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
