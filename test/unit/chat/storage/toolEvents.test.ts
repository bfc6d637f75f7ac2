import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { applyAll } from "../../../../src/chat/conversation/applyAll";
import { emptyConversation, type ConversationEvent } from "../../../../src/chat/conversation/conversationEvent";
import { snapshot } from "../../../../src/chat/conversation/snapshot";
import { ConversationFile } from "../../../../src/chat/storage/conversationFile";
import { exportJson } from "../../../../src/chat/storage/chatExport";
import { readExport } from "../../../../src/chat/storage/chatImport";
import { importedConversation } from "../../../../src/chat/storage/importedConversation";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { conversationOf, turnEvents } from "../sampleConversations";

const call = { answer: "t1-a", round: 1, name: "read_lines", arguments: '{"path":"a.ts"}', label: "Read a.ts", at: 5 };
const events: ConversationEvent[] = [
  ...turnEvents("t1", undefined, "Why?", "").slice(0, 2),
  { type: "request-start", answer: "t1-a", current: 1, most: 4, left: 31 },
  { type: "tool-call", ...call, call: "k1" },
  { type: "tool-call", ...call, call: "k2" },
  { type: "tool-result", answer: "t1-a", call: "k1", text: "1: let a;" },
  { type: "request-start", answer: "t1-a", current: 2, most: 4 },
];
const answer = conversationOf(events).turns[0]?.answers[0];

/** The types of version 0.1.0. */
const releasedTypes = [
  ...["conversation-start", "turn-add", "answer-start", "answer-delta", "answer-change"],
  ...["show", "turn-delete", "title-change", "pin-change"],
];

async function write(folder: string, records: readonly unknown[]): Promise<string> {
  const chat = path.join(folder, "c1");
  await mkdir(chat, { recursive: true });
  await writeFile(path.join(chat, "events.jsonl"), records.map((each) => `\n${JSON.stringify(each)}`).join(""));
  return chat;
}

describe("Calls of tools in the file of a chat", () => {
  test("belong to their answer, with their results", () => {
    const { answer: _answer, ...made } = call;
    assert.deepEqual(answer?.calls, [
      { ...made, id: "k1", result: { text: "1: let a;" } },
      { ...made, id: "k2" },
    ]);
    assert.deepEqual(answer.requests, { current: 2, most: 4 });
    assert.equal(_answer, "t1-a");
  });

  test("are still there after a crash in the middle of a round, which interrupts the answer", async () => {
    await using folder = await temporaryFolder();
    const chat = await write(folder.path, events);
    const { conversation } = await new ConversationFile(chat, "c1", () => false).open(0);
    assert.deepEqual(conversation.turns[0]?.answers[0], { ...answer, status: "interrupted", wait: null });
  });

  test("survive compaction", () => {
    const compacted = snapshot(conversationOf(events));
    assert.deepEqual(applyAll(emptyConversation("c1", 0), compacted), conversationOf(events));
  });

  test("are records of types that version 0.1.0 does not know, which make it keep the file as it is", async () => {
    assert.deepEqual(
      [...new Set(events.map(({ type }) => type))].filter((type) => !releasedTypes.includes(type)),
      ["request-start", "tool-call", "tool-result"],
    );
    await using folder = await temporaryFolder();
    // So many records that a file without unknown ones is compacted. An unknown type stands for those of this version.
    const filler = Array.from({ length: 500 }, () => ({ type: "title-change", title: "Why?" }));
    const chat = await write(folder.path, [...events, { type: "of-a-newer-version", answer: "t1-a" }, ...filler]);
    const file = path.join(chat, "events.jsonl");
    const before = await readFile(file, "utf8");
    await new ConversationFile(chat, "c1", () => true).open(0);
    assert.equal(await readFile(file, "utf8"), before);
  });

  test("are exported and imported, and cut if they are huge", () => {
    const huge: ConversationEvent = { type: "tool-result", answer: "t1-a", call: "k2", text: "x".repeat(2_000_000) };
    const conversation = conversationOf([...events, huge]);
    const [read] = readExport(exportJson([{ conversation, images: new Map() }]));
    assert.deepEqual(read?.conversation, conversation);
    const imported = importedConversation(conversation, () => false).turns[0]?.answers[0];
    assert.equal(imported?.calls?.[1]?.result?.text.length, 1_000_000);
  });

  test("are read up to a number that no answer reaches, since a file can have thousands", () => {
    const many = Array.from({ length: 300 }, (_, index): ConversationEvent => ({
      ...{ type: "tool-call", answer: "t1-a", call: `many-${index}`, round: 1 },
      ...{ name: "search", arguments: "{}", label: "Searched", at: 1 },
    }));
    assert.equal(conversationOf([...events, ...many]).turns[0]?.answers[0]?.calls?.length, 200);
  });

  test("are read without what is not valid", () => {
    const invalid = [
      { type: "tool-call", ...call, call: "../k3" },
      { type: "tool-result", answer: "t1-a", call: "k1", text: 7 },
      { type: "request-start", answer: "t1-a", current: "2", most: 4 },
    ];
    const text = JSON.stringify({
      ...{ format: "free-models-chat", version: 1 },
      conversations: [{ id: "c1", events: [...events, ...invalid], images: {} }],
    });
    assert.deepEqual(readExport(text)[0]?.conversation.turns[0]?.answers[0], answer);
  });
});
