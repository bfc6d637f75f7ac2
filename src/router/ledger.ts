import { Book, type CountedService } from "./book";
import { parseAccounts, type Accounts } from "./ledgerEntries";
import type { Log } from "./log";
import { scopeOf } from "./scope";
import { defaultSettings } from "./settings";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";

/** Opens the books of accounts. Windows share them through the storage. */
export class Ledger {
  readonly #state: SharedState<Accounts>;
  readonly #now: () => number;
  readonly #books = new Map<string, Book>();

  constructor(storage: RouterStorage, now: () => number, log: Log) {
    this.#now = now;
    this.#state = new SharedState<Accounts>(storage, "ledger", parseAccounts, log);
  }

  /** The book of this key's account at this service, with what other windows have stored. */
  async open(key: string, baseUrl = defaultSettings.baseUrl, service?: CountedService): Promise<Book> {
    const { account } = scopeOf(baseUrl, key);
    await this.#state.sync();
    const book = this.#books.get(account) ?? new Book(this.#state, account, this.#now, service);
    this.#books.set(account, book);
    return book;
  }
}
