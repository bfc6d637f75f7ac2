import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { ConversationIndex, indexEntry } from "../../../../src/chat/storage/conversationIndex";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import { silentLog } from "../../../../src/router/log";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { conversationOf, turnEvents } from "../sampleConversations";

describe("ConversationIndex", () => {
  const entry = (title: string) => ({ id: "c1", title, updatedAt: 1, pinned: false, turns: 1 });

  test("lists a thousand conversations without reading their folders", async () => {
    await using folder = await temporaryFolder();
    const index = Array.from({ length: 1_000 }, (_, n) => ({
      id: `c${n}`,
      title: `Question number ${n}?`,
      updatedAt: n,
      pinned: n === 7,
      turns: 3,
    }));
    await writeFile(path.join(folder.path, "index.jsonl"), index.map((each) => `\n${JSON.stringify(each)}`).join(""));
    // The folders are empty, so they could not provide the titles.
    await Promise.all(index.map(({ id }) => mkdir(path.join(folder.path, id))));
    const list = await new ConversationStore({ folder: folder.path, log: silentLog }).list();
    assert.equal(list.length, 1_000);
    assert.deepEqual(
      list.slice(0, 2).map(({ title }) => title),
      ["Question number 7?", "Question number 999?"],
    );
  });

  test("includes the changes of another window", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "index.jsonl");
    const [one, two] = [new ConversationIndex(file), new ConversationIndex(file)];
    await one.put(entry("First"));
    assert.equal((await two.entries()).get("c1")?.title, "First");
    await two.put(entry("Second"));
    assert.equal((await one.entries()).get("c1")?.title, "Second");
    await one.remove(["c1"]);
    assert.equal((await two.entries()).size, 0);
  });

  test("compacts its file when it opens a bloated one", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "index.jsonl");
    await writeFile(file, Array.from({ length: 200 }, (_, n) => `\n${JSON.stringify(entry(`${n}`))}`).join(""));
    assert.equal((await new ConversationIndex(file).entries()).get("c1")?.title, "199");
    assert.equal((await readFile(file, "utf8")).trim().split("\n").length, 1);
  });

  test("describes a conversation by title, last activity, and number of turns", () => {
    assert.deepEqual(indexEntry(conversationOf(turnEvents("t1", undefined, "Why?", "So."))), {
      ...{ id: "c1", title: "Why?", updatedAt: 2, pinned: false, turns: 1 },
    });
  });
});
