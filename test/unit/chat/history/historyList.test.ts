import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { ConversationEntry } from "../../../../src/chat/storage/conversationIndex";
import { HistoryList, type HistoryListOptions } from "../../../../src/chat/history/historyList";

type Store = HistoryListOptions<string>["store"];

const now = new Date(2026, 7, 22, 15).getTime();
const chat = (id: string): ConversationEntry => ({ id, title: `Chat ${id}`, updatedAt: now, pinned: false, turns: 1 });
/** Lets what was promised happen. */
const settle = (): Promise<void> => new Promise(setImmediate);

/** The list over these chats, in which the texts of those in `hits` have what is looked for. */
function open(entries: readonly ConversationEntry[], hits: readonly ConversationEntry[] = [], store?: Partial<Store>) {
  const seen = {
    listings: 0,
    searches: Array<string>(),
    made: 0,
    shown: Array<readonly string[]>(),
    told: Array<string>(),
  };
  const present = new Set(entries);
  const trash = new Set<ConversationEntry>();
  const list = new HistoryList<string>({
    store: {
      list: () => (seen.listings++, Promise.resolve([...present])),
      listDeleted: () => Promise.resolve([...trash].reverse()),
      async *search(words) {
        seen.searches.push(words);
        for (const entry of await Promise.resolve(hits)) yield { entry, excerpt: words };
      },
      ...store,
    },
    make: {
      heading: (title) => `# ${title}`,
      chat: ({ title }, _time, excerpt) => (seen.made++, [title, excerpt].filter(Boolean).join(": ")),
      deleted: ({ title }) => `Bring back ${title}`,
    },
    show: (rows) => void seen.shown.push(rows),
    busy: () => undefined,
    tell: (error) => void seen.told.push(String(error)),
  });
  const rows = (): readonly string[] => (seen.shown.at(-1) ?? []).filter((row) => !row.startsWith("#"));
  return { list, seen, present, trash, rows };
}

/** Counts what makes a formatter of dates, by name or behind `toLocaleString`. */
function countFormatters({ mock }: TestContext): () => number {
  const behind = [
    mock.method(Date.prototype, "toLocaleString"),
    mock.method(Date.prototype, "toLocaleDateString"),
    mock.method(Date.prototype, "toLocaleTimeString"),
    mock.method(Intl, "DateTimeFormat"),
  ];
  return () => behind.reduce((sum, each) => sum + each.mock.callCount(), 0);
}

suite("the list of chats while it is open", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => chat(`${index}`));

  test("of ten thousand needs one formatter of dates, and makes each row once", async (context) => {
    const formatters = countFormatters(context);
    const { list, seen, rows } = open(many);
    await list.refresh();
    assert.equal(rows().length, 10_000);
    assert.ok(formatters() <= 1, `${formatters()} formatters`);
    await list.refresh();
    assert.deepEqual([seen.made, formatters() <= 1], [10_000, true]);
    list.dispose();
  });

  test("makes no other rows than those of what was found, and shows all that was found together", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, seen, rows } = open(many, many.slice(0, 100));
    await list.refresh();
    list.type("net");
    context.mock.timers.tick(200);
    await settle();
    context.mock.timers.tick(50);
    assert.deepEqual([seen.made, seen.shown.length], [10_100, 2]);
    assert.deepEqual(rows().slice(99, 101), ["Chat 99: net", "Chat 100"]);
    list.type("");
    assert.deepEqual([rows()[99], seen.made], ["Chat 99", 10_100]);
    list.dispose();
  });

  test("reads the texts when the typing pauses, and not at every key", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, seen } = open([chat("a")]);
    await list.refresh();
    for (const words of ["n", "ne", "net"]) {
      list.type(words);
      context.mock.timers.tick(199);
      await settle();
    }
    assert.deepEqual(seen.searches, []);
    context.mock.timers.tick(1);
    await settle();
    assert.deepEqual([seen.searches, seen.listings], [["net"], 1]);
    list.type("n");
    context.mock.timers.tick(200);
    assert.deepEqual(seen.searches, ["net"], "one letter is in everything");
    list.dispose();
  });

  test("shows nothing of a search that other words have ended", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const [a, b] = [chat("a"), chat("b")];
    const release = Promise.withResolvers<undefined>();
    const { list, rows } = open([a, b], [], {
      async *search(words) {
        yield { entry: a, excerpt: words };
        await release.promise;
        yield { entry: b, excerpt: words };
      },
    });
    await list.refresh();
    list.type("net");
    context.mock.timers.tick(200);
    await settle();
    context.mock.timers.tick(50);
    assert.deepEqual(rows(), ["Chat a: net", "Chat b"]);
    list.type("nets");
    release.resolve(undefined);
    await settle();
    context.mock.timers.tick(100);
    assert.deepEqual(rows(), ["Chat a", "Chat b"]);
    list.dispose();
  });

  test("brings back each chat that was deleted in it, not only the last", async () => {
    const [a, b] = [chat("a"), chat("b")];
    const { list, present, trash, rows } = open([a, b, chat("c")]);
    await list.refresh();
    for (const entry of [a, b])
      await list.delete(entry, () => Promise.resolve([present.delete(entry), trash.add(entry)]));
    assert.deepEqual(rows(), ["Bring back Chat b", "Bring back Chat a", "Chat c"]);
    await list.change(() => Promise.resolve([trash.delete(a), present.add(a)]));
    assert.deepEqual(rows(), ["Bring back Chat b", "Chat c", "Chat a"]);
    await list.change(() => Promise.resolve([trash.delete(b), present.add(b)]));
    assert.deepEqual(rows(), ["Chat c", "Chat a", "Chat b"]);
  });

  test("ends with what was deleted before, under a heading of its own", async () => {
    const { list, seen, trash } = open([chat("a")]);
    trash.add(chat("b"));
    await list.refresh();
    assert.deepEqual(seen.shown.at(-1)?.slice(-3), ["Chat a", "# deleted, kept for two days", "Bring back Chat b"]);
  });

  test("says what did not work, and shows what there is all the same", async () => {
    const [a] = [chat("a")];
    const { list, seen, rows } = open([a]);
    await list.refresh();
    const fails = (what: string) => () => Promise.reject(new Error(what));
    await list.change(fails("no space left"));
    await list.delete(a, fails("busy"));
    assert.deepEqual(seen.told, ["Error: no space left", "Error: busy"]);
    assert.deepEqual(rows(), ["Chat a"]);
  });

  test("says that it cannot be read or searched", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { list, seen } = open([], [], {
      list: () => Promise.reject(new Error("no list")),
      async *search() {
        await Promise.reject(new Error("no search"));
      },
    });
    await list.refresh();
    list.type("net");
    context.mock.timers.tick(200);
    await settle();
    assert.deepEqual(seen.told, ["Error: no list", "Error: no search"]);
    list.dispose();
  });
});
