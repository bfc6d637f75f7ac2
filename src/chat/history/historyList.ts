import { t } from "@vscode/l10n";
import { formatDateTime } from "../../timeFormat";
import { after, MutableDisposable, type Disposable } from "../../lifecycle";
import type { ConversationEntry } from "../storage/conversationIndex";
import type { ConversationStore } from "../storage/conversationStore";
import { historySections } from "./historySections";

/** How a row looks is the list's own affair. */
export interface RowFactory<Row> {
  heading(title: string): Row;
  /** With an excerpt where the words were found in its texts. */
  chat(entry: ConversationEntry, time: string, excerpt?: string): Row;
  /** A deleted chat that can be brought back. */
  deleted(entry: ConversationEntry): Row;
}

export interface HistoryListOptions<Row> {
  store: Pick<ConversationStore, "list" | "listDeleted" | "search">;
  make: RowFactory<Row>;
  show: (rows: readonly Row[]) => void;
  busy: (busy: boolean) => void;
  /** Says what could not be done. */
  tell: (error: unknown) => void;
}

/** All texts are read for a search: not before the typing pauses for so long. */
const patienceMs = 200;
/** What is found within so long is shown together, since every change hands VS Code the whole list. */
const frameMs = 50;

/** What the list of chats shows: all of them, what was found of the words typed, and what was deleted while it is open. */
export class HistoryList<Row> implements Disposable {
  readonly #options: HistoryListOptions<Row>;
  readonly #rows = new WeakMap<ConversationEntry, Row>();
  readonly #found = new Map<string, string>();
  readonly #waiting = new MutableDisposable();
  readonly #frame = new MutableDisposable();
  #search = new AbortController();
  #entries: readonly ConversationEntry[] = [];
  /** The latest first. */
  #deleted: readonly ConversationEntry[] = [];
  /** What was deleted in this list: an arm's length away, since it may have been a slip. */
  readonly #slips = new Set<string>();

  constructor(options: HistoryListOptions<Row>) {
    this.#options = options;
  }

  /** Shows what is in the store now. */
  async refresh(): Promise<void> {
    const { store, busy, tell } = this.#options;
    busy(true);
    try {
      this.#entries = await store.list();
      // Nobody waits for the trash.
      this.#draw();
      const before = this.#deleted.length;
      this.#deleted = await store.listDeleted();
      if (before + this.#deleted.length > 0) this.#draw();
    } catch (error) {
      tell(error);
    } finally {
      busy(false);
    }
  }

  /** Does something to chats and shows what came of it. */
  async change(deed: () => Promise<unknown>): Promise<void> {
    await deed().catch((error: unknown) => this.#options.tell(error));
    await this.refresh();
  }

  async delete(entry: ConversationEntry, deed: () => Promise<unknown>): Promise<void> {
    await this.change(async () => {
      await deed();
      this.#slips.add(entry.id);
    });
  }

  /** The words looked for in the texts; titles are the list's own affair. */
  type(words: string): void {
    this.#search.abort();
    this.#options.busy(false);
    if (this.#found.size > 0) {
      this.#found.clear();
      this.#draw();
    }
    this.#waiting.value = words.length < 2 ? undefined : after(patienceMs, () => void this.#look(words));
  }

  dispose(): void {
    this.#search.abort();
    this.#waiting.dispose();
    this.#frame.dispose();
  }

  async #look(words: string): Promise<void> {
    const { store, busy, tell } = this.#options;
    const { signal } = (this.#search = new AbortController());
    const isOver = (): boolean => signal.aborted;
    busy(true);
    try {
      for await (const { entry, excerpt } of store.search(words, signal)) {
        if (isOver()) return;
        this.#found.set(entry.id, excerpt);
        this.#frame.value ??= after(frameMs, () => this.#draw());
      }
    } catch (error) {
      tell(error);
    } finally {
      if (!isOver()) busy(false);
    }
  }

  #draw(): void {
    const { make, show } = this.#options;
    this.#frame.value = undefined;
    const deleted = Map.groupBy(this.#deleted, ({ id }) => (this.#slips.has(id) ? "here" : "earlier"));
    const earlier = deleted.get("earlier") ?? [];
    show([
      ...(deleted.get("here") ?? []).map((entry) => make.deleted(entry)),
      ...historySections(this.#entries, Date.now()).flatMap(({ title, entries }) => [
        make.heading(title),
        ...entries.map((entry) => this.#row(entry)),
      ]),
      ...(earlier.length > 0 ? [make.heading(t("deleted, kept for two days"))] : []),
      ...earlier.map((entry) => make.deleted(entry)),
    ]);
  }

  /** Made once as long as nothing happens to the chat, and once more for what was found in it. */
  #row(entry: ConversationEntry): Row {
    const { make } = this.#options;
    const excerpt = this.#found.get(entry.id);
    if (excerpt !== undefined) return make.chat(entry, formatDateTime(entry.updatedAt), excerpt);
    const row = this.#rows.get(entry) ?? make.chat(entry, formatDateTime(entry.updatedAt));
    this.#rows.set(entry, row);
    return row;
  }
}
