import { t } from "@vscode/l10n";
import { after, MutableDisposable, type Disposable } from "../../lifecycle";
import type { ConversationEntry } from "../storage/conversationIndex";
import type { ConversationStore } from "../storage/conversationStore";
import { historySections } from "./historySections";
import { mayPassFilter } from "./titleFilter";
import { relativeTime } from "./relativeTime";

/** Creates the rows of the list. */
export interface RowFactory<Row> {
  heading(title: string): Row;
  /** `excerpt` is set if the search found the query in the texts of the chat. */
  chat(entry: ConversationEntry, time: string, excerpt?: string): Row;
  /** A deleted chat that can be restored. */
  deleted(entry: ConversationEntry): Row;
  /** Says that the search has found nothing. */
  nothing(): Row;
  /** Says that there are no chats. */
  empty(): Row;
}

export interface HistoryListOptions<Row> {
  store: Pick<ConversationStore, "list" | "listDeleted" | "search">;
  make: RowFactory<Row>;
  show: (rows: readonly Row[]) => void;
  busy: (busy: boolean) => void;
  showError: (message: string) => void;
}

/** The message for the user about why an action failed. */
export type DescribeFailure = (reason: string) => string;

/** Searching reads all chats, so it waits until the user stops typing for this long. */
const searchDelayMs = 200;
/** Search results within this time are shown together, because every update passes the whole list to VS Code. */
const frameMs = 50;

/** The content of the list of chats: all chats, excerpts for the search query, and deleted chats. */
export class HistoryList<Row> implements Disposable {
  readonly #options: HistoryListOptions<Row>;
  readonly #rows = new WeakMap<ConversationEntry, Row>();
  /** Excerpts by chat id. */
  readonly #found = new Map<string, string>();
  readonly #pendingSearch = new MutableDisposable();
  readonly #frame = new MutableDisposable();
  #search = new AbortController();
  #isNothingFound = false;
  /** There are no chats, not even in the trash. */
  #isEmpty = false;
  #entries: readonly ConversationEntry[] = [];
  /** Most recently deleted first. */
  #deleted: readonly ConversationEntry[] = [];
  /** Ids deleted in this list. They stay at the top, so that a mistake is easy to undo. */
  readonly #deletedHere = new Set<string>();

  constructor(options: HistoryListOptions<Row>) {
    this.#options = options;
  }

  /** Shows the current chats of the store. */
  async refresh(): Promise<void> {
    const { store, busy } = this.#options;
    busy(true);
    try {
      this.#entries = await store.list();
      // Show the chats before reading the trash.
      this.#render();
      const before = this.#deleted.length;
      this.#deleted = await store.listDeleted();
      this.#isEmpty = this.#entries.length + this.#deleted.length === 0;
      if (this.#isEmpty || before + this.#deleted.length > 0) this.#render();
    } catch (error) {
      this.#showError(error, (reason) => t("Could not load the chats: {0}", reason));
    } finally {
      busy(false);
    }
  }

  /** Runs an action that changes chats, and refreshes the list. */
  async change(action: () => Promise<unknown>, describeFailure: DescribeFailure): Promise<void> {
    await action().catch((error: unknown) => this.#showError(error, describeFailure));
    await this.refresh();
  }

  /** Like `change`, for an action that deletes the chat. */
  async delete(
    { id }: ConversationEntry,
    action: () => Promise<unknown>,
    describeFailure: DescribeFailure,
  ): Promise<void> {
    await this.change(async () => {
      await action();
      this.#deletedHere.add(id);
    }, describeFailure);
  }

  /** Searches the texts of all chats. VS Code's own filter covers titles. */
  search(query: string): void {
    this.#search.abort();
    this.#options.busy(false);
    if (this.#found.size > 0 || this.#isNothingFound) {
      this.#found.clear();
      this.#isNothingFound = false;
      this.#render();
    }
    // Nearly every text contains a single character.
    this.#pendingSearch.value = query.length < 2 ? undefined : after(searchDelayMs, () => void this.#run(query));
  }

  dispose(): void {
    this.#search.abort();
    this.#pendingSearch.dispose();
    this.#frame.dispose();
  }

  async #run(query: string): Promise<void> {
    const { store, busy } = this.#options;
    const { signal } = (this.#search = new AbortController());
    const isOver = (): boolean => signal.aborted;
    busy(true);
    try {
      for await (const { entry, excerpt } of store.search(query, signal)) {
        if (isOver()) return;
        this.#found.set(entry.id, excerpt);
        this.#frame.value ??= after(frameMs, () => this.#render());
      }
      if (isOver() || this.#found.size > 0 || this.#mayMatchTitle(query)) return;
      this.#isNothingFound = true;
      this.#render();
    } catch (error) {
      this.#showError(error, (reason) => t("Could not search the chats: {0}", reason));
    } finally {
      if (!isOver()) busy(false);
    }
  }

  #mayMatchTitle(query: string): boolean {
    const deleted = this.#deleted.map(({ title }) => t("Restore “{0}”", title));
    return [...this.#entries.map(({ title }) => title), ...deleted].some((label) => mayPassFilter(query, label));
  }

  #showError(error: unknown, describeFailure: DescribeFailure): void {
    this.#options.showError(describeFailure(error instanceof Error ? error.message : String(error)));
  }

  #render(): void {
    const { make, show } = this.#options;
    this.#frame.value = undefined;
    const deleted = Map.groupBy(this.#deleted, ({ id }) => (this.#deletedHere.has(id) ? "here" : "earlier"));
    const earlier = deleted.get("earlier") ?? [];
    const now = Date.now();
    const nothing = this.#isEmpty ? make.empty() : this.#isNothingFound ? make.nothing() : undefined;
    show([
      ...(nothing === undefined ? [] : [nothing]),
      ...(deleted.get("here") ?? []).map((entry) => make.deleted(entry)),
      ...historySections(this.#entries, now).flatMap(({ title, entries }) => [
        make.heading(title),
        ...entries.map((entry) => this.#row(entry, now)),
      ]),
      ...(earlier.length > 0 ? [make.heading(t("deleted in the last two days"))] : []),
      ...earlier.map((entry) => make.deleted(entry)),
    ]);
  }

  /** Reuses the row of an unchanged chat; rows with an excerpt are always new. */
  #row(entry: ConversationEntry, now: number): Row {
    const { make } = this.#options;
    const excerpt = this.#found.get(entry.id);
    const time = relativeTime(entry.updatedAt, now);
    if (excerpt !== undefined) return make.chat(entry, time, excerpt);
    const row = this.#rows.get(entry) ?? make.chat(entry, time);
    this.#rows.set(entry, row);
    return row;
  }
}
