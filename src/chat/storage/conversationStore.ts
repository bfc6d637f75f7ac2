import { access, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../../router/index";
import { storedImages, type Conversation } from "../conversation/conversation";
import { ConversationFile } from "./conversationFile";
import { ConversationIndex, indexEntry, type ConversationEntry } from "./conversationIndex";
import { ignoreMissing } from "./jsonLog";
import { findInConversation } from "./conversationSearch";
import type { ConversationWithImages } from "./chatExport";
import { snapshot } from "../conversation/snapshot";
import { moveToTrash, restoreFromTrash, trashName } from "./trash";

export interface ConversationStoreOptions {
  /** A folder for nothing else; it is made when something is written. */
  folder: string;
  log: Log;
  /** Whether an address that comes from somebody else may stay: *Apply* opens what lies there. None may, unless this says so. */
  isInWorkspace?: (address: string) => boolean;
  isAlive?: (pid: number) => boolean;
  now?: () => number;
}

const trashDays = 2;
/** More than anybody looks through to find what they regret. */
const shownOfTrash = 20;

/** All conversations: a folder each, an index for the list, and a trash for what was deleted. Several windows may share it. */
export class ConversationStore {
  readonly isInWorkspace: (address: string) => boolean;
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

  /** One conversation's files; nothing is read or made yet. */
  file(id: string): ConversationFile {
    return new ConversationFile(join(this.#folder, id), id, this.#isAlive);
  }

  /** Whether something was ever said in it. */
  async has(id: string): Promise<boolean> {
    return access(join(this.#folder, id, "events.jsonl")).then(
      () => true,
      () => false,
    );
  }

  /** The rows of the list: pinned ones first, then the newest. What the index lacks is read from the conversations themselves. */
  async list(): Promise<ConversationEntry[]> {
    const indexed = await this.#index.entries();
    const present = new Set(await this.#ids());
    const gone = [...indexed.keys()].filter((id) => !present.has(id));
    if (gone.length > 0) await this.#index.remove(gone);
    for (const id of present) if (!indexed.has(id)) await this.#reindex(id);
    return [...(await this.#index.entries()).values()].sort(
      (a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt,
    );
  }

  /** Conversations in whose questions or answers the words occur, in the list's order, as they are found; `signal` ends it. */
  async *search(words: string, signal: AbortSignal): AsyncGenerator<{ entry: ConversationEntry; excerpt: string }> {
    for (const entry of await this.list()) {
      if (signal.aborted) return;
      const found = await this.file(entry.id)
        .read(this.#now())
        .then(({ conversation }) => findInConversation(conversation, words))
        .catch(() => undefined);
      if (found !== undefined) yield { entry, excerpt: found };
    }
  }

  /** The conversation with its pictures, as far as they can be read. */
  async readWithImages(id: string): Promise<ConversationWithImages> {
    const file = this.file(id);
    const { conversation } = await file.read(this.#now());
    const images = await Promise.all(storedImages(conversation).map((image) => file.readImage(image)));
    return { conversation, images: new Map(images.flatMap((image) => (image ? [[image.id, image]] : []))) };
  }

  /** The conversation here in which the same was said, word for word; renaming makes it another. */
  async findSame(conversation: Conversation): Promise<string | undefined> {
    const { title, turns } = indexEntry(conversation);
    const said = JSON.stringify(conversation.turns);
    for (const entry of await this.list()) {
      if (entry.title !== title || entry.turns !== turns) continue;
      const present = await this.file(entry.id)
        .read(this.#now())
        .catch(() => undefined);
      if (present && JSON.stringify(present.conversation.turns) === said) return entry.id;
    }
    return undefined;
  }

  /** Adds a conversation under this id, which must be new. */
  async add(id: string, { conversation, images }: ConversationWithImages): Promise<void> {
    const file = this.file(id);
    for (const image of images.values()) await file.saveImage(image);
    await file.append(snapshot({ ...conversation, id }));
    await this.updateIndex({ ...conversation, id });
  }

  /** Brings the list's row up to date. */
  async updateIndex(conversation: Conversation): Promise<void> {
    if (conversation.turns.length > 0) await this.#index.put(indexEntry(conversation));
  }

  /** Moves conversations to the trash, from where `restore` takes them back. */
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

  /** What was deleted last and can be taken back, the latest first. */
  async listDeleted(): Promise<ConversationEntry[]> {
    const latest = (await this.#inTrash()).sort((a, b) => b.deletedAt - a.deletedAt).slice(0, shownOfTrash);
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

  /** Ends what has lain in the trash for two days. */
  async emptyTrash(): Promise<void> {
    for (const { path, deletedAt } of await this.#inTrash())
      if (this.#now() - deletedAt > trashDays * 24 * 60 * 60 * 1000) await rm(path, { recursive: true, force: true });
  }

  async #inTrash(): Promise<{ id: string; path: string; deletedAt: number }[]> {
    const trash = join(this.#folder, trashName);
    const ids = (await readdir(trash).catch(ignoreMissing)) ?? [];
    return Promise.all(
      ids.map(async (id) => {
        const path = join(trash, id);
        return { id, path, deletedAt: (await stat(path)).ctimeMs };
      }),
    );
  }

  async #ids(): Promise<string[]> {
    const entries = (await readdir(this.#folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
  }

  async #reindex(id: string): Promise<void> {
    try {
      const { conversation } = await this.file(id).read(this.#now());
      await this.updateIndex(conversation);
    } catch (error) {
      this.#log.warn(`Conversation ${id} cannot be read: ${String(error)}`);
    }
  }
}

/** Whether another process with this id runs. */
function isProcessAlive(pid: number): boolean {
  // What this process writes is open already, never read from its file: the number is a namesake's of an earlier day.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
