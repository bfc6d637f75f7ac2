import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { suite, test } from "node:test";
import type { ConversationEntry } from "../../../../src/chat/storage/conversationIndex";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import { historySections } from "../../../../src/chat/history/historySections";
import { conversationTitle } from "../../../../src/chat/conversation/conversationTitle";
import { silentLog } from "../../../../src/router/log";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { conversationOf, turnEvents } from "../sampleConversations";

const titleOf = (text: string): string => conversationTitle(conversationOf(turnEvents("t1", undefined, text, "")));

suite("the list of conversations", () => {
  test("a title is the first sentence of the first question, cut between words, and the user's own when there is one", () => {
    const cases = [
      ["Why is this slow?", "Why is this slow?"],
      ["  Fix\n it ", "Fix it"],
      ["What does this regular expression match? I think it is wrong.", "What does this regular expression match?"],
      ["Use node.js v22. Then explain.", "Use node.js v22."],
      [
        "Please explain in all detail what the function at the top of this file does to its arguments",
        "Please explain in all detail what the function at the top…",
      ],
      ["🙂".repeat(70), `${"🙂".repeat(60)}…`],
    ];
    for (const [question, title] of cases) assert.equal(titleOf(question!), title);
    const named = conversationOf([...turnEvents("t1", undefined, "Hi?", ""), { type: "title-change", title: "Mine" }]);
    assert.equal(conversationTitle(named), "Mine");
  });

  test("stands under headings by age, pinned ones first", () => {
    const now = new Date(2026, 7, 22, 15).getTime();
    const hours = (count: number, pinned = false): ConversationEntry => ({
      id: `${count}`,
      title: "",
      updatedAt: now - count * 3_600_000,
      pinned,
      turns: 1,
    });
    const sections = historySections([hours(900, true), hours(1), hours(20), hours(100), hours(300), hours(2000)], now);
    assert.deepEqual(
      sections.map(({ title, entries }) => [title, ...entries.map(({ id }) => id)]),
      [
        ["pinned", "900"],
        ["today", "1"],
        ["yesterday", "20"],
        ["last 7 days", "100"],
        ["last 30 days", "300"],
        ["older", "2000"],
      ],
    );
  });

  test("words are found in questions, answers and names of attachments, whatever their case", async () => {
    await using folder = await temporaryFolder();
    const store = new ConversationStore({ folder: folder.path, log: silentLog });
    const start = (id: string) => ({ type: "conversation-start", version: 1, id, at: 1 }) as const;
    const keep = async (id: string, question: string, answer: string): Promise<void> => {
      const events = [start(id), ...turnEvents("t1", undefined, question, "")];
      // A word that was cut in two on its way is one word all the same.
      for (const letter of answer) events.push({ type: "answer-delta", answer: "t1-a", text: letter });
      await store.file(id).append(events);
      await store.updateIndex({ ...conversationOf(events), id });
    };
    await keep("c1", "Where is the Router?", "In its room.");
    await keep("c2", "Something else", "The ROUTER picks a model at random, and then it asks that model.");
    await keep("c3", "Nothing", "of the kind");
    const found: [string, string][] = [];
    for await (const { entry, excerpt } of store.search("router", new AbortController().signal))
      found.push([entry.id, excerpt]);
    assert.deepEqual(Object.fromEntries(found), {
      c1: "Where is the Router?",
      c2: "The ROUTER picks a model at random, and then it as…",
    });
    const aborted = AbortSignal.abort();
    for await (const each of store.search("router", aborted)) assert.fail(each.entry.id);
  });

  test("a thousand conversations are listed from the index alone", async () => {
    await using folder = await temporaryFolder();
    const index = Array.from({ length: 1_000 }, (_, n) => ({
      id: `c${n}`,
      title: `Question number ${n}?`,
      updatedAt: n,
      pinned: n === 7,
      turns: 3,
    }));
    await writeFile(path.join(folder.path, "index.jsonl"), index.map((entry) => `\n${JSON.stringify(entry)}`).join(""));
    // Their folders hold nothing: whoever looked into them would find no title.
    await Promise.all(index.map(({ id }) => mkdir(path.join(folder.path, id))));
    const store = new ConversationStore({ folder: folder.path, log: silentLog });
    const list = await store.list();
    assert.equal(list.length, 1_000);
    assert.deepEqual(
      list.slice(0, 2).map(({ title }) => title),
      ["Question number 7?", "Question number 999?"],
    );
  });
});
