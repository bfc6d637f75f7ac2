import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { suite, test } from "node:test";
import { emptyDraft } from "../../../../src/chat/conversation/draft";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import { silentLog } from "../../../../src/router/log";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { conversationOf, turnEvents } from "../sampleConversations";

const start = (id: string) => ({ type: "conversation-start", version: 1, id, at: 1 }) as const;

function storeIn(folder: string, isAlive = false): ConversationStore {
  return new ConversationStore({ folder, log: silentLog, isAlive: () => isAlive });
}

/** A conversation of one turn, on disk and in the list. */
async function keep(store: ConversationStore, id: string, question: string): Promise<void> {
  const events = [start(id), ...turnEvents("t1", undefined, question, "yes")];
  await store.file(id).append(events);
  await store.updateIndex({ ...conversationOf(events), id });
}

suite("the store of conversations", () => {
  test("lists nothing before something was said, and makes no folder", async () => {
    await using folder = await temporaryFolder();
    const inside = path.join(folder.path, "conversations");
    assert.deepEqual(await storeIn(inside).list(), []);
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("lists what was said, in this window and in another", async () => {
    await using folder = await temporaryFolder();
    const [one, two] = [storeIn(folder.path), storeIn(folder.path)];
    await keep(one, "c1", "First?");
    assert.deepEqual(
      (await two.list()).map(({ title }) => title),
      ["First?"],
    );
    await keep(two, "c2", "Second?");
    assert.deepEqual(new Set((await one.list()).map(({ title }) => title)), new Set(["First?", "Second?"]));
  });

  test("finds again what its index lost, or never had", async () => {
    await using folder = await temporaryFolder();
    await keep(storeIn(folder.path), "c1", "First?");
    await keep(storeIn(folder.path), "c2", "Second?");
    await writeFile(
      path.join(folder.path, "index.jsonl"),
      '\n{"id":"gone","title":"Gone","updatedAt":1,"pinned":false,"turns":1}\n{"id":"c',
    );
    const titles = (await storeIn(folder.path).list()).map(({ title }) => title);
    assert.deepEqual(new Set(titles), new Set(["First?", "Second?"]));
  });

  test("gives back what was deleted, with its pictures", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    await keep(store, "c1", "First?");
    const image = await store
      .file("c1")
      .saveImage({ id: "i1", kind: "image", label: "a", mediaType: "image/png", data: "QUJD" });
    await store.delete(["c1"]);
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.has("c1"), false);
    // Another window, another day: it is found there too.
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

  test("empties its trash when two days have passed", async () => {
    await using folder = await temporaryFolder();
    let now = Date.now();
    const store = new ConversationStore({ folder: folder.path, log: silentLog, now: () => now });
    await keep(store, "c1", "First?");
    await store.delete(["c1"]);
    await store.emptyTrash();
    assert.deepEqual(await readdir(path.join(folder.path, ".trash")), ["c1"]);
    now += 3 * 24 * 60 * 60 * 1000;
    await store.emptyTrash();
    assert.deepEqual(await readdir(path.join(folder.path, ".trash")), []);
  });

  test("an unreadable conversation does not hide the others", async () => {
    await using folder = await temporaryFolder();
    await keep(storeIn(folder.path), "c1", "First?");
    await mkdir(path.join(folder.path, "c2", "events.jsonl"), { recursive: true });
    assert.deepEqual(
      (await storeIn(folder.path).list()).map(({ id }) => id),
      ["c1"],
    );
  });
});

suite("a conversation's file", () => {
  test("cut at any byte: every word before the cut is there, and an answer that was being written was interrupted", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    await store
      .file("c1")
      .append([
        start("c1"),
        ...turnEvents("t1", undefined, "Eins?", "Ja, ünd"),
        ...turnEvents("t2", "t1-a", "Zwei?", "Halb").slice(0, 3),
      ]);
    const file = path.join(folder.path, "c1", "events.jsonl");
    const whole = await readFile(file);
    let before = "";
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      const { conversation } = await store.file("c1").open(Date.now());
      const steps = shownBranch(conversation);
      const text = steps.map(({ turn, answer }) => `${turn.question.text}|${answer?.text ?? ""}`).join("|");
      assert.ok(text.startsWith(before) || before === "", `cut at ${length}: "${text}" after "${before}"`);
      before = text;
      for (const { answer } of steps) assert.ok(!answer || ["complete", "interrupted"].includes(answer.status));
    }
    assert.equal(before, "Eins?|Ja, ünd|Zwei?|Halb");
  });

  test("tells of damage once: opening writes the file anew", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    await keep(store, "c1", "First?");
    await writeFile(path.join(folder.path, "c1", "events.jsonl"), '\n{"type":"turn-add","tu', { flag: "a" });
    assert.ok((await store.file("c1").open(0)).damagedBytes > 0);
    const { conversation, damagedBytes } = await store.file("c1").open(0);
    assert.equal(damagedBytes, 0);
    assert.equal(conversation.turns[0]?.answers[0]?.text, "yes");
  });

  test("leaves alone what another living window writes, until that has been silent for long", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path, true);
    await store.file("c1").append([start("c1"), ...turnEvents("t1", undefined, "First?", "yes").slice(0, 3)]);
    const status = async (now: number) => (await store.file("c1").open(now)).conversation.turns[0]?.answers[0]?.status;
    assert.equal(await status(Date.now()), "waiting");
    assert.equal(await status(Date.now() + 10 * 60_000), "interrupted");
  });

  test("is compacted when it has become wasteful, to the same conversation", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    await keep(store, "c1", "First?");
    const [, begun] = turnEvents("t2", "t1-a", "Next?", "");
    const [added] = turnEvents("t2", "t1-a", "Next?", "");
    await store.file("c1").append([added!, begun!]);
    for (let n = 0; n < 120; n++)
      await store.file("c1").append([{ type: "answer-delta", answer: "t2-a", text: `${n} ` }]);
    const { conversation } = await store.file("c1").open(Date.now());
    const lines = (await readFile(path.join(folder.path, "c1", "events.jsonl"), "utf8")).trim().split("\n");
    assert.ok(lines.length < 15, `${lines.length} lines`);
    assert.deepEqual((await store.file("c1").read(0)).conversation, conversation);
  });

  test("keeps the draft, until it is empty", async () => {
    await using folder = await temporaryFolder();
    const store = storeIn(folder.path);
    const draft = { ...emptyDraft, text: "half a th", revision: 4 };
    await store.file("c1").saveDraft(draft);
    assert.deepEqual(await store.file("c1").loadDraft(), draft);
    await store.file("c1").saveDraft({ ...emptyDraft, revision: 5 });
    assert.deepEqual(await store.file("c1").loadDraft(), emptyDraft);
  });
});
