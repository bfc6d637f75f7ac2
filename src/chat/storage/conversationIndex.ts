import { basename, dirname } from "node:path";
import * as z from "zod/mini";
import { lazy } from "../../lifecycle";
import { lastActivity, type Conversation } from "../conversation/conversation";
import { JsonLinesFile, type ForeignRecords } from "./jsonLines";
import { makePrivate } from "./privateFiles";
import { conversationTitle } from "../conversation/conversationTitle";

/** A row of the list of chats. */
export interface ConversationEntry {
  readonly id: string;
  readonly title: string;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
  readonly pinned: boolean;
  readonly turns: number;
}

type IndexRecord = ConversationEntry | { readonly id: string; readonly gone: true };

const record = z.union([
  z.object({ id: z.string(), gone: z.literal(true) }),
  z.object({ id: z.string(), title: z.string(), updatedAt: z.number(), pinned: z.boolean(), turns: z.number() }),
]);

/**
 * The list of chats, in one file, so that listing 10,000 chats is fast. The last record of an id counts. The index only repeats
 * data of the conversation files and can be rebuilt from them.
 */
export class ConversationIndex {
  readonly #log: JsonLinesFile<IndexRecord>;
  readonly #entries = new Map<string, ConversationEntry>();
  readonly #loaded = lazy(async () => {
    await makePrivate(dirname(this.#log.path), [basename(this.#log.path)]);
    await this.#load();
  });

  constructor(path: string) {
    this.#log = new JsonLinesFile<IndexRecord>(path, (value) => {
      const result = record.safeParse(value);
      return result.success ? result.data : undefined;
    });
  }

  /** All entries by id, including changes that other windows made. */
  async entries(): Promise<ReadonlyMap<string, ConversationEntry>> {
    await this.#loaded();
    await this.#applyForeign(await this.#log.refresh());
    return this.#entries;
  }

  async put(entry: ConversationEntry): Promise<void> {
    await this.#write([entry]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#write(ids.map((id) => ({ id, gone: true })));
  }

  async #write(records: readonly IndexRecord[]): Promise<void> {
    await this.#loaded();
    for (const each of records) this.#apply(each);
    await this.#applyForeign(await this.#log.append(records, { recreate: true }));
  }

  async #applyForeign(foreign: ForeignRecords<IndexRecord>): Promise<void> {
    if (foreign === "replaced") await this.#load();
    else for (const each of foreign) this.#apply(each);
  }

  async #load(): Promise<void> {
    const { values } = await this.#log.read();
    this.#entries.clear();
    for (const each of values) this.#apply(each);
    if (values.length > 100 + 2 * this.#entries.size) await this.#log.replace([...this.#entries.values()]);
  }

  #apply(each: IndexRecord): void {
    if ("gone" in each) this.#entries.delete(each.id);
    else this.#entries.set(each.id, each);
  }
}

/** The index entry of a conversation. */
export function indexEntry(conversation: Conversation): ConversationEntry {
  const { id, pinned, turns } = conversation;
  return {
    id,
    title: conversationTitle(conversation),
    updatedAt: lastActivity(conversation),
    pinned,
    turns: turns.length,
  };
}
