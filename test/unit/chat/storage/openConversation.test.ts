import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir, readFile, stat, utimes, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { describe, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { fileHandlePrototype } from "../../../support/fileHandlePrototype";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { answerText, ask, askAll, openWindow, shownTurns } from "../chatHarness";

const image = (label: string, bytes = 3) =>
  ({ id: "", kind: "image", label, mediaType: "image/png", data: Buffer.alloc(bytes).toString("base64") }) as const;

/** Lets appends to files wait for the disk. */
async function stallAppends(context: TestContext, folder: string, disk: Promise<unknown>): Promise<void> {
  const prototype = await fileHandlePrototype(folder);
  context.mock.method(prototype, "appendFile", async function (this: FileHandle, bytes: Buffer) {
    await disk;
    await this.write(bytes);
  });
}

describe("OpenConversation saves", () => {
  test("questions and ends of answers before it publishes them", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = openWindow(folder.path, { router: new ScriptedRouter(answerEvents("A few words.")) });
    const session = await sessions.acquire("c1");
    const saved = new Set<string>();
    session.conversation.onDidChange((change) => {
      if (change.type !== "events") return;
      const text = readFileSync(path.join(folder.path, "c1", "events.jsonl"), "utf8");
      for (const event of change.events) {
        const isEnd = event.type === "answer-change" && event.changes.status === "complete";
        if (event.type === "answer-delta" || (event.type === "answer-change" && !isEnd)) continue;
        assert.ok(text.includes(JSON.stringify(event)), event.type);
        saved.add(event.type);
      }
    });
    await askAll(session, "Hi?");
    assert.deepEqual([...saved], ["conversation-start", "turn-add", "answer-start", "answer-change"]);
  });

  test(
    "words after it publishes them, and an end of an answer before, on a disk that stalls",
    { timeout: 30_000 },
    async (context) => {
      await using folder = await temporaryFolder();
      const [first, last] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
      const [start, model, ...rest] = answerEvents("One two three.");
      const router = new ScriptedRouter([
        start!,
        model!,
        first.promise,
        ...rest.slice(0, -1),
        last.promise,
        rest.at(-1)!,
      ]);
      const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
      await ask(session, "Count.");

      const disk = Promise.withResolvers<unknown>();
      await stallAppends(context, folder.path, disk.promise);
      first.resolve(undefined);
      await answerText(session, "One two three.");
      last.resolve(undefined);
      while (session.conversation.state.turns[0]?.answers[0]?.status !== "complete") await delay(1);
      await delay(100);
      assert.deepEqual(shownTurns(session), [["Count.", "One two three.", "streaming"]]);
      disk.resolve(undefined);
      await session.idle();
      assert.deepEqual(shownTurns(session), [["Count.", "One two three.", "complete"]]);
      await session.close();
      const reopened = await openWindow(folder.path, { pid: 2 }).sessions.acquire("c1");
      assert.deepEqual(shownTurns(reopened), [["Count.", "One two three.", "complete"]]);
    },
  );

  test("events although a page fails to render them", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"), answerEvents("Two"));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    session.conversation.onDidChange(() => {
      throw new Error("cannot render");
    });
    await askAll(session, "1?", "2?");
    await session.close();
    const reopened = await openWindow(folder.path).sessions.acquire("c1");
    assert.deepEqual(shownTurns(reopened), [
      ["1?", "One", "complete"],
      ["2?", "Two", "complete"],
    ]);
  });

  test("an event once that is recorded while the file is rewritten", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"), answerEvents("Two"));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    await askAll(session, "1?", "2?");
    const { conversation } = session;
    const [first, second] = conversation.state.turns;
    let isRecorded = false;
    conversation.onDidChange(() => {
      if (isRecorded || conversation.published.turns.length > 1) return;
      isRecorded = true;
      conversation.record({ type: "answer-delta", answer: first!.answers[0]!.id, text: "!" });
    });
    await session.deleteTurn(second!.id);
    await session.close();
    const reopened = await openWindow(folder.path).sessions.acquire("c1");
    assert.equal(reopened.conversation.state.turns[0]?.answers[0]?.text, "One!");
  });
});

describe("OpenConversation deletes", () => {
  test("the text of a turn from the file", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"), answerEvents("Secret"));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    await askAll(session, "1?", "Two?");
    await session.deleteTurn(session.conversation.state.turns[1]!.id);
    assert.deepEqual(shownTurns(session), [["1?", "One", "complete"]]);
    assert.doesNotMatch(await readFile(path.join(folder.path, "c1", "events.jsonl"), "utf8"), /Secret|Two/);
  });

  test("images with the last question or draft that uses them", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"), answerEvents("Two"));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    const countImages = async () =>
      (await readdir(path.join(folder.path, "c1"))).filter((name) => name.endsWith(".png")).length;
    await session.composer.attach([image("first.png")]);
    await askAll(session, "1?");
    await session.edit(session.conversation.state.turns[0]!.id, "In other words?");
    await session.idle();
    await session.composer.attach([image("second.png")]);
    assert.equal(await countImages(), 2);
    await session.composer.detach(session.conversation.draft.content.attachments[0]!.id);
    assert.equal(await countImages(), 1);
    const [original, edited] = session.conversation.state.turns;
    await session.deleteTurn(original!.id);
    assert.equal(await countImages(), 1, "the edited question still uses it");
    await session.deleteTurn(edited!.id);
    assert.equal(await countImages(), 0);
  });
});

describe("OpenConversation keeps the draft", () => {
  test("if a page posts an outdated text", async () => {
    await using folder = await temporaryFolder();
    const { conversation } = await openWindow(folder.path).sessions.acquire("c1");
    await conversation.draft.setText("typed", 3, "");
    await conversation.draft.prefill("Explain this.");
    await conversation.draft.setText("type", 2, "");
    assert.equal(conversation.draft.content.text, "typed\n\nExplain this.");
  });

  test("with what was typed while queued questions were returned, whichever comes first", async () => {
    await using folder = await temporaryFolder();
    const { conversation } = await openWindow(folder.path).sessions.acquire("c1");
    const { draft } = conversation;
    await draft.setText("So", 2, "");
    await draft.change(() => ({ queued: [{ id: "q1", text: "First?", attachments: [] }] }));
    await draft.returnQueued();
    assert.equal(draft.content.text, "First?\n\nSo");
    // Typed before the page had read of it.
    await draft.setText("So, why", 7, "So");
    assert.equal(draft.content.text, "First?\n\nSo, why");
    await draft.setText("So, why?", 8, "So, why");
    assert.equal(draft.content.text, "First?\n\nSo, why?");
    const { revision } = draft.content;
    assert.ok(revision > 8);
    // Posted once more.
    await draft.setText("So, why?", 8, "So, why?");
    assert.equal(draft.content.text, "First?\n\nSo, why?");
    await draft.setText("First?\n\nSo, why not?", revision + 1, "First?\n\nSo, why?");
    assert.equal(draft.content.text, "First?\n\nSo, why not?");
  });

  test("with what the host has added more than once before a page posts", async () => {
    await using folder = await temporaryFolder();
    const { draft } = (await openWindow(folder.path).sessions.acquire("c1")).conversation;
    await draft.setText("abc", 3, "");
    await draft.prefill("Explain this.");
    await draft.prefill("Explain that.");
    await draft.setText("abcdef", 6, "abc");
    assert.equal(draft.content.text, "abcdef\n\nExplain this.\n\nExplain that.");
  });

  test("with what two pages post", async () => {
    await using folder = await temporaryFolder();
    const { draft } = (await openWindow(folder.path).sessions.acquire("c1")).conversation;
    await draft.setText("abc", 3, "");
    await draft.setText("abc one", 7, "abc");
    await draft.setText("abc two", 7, "abc");
    assert.equal(draft.content.text, "abc two one");
  });

  test("with queued questions that return after a crash, and what was typed just before it", async () => {
    await using folder = await temporaryFolder();
    const killed = await openWindow(folder.path).sessions.acquire("c1");
    await killed.conversation.draft.setText("abc", 3, "");
    await killed.conversation.draft.change(() => ({ queued: [{ id: "q1", text: "First?", attachments: [] }] }));
    const { draft, onDidChange } = (await openWindow(folder.path, { pid: 2 }).sessions.acquire("c1")).conversation;
    assert.equal(draft.content.text, "First?\n\nabc");
    const changes: unknown[] = [];
    const listener = onDidChange((change) => changes.push(change));
    draft.announceReturned();
    draft.announceReturned();
    listener.dispose();
    assert.deepEqual(changes, [{ type: "queue-returned", questions: 1 }], "once, to the page that shows it first");
    await draft.setText("abcdef", 6, "abc");
    assert.equal(draft.content.text, "First?\n\nabcdef");
  });

  test("and tells a page of a text that it does not have", async () => {
    await using folder = await temporaryFolder();
    const { conversation } = await openWindow(folder.path).sessions.acquire("c1");
    await conversation.draft.setText("abc", 3, "");
    await conversation.draft.prefill("Explain this.");
    const changes: string[] = [];
    conversation.onDidChange(({ type }) => changes.push(type));
    await conversation.draft.setText("abc", 5, "abc");
    assert.equal(conversation.draft.content.text, "abc\n\nExplain this.");
    assert.deepEqual(changes, ["draft"]);
    assert.ok(conversation.draft.content.revision >= 5, "the page takes it");
  });

  test("with text that was typed while an attachment was added", async () => {
    await using folder = await temporaryFolder();
    const session = await openWindow(folder.path).sessions.acquire("c1");
    await session.conversation.draft.setText("Why is @ba", 5, "");
    await session.composer.attach([
      { id: "", kind: "file", label: "basket.ts", text: "let basket" },
      { id: "", kind: "file", label: "price.ts", text: "let price" },
    ]);
    await session.conversation.draft.setText("Why is basket.ts ", 6, "Why is @ba");
    assert.equal(session.conversation.draft.content.text, "Why is basket.ts ");
    assert.equal(session.conversation.draft.content.attachments.length, 2);
  });

  test("with attachments in the order in which they were added, after a large image too", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = openWindow(folder.path);
    const session = await sessions.acquire("c1");
    await Promise.all([
      session.composer.attach([image("large.png", 4_000_000)]),
      session.composer.attach([image("small.png", 10)]),
      session.composer.attach([{ id: "", kind: "file", label: "a.ts", text: "let a" }]),
    ]);
    assert.deepEqual(
      session.conversation.draft.content.attachments.map(({ label }) => label),
      ["large.png", "small.png", "a.ts"],
    );
    await sessions.close();
  });

  test("without a question that was saved before the process was killed", async () => {
    await using folder = await temporaryFolder();
    const killed = openWindow(folder.path, { router: new ScriptedRouter([Promise.withResolvers().promise]) });
    const session = await killed.sessions.acquire("c1");
    await session.composer.attach([{ id: "", kind: "file", label: "basket.ts", text: "let basket" }]);
    await session.conversation.draft.setText("Why?", 7, "");
    const draft = session.conversation.draft.content;
    await session.submit();
    // The state on disk after a kill before the draft was saved again.
    await killed.store.file("c1").saveDraft({ ...draft, queued: [] });

    const reopened = await openWindow(folder.path, { pid: 2 }).sessions.acquire("c1");
    assert.deepEqual(shownTurns(reopened), [["Why?", "", "interrupted"]]);
    const { text, attachments, revision } = reopened.conversation.draft.content;
    assert.deepEqual([text, attachments], ["", []]);
    assert.ok(revision > 7, "newer than the text that the page can still hold");
  });

  test("empty after a question, although a page still holds the text", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = openWindow(folder.path, { router: new ScriptedRouter(answerEvents("So.")) });
    const session = await sessions.acquire("c1");
    await session.conversation.draft.setText("Why?", 7, "");
    await session.submit();
    await session.idle();
    await sessions.close();
    const reopened = await openWindow(folder.path, { pid: 2 }).sessions.acquire("c1");
    await reopened.conversation.draft.setText("Why?", 7, "");
    assert.equal(reopened.conversation.draft.content.text, "");
  });
});

describe("OpenConversation in two windows", () => {
  test("applies the turns of the other window", async () => {
    await using folder = await temporaryFolder();
    const [one, two] = await Promise.all(
      ["One", "Two"].map((answer, index) =>
        openWindow(folder.path, {
          router: new ScriptedRouter(answerEvents(answer)),
          pid: index + 1,
          alive: true,
        }).sessions.acquire("c1"),
      ),
    );
    await askAll(one!, "1?");
    await two!.conversation.refresh();
    await askAll(two!, "2?");
    await one!.conversation.refresh();
    const expected = [
      ["1?", "One", "complete"],
      ["2?", "Two", "complete"],
    ];
    assert.deepEqual([shownTurns(one!), shownTurns(two!)], [expected, expected]);
  });

  test("keeps showing its own branch if the other window asks at the same time", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const one = await openWindow(folder.path, {
      router: new ScriptedRouter(answerEvents("Hello."), [gate.promise, ...answerEvents("One.")], answerEvents("Two.")),
      alive: true,
    }).sessions.acquire("c1");
    await askAll(one, "Hi?");
    const two = await openWindow(folder.path, {
      router: new ScriptedRouter(answerEvents("Other.")),
      pid: 2,
      alive: true,
    }).sessions.acquire("c1");
    await askAll(two, "From the other?");
    await ask(one, "From here?");
    assert.deepEqual(shownTurns(one)[1]?.slice(0, 2), ["From here?", ""]);
    gate.resolve(undefined);
    await one.idle();
    assert.deepEqual(shownTurns(one)[1], ["From here?", "One.", "complete"]);
    await two.conversation.refresh();
    assert.deepEqual(shownTurns(two)[1], ["From the other?", "Other.", "complete"]);
    assert.equal(two.conversation.state.turns.length, 3);
  });

  test("leaves a running answer of the other window alone, however long its model is silent", async (context) => {
    await using folder = await temporaryFolder();
    context.mock.timers.enable({ apis: ["setInterval"] });
    const router = new ScriptedRouter([Promise.withResolvers().promise]);
    const one = openWindow(folder.path, { router });
    await ask(await one.sessions.acquire("c1"), "A difficult question?");
    const file = path.join(folder.path, "c1", "events.jsonl");
    const longAgo = new Date(Date.now() - 600_000);
    await utimes(file, longAgo, longAgo);
    context.mock.timers.tick(30_000);
    for (let time = 0; time < 200 && (await stat(file)).mtimeMs <= longAgo.getTime(); time++) await delay(10);

    const other = await openWindow(folder.path, { pid: 2, alive: true }).sessions.acquire("c1");
    assert.deepEqual(shownTurns(other), [["A difficult question?", "", "waiting"]]);
    await one.sessions.close();
    await other.conversation.refresh();
    assert.deepEqual(shownTurns(other), [["A difficult question?", "", "interrupted"]]);
  });
});
