import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import { importChats } from "../../../../src/chat/storage/chatImport";
import { exportJson } from "../../../../src/chat/storage/chatExport";
import { silentLog } from "../../../../src/router/log";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { conversationOf, turnEvents } from "../sampleConversations";

const exportOf = (question: string): string =>
  exportJson([{ conversation: conversationOf(turnEvents("t1", undefined, question, "Yes.")), images: new Map() }]);

const file = (name: string, text: string) => ({ name, read: () => Promise.resolve(text) });

describe("importChats", () => {
  const newIds = () => {
    let count = 0;
    return () => `new-${(count += 1)}`;
  };

  test("imports a chat only once", async () => {
    await using folder = await temporaryFolder();
    const store = new ConversationStore({ folder: folder.path, log: silentLog });
    const newId = newIds();
    const files = [file("a.json", exportOf("First?")), file("b.json", exportOf("Second?"))];
    assert.deepEqual(await importChats(store, files, newId), { last: "new-2", added: 2, present: 0, problems: [] });
    assert.deepEqual(await importChats(store, files, newId), { last: "new-2", added: 0, present: 2, problems: [] });
    assert.equal((await store.list()).length, 2);
    await store.delete(["new-1"]);
    assert.equal((await importChats(store, files, newId)).added, 1);
  });

  test("keeps only URIs in the workspace, because Apply opens them", async () => {
    await using folder = await temporaryFolder();
    const isInWorkspace = (uri: string): boolean => uri.startsWith("file:///w/");
    const store = new ConversationStore({ folder: folder.path, log: silentLog, isInWorkspace });
    const newId = newIds();
    const uris = ["file:///w/price.ts", "file:///home/ada/.bashrc"];
    const attachments = uris.map((uri, index) => ({
      ...{ id: `f${index}`, kind: "file" as const, label: "price.ts", text: "1", uri },
    }));
    const question = { text: "Why?", attachments, at: 1 };
    const conversation = conversationOf([{ type: "turn-add", turn: "t1", question }]);
    const files = [file("a.json", exportJson([{ conversation, images: new Map() }]))];
    assert.equal((await importChats(store, files, newId)).added, 1);
    const [turn] = (await store.readWithImages("new-1")).conversation.turns;
    assert.deepEqual(
      turn?.question.attachments.map((each) => each.kind !== "image" && [each.text, each.uri]),
      [
        ["1", "file:///w/price.ts"],
        ["1", undefined],
      ],
    );
    assert.equal((await importChats(store, files, newId)).present, 1);
    await store.delete(["new-1"]);

    await store.add("own", { conversation, images: new Map() });
    assert.deepEqual(await importChats(store, files, newId), { last: "own", added: 0, present: 1, problems: [] });
  });

  test("reports broken, empty, and unreadable files by name and imports the others", async () => {
    await using folder = await temporaryFolder();
    const store = new ConversationStore({ folder: folder.path, log: silentLog });
    const broken = exportOf("First?").slice(0, -20);
    const empty =
      '{"format":"free-models-chat","version":1,"conversations":[{"id":"x","events":[{"type":"news"}],"images":{}}]}';
    const unreadable = { name: "c.json", read: () => Promise.reject(new Error("no permission")) };
    const { added, problems } = await importChats(
      store,
      [file("a.json", broken), file("b.json", empty), unreadable, file("d.json", exportOf("Second?"))],
      newIds(),
    );
    assert.equal(added, 1);
    assert.deepEqual(
      problems.map((problem) => problem.slice(0, 24)),
      ["Could not import a.json:", "Could not import b.json:", "Could not import c.json:"],
    );
  });
});
