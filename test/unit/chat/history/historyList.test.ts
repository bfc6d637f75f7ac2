import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { ConversationEntry } from "../../../../src/chat/storage/conversationIndex";
import { HistoryList, type HistoryListOptions } from "../../../../src/chat/history/historyList";

type Store = HistoryListOptions<string>["store"];

const now = new Date(2026, 7, 22, 15).getTime();
const chat = (id: string): ConversationEntry => ({ id, title: `Chat ${id}`, updatedAt: now, pinned: false, turns: 1 });
/** Lets pending promises settle. */
const settle = (): Promise<void> => new Promise(setImmediate);
const failed = (reason: string): string => `Failed: ${reason}`;

/** A list of these chats; a search finds those in `hits`. */
function open(entries: readonly ConversationEntry[], hits: readonly ConversationEntry[] = [], store?: Partial<Store>) {
  const seen = {
    listings: 0,
    searches: Array<string>(),
    created: 0,
    shown: Array<readonly string[]>(),
    errors: Array<string>(),
  };
  const present = new Set(entries);
  const trash = new Set<ConversationEntry>();
  const list = new HistoryList<string>({
    store: {
      list: () => (seen.listings++, Promise.resolve([...present])),
      listDeleted: () => Promise.resolve([...trash].reverse()),
      async *search(query) {
        seen.searches.push(query);
        for (const entry of await Promise.resolve(hits)) yield { entry, excerpt: query };
      },
      ...store,
    },
    make: {
      heading: (title) => `# ${title}`,
      chat: ({ title }, _time, excerpt) => (seen.created++, [title, excerpt].filter(Boolean).join(": ")),
      deleted: ({ title }) => `Restore ${title}`,
      nothing: () => "Nothing",
      empty: () => "Empty",
    },
    show: (rows) => void seen.shown.push(rows),
    busy: () => undefined,
    showError: (message) => void seen.errors.push(message),
  });
  const rows = (): readonly string[] => (seen.shown.at(-1) ?? []).filter((row) => !row.startsWith("#"));
  return { list, seen, present, trash, rows };
}

/** Counts created date formatters, including those behind `toLocaleString`. */
function countFormatters({ mock }: TestContext): () => number {
  const methods = [
    mock.method(Date.prototype, "toLocaleString"),
    mock.method(Date.prototype, "toLocaleDateString"),
    mock.method(Date.prototype, "toLocaleTimeString"),
    mock.method(Intl, "DateTimeFormat"),
  ];
  return () => methods.reduce((sum, each) => sum + each.mock.callCount(), 0);
}

describe("HistoryList", () => {
  test("says that there are no chats, unless one in the trash can be restored", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, rows, trash } = open([]);
    await list.refresh();
    assert.deepEqual(rows(), ["Empty"]);
    list.search("net");
    context.mock.timers.tick(200);
    await settle();
    assert.deepEqual(rows(), ["Empty"]);
    list.search("");
    trash.add(chat("1"));
    await list.refresh();
    assert.deepEqual(rows(), ["Restore Chat 1"]);
    list.dispose();
  });

  const many = Array.from({ length: 10_000 }, (_, index) => chat(`${index}`));

  test("creates one date formatter, and one row per chat, for ten thousand chats", async (context) => {
    const formatters = countFormatters(context);
    const { list, seen, rows } = open(many);
    await list.refresh();
    assert.equal(rows().length, 10_000);
    assert.ok(formatters() <= 1, `${formatters()} formatters`);
    await list.refresh();
    assert.deepEqual([seen.created, formatters() <= 1], [10_000, true]);
    list.dispose();
  });

  test("creates new rows only for search results, and shows these in one update", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, seen, rows } = open(many, many.slice(0, 100));
    await list.refresh();
    list.search("net");
    context.mock.timers.tick(200);
    await settle();
    context.mock.timers.tick(50);
    assert.deepEqual([seen.created, seen.shown.length], [10_100, 2]);
    assert.deepEqual(rows().slice(99, 101), ["Chat 99: net", "Chat 100"]);
    list.search("");
    assert.deepEqual([rows()[99], seen.created], ["Chat 99", 10_100]);
    list.dispose();
  });

  test("searches when typing pauses, not at every key", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, seen } = open([chat("a")]);
    await list.refresh();
    for (const query of ["n", "ne", "net"]) {
      list.search(query);
      context.mock.timers.tick(199);
      await settle();
    }
    assert.deepEqual(seen.searches, []);
    context.mock.timers.tick(1);
    await settle();
    assert.deepEqual([seen.searches, seen.listings], [["net"], 1]);
    list.search("n");
    context.mock.timers.tick(200);
    assert.deepEqual(seen.searches, ["net"], "a single letter is not searched");
    list.dispose();
  });

  test("says that nothing matches, unless a title may", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, trash, rows } = open([chat("a"), chat("b")]);
    trash.add(chat("c"));
    await list.refresh();
    const shownFor = async (query: string): Promise<string | undefined> => {
      list.search(query);
      assert.equal(rows()[0], "Chat a", "until the search has ended");
      context.mock.timers.tick(200);
      await settle();
      return rows()[0];
    };
    assert.equal(await shownFor("xyz"), "Nothing");
    assert.equal(await shownFor("cha"), "Chat a");
    assert.equal(await shownFor("HAT A"), "Chat a");
    assert.equal(await shownFor("restore"), "Chat a");
    assert.equal(await shownFor("rst"), "Nothing");
    list.search("");
    assert.equal(rows()[0], "Chat a");
    list.dispose();
  });

  test("drops results of an aborted search", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const [a, b] = [chat("a"), chat("b")];
    const release = Promise.withResolvers<undefined>();
    const { list, rows } = open([a, b], [], {
      async *search(query) {
        yield { entry: a, excerpt: query };
        await release.promise;
        yield { entry: b, excerpt: query };
      },
    });
    await list.refresh();
    list.search("net");
    context.mock.timers.tick(200);
    await settle();
    context.mock.timers.tick(50);
    assert.deepEqual(rows(), ["Chat a: net", "Chat b"]);
    list.search("nets");
    release.resolve(undefined);
    await settle();
    context.mock.timers.tick(100);
    assert.deepEqual(rows(), ["Chat a", "Chat b"]);
    list.dispose();
  });

  test("offers to restore every chat that was deleted in it", async () => {
    const [a, b] = [chat("a"), chat("b")];
    const { list, present, trash, rows } = open([a, b, chat("c")]);
    await list.refresh();
    for (const entry of [a, b])
      await list.delete(entry, () => Promise.resolve([present.delete(entry), trash.add(entry)]), failed);
    assert.deepEqual(rows(), ["Restore Chat b", "Restore Chat a", "Chat c"]);
    await list.change(() => Promise.resolve([trash.delete(a), present.add(a)]), failed);
    assert.deepEqual(rows(), ["Restore Chat b", "Chat c", "Chat a"]);
    await list.change(() => Promise.resolve([trash.delete(b), present.add(b)]), failed);
    assert.deepEqual(rows(), ["Chat c", "Chat a", "Chat b"]);
  });

  test("lists chats deleted earlier at the end, under a heading", async () => {
    const { list, seen, trash } = open([chat("a")]);
    trash.add(chat("b"));
    await list.refresh();
    assert.deepEqual(seen.shown.at(-1)?.slice(-3), ["Chat a", "# deleted in the last two days", "Restore Chat b"]);
  });

  test("shows why an action failed, and the chats as they are", async () => {
    const [a] = [chat("a")];
    const { list, seen, rows } = open([a]);
    await list.refresh();
    const reject = (reason: string) => () => Promise.reject(new Error(reason));
    await list.change(reject("no space left"), failed);
    await list.delete(a, reject("busy"), failed);
    assert.deepEqual(seen.errors, ["Failed: no space left", "Failed: busy"]);
    assert.deepEqual(rows(), ["Chat a"]);
  });

  test("shows why chats could not be loaded or searched", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, seen } = open([], [], {
      list: () => Promise.reject(new Error("disk error")),
      async *search() {
        await Promise.reject(new Error("no access"));
      },
    });
    await list.refresh();
    list.search("net");
    context.mock.timers.tick(200);
    await settle();
    assert.deepEqual(seen.errors, ["Could not load the chats: disk error", "Could not search the chats: no access"]);
    list.dispose();
  });
});
