import * as z from "zod/mini";
import { lazy } from "../../lifecycle";
import { lastActivity, type Conversation } from "../conversation/conversation";
import { JsonLog } from "./jsonLog";
import { conversationTitle } from "../conversation/conversationTitle";

/** One row of the list of conversations. */
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
 * The list of conversations as a log of its own, where the last record of an id counts: so that 10,000 need one file read.
 * It only repeats what the conversations' files say; whoever finds it wanting makes it anew.
 */
export class ConversationIndex {
  readonly #log: JsonLog<IndexRecord>;
  readonly #entries = new Map<string, ConversationEntry>();
  readonly #loaded = lazy(() => this.#load());

  constructor(path: string) {
    this.#log = new JsonLog<IndexRecord>(path, (value) => {
      const result = record.safeParse(value);
      return result.success ? result.data : undefined;
    });
  }

  /** Every entry by its id, with what other windows did meanwhile. */
  async entries(): Promise<ReadonlyMap<string, ConversationEntry>> {
    await this.#loaded();
    await this.#take(await this.#log.refresh());
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
    for (const each of records) this.#note(each);
    await this.#take(await this.#log.append(records, { anew: true }));
  }

  async #take(foreign: Awaited<ReturnType<JsonLog<IndexRecord>["refresh"]>>): Promise<void> {
    if (foreign === "replaced") await this.#load();
    else for (const each of foreign.values) this.#note(each);
  }

  async #load(): Promise<void> {
    const { values } = await this.#log.read();
    this.#entries.clear();
    for (const each of values) this.#note(each);
    if (values.length > 100 + 2 * this.#entries.size) await this.#log.replace([...this.#entries.values()]);
  }

  #note(each: IndexRecord): void {
    if ("gone" in each) this.#entries.delete(each.id);
    else this.#entries.set(each.id, each);
  }
}

/** The list's row for a conversation. */
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
