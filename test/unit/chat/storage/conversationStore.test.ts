import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import { silentLog } from "../../../../src/router/log";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { conversationOf, turnEvents } from "../sampleConversations";

function storeIn(folder: string): ConversationStore {
  return new ConversationStore({ folder, log: silentLog, isAlive: () => false });
}

/** Adds a conversation with one turn to the store. */
async function add(store: ConversationStore, id: string, question: string, answer = "yes"): Promise<void> {
  const conversation = conversationOf(turnEvents("t1", undefined, question, answer));
  await store.add(id, { conversation, images: new Map() });
}

describe("ConversationStore", () => {
  test("lists nothing and creates no folder before the first write", async () => {
    await using folder = await temporaryFolder();
    const inside = path.join(folder.path, "conversations");
    assert.deepEqual(await storeIn(inside).list(), []);
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("lists the conversations of all windows", async () => {
    await using folder = await temporaryFolder();
    const [one, two] = [storeIn(folder.path), storeIn(folder.path)];
    await add(one, "c1", "First?");
    assert.deepEqual(
      (await two.list()).map(({ title }) => title),
      ["First?"],
    );
    await add(two, "c2", "Second?");
    assert.deepEqual(new Set((await one.list()).map(({ title }) => title)), new Set(["First?", "Second?"]));
  });

  test("repairs an index that lacks conversations or lists missing ones", async () => {
    await using folder = await temporaryFolder();
    await add(storeIn(folder.path), "c1", "First?");
    await add(storeIn(folder.path), "c2", "Second?");
    await writeFile(
      path.join(folder.path, "index.jsonl"),
      '\n{"id":"gone","title":"Gone","updatedAt":1,"pinned":false,"turns":1}\n{"id":"c',
    );
    const titles = (await storeIn(folder.path).list()).map(({ title }) => title);
    assert.deepEqual(new Set(titles), new Set(["First?", "Second?"]));
  });

  test("lists the other conversations if one cannot be read", async () => {
    await using folder = await temporaryFolder();
    await add(storeIn(folder.path), "c1", "First?");
    await mkdir(path.join(folder.path, "c2", "events.jsonl"), { recursive: true });
    assert.deepEqual(
      (await storeIn(folder.path).list()).map(({ id }) => id),
      ["c1"],
    );
  });

  test("searches questions and answers until the signal aborts", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    await add(store, "c1", "Where is the Router?", "In its room.");
    await add(store, "c2", "Something else", "The ROUTER picks a model.");
    await add(store, "c3", "Nothing", "of the kind");
    const found: [string, string][] = [];
    for await (const { entry, excerpt } of store.search("router", new AbortController().signal))
      found.push([entry.id, excerpt]);
    assert.deepEqual(Object.fromEntries(found), { c1: "Where is the Router?", c2: "The ROUTER picks a model." });
    for await (const each of store.search("router", AbortSignal.abort())) assert.fail(each.entry.id);
  });

  test("finds text that the stream split into several deltas", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    const [question, start] = turnEvents("t1", undefined, "Where?", "");
    const letters = Array.from("router", (text) => ({ type: "answer-delta", answer: "t1-a", text }) as const);
    await store
      .file("c1")
      .append([{ type: "conversation-start", version: 1, id: "c1", at: 1 }, question!, start!, ...letters]);
    const found: string[] = [];
    for await (const { entry } of store.search("router", new AbortController().signal)) found.push(entry.id);
    assert.deepEqual(found, ["c1"]);
  });

  test("restores a deleted conversation with its images, in any window", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    await add(store, "c1", "First?");
    const image = await store
      .file("c1")
      .saveImage({ id: "i1", kind: "image", label: "a", mediaType: "image/png", data: "QUJD" });
    await store.delete(["c1"]);
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(
      (await storeIn(folder.path).listDeleted()).map(({ id, title }) => [id, title]),
      [["c1", "First?"]],
    );
    await store.restore(["c1"]);
    assert.deepEqual(
      (await store.list()).map(({ id }) => id),
      ["c1"],
    );
    assert.deepEqual(await store.listDeleted(), []);
    assert.equal((await store.file("c1").readImage(image))?.data, "QUJD");
  });

  test("empties the trash after two days", async () => {
    await using folder = await temporaryFolder();
    let now = Date.now();
    const store = new ConversationStore({ folder: folder.path, log: silentLog, now: () => now });
    await add(store, "c1", "First?");
    await store.delete(["c1"]);
    await store.emptyTrash();
    assert.deepEqual(await readdir(path.join(folder.path, ".trash")), ["c1"]);
    now += 3 * 24 * 60 * 60 * 1000;
    await store.emptyTrash();
    assert.deepEqual(await readdir(path.join(folder.path, ".trash")), []);
  });
});
