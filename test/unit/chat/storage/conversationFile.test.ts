import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import { emptyDraft } from "../../../../src/chat/conversation/draft";
import { ConversationFile } from "../../../../src/chat/storage/conversationFile";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { turnEvents } from "../sampleConversations";

const start = { type: "conversation-start", version: 1, id: "c1", at: 1 } as const;

/** The conversation `c1` of the folder. */
function fileIn(folder: string, isAlive = false): ConversationFile {
  return new ConversationFile(path.join(folder, "c1"), "c1", () => isAlive);
}

const eventsPath = (folder: string): string => path.join(folder, "c1", "events.jsonl");

describe("ConversationFile", () => {
  test("loses nothing before the cut if it is truncated at any byte, and marks the answer as interrupted", async () => {
    await using folder = await temporaryFolder();
    await fileIn(folder.path).append([
      start,
      ...turnEvents("t1", undefined, "Eins?", "Ja, ünd"),
      ...turnEvents("t2", "t1-a", "Zwei?", "Halb").slice(0, 3),
    ]);
    const whole = await readFile(eventsPath(folder.path));
    let before = "";
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(eventsPath(folder.path), whole.subarray(0, length));
      const { conversation } = await fileIn(folder.path).open(Date.now());
      const steps = shownBranch(conversation);
      const text = steps.map(({ turn, answer }) => `${turn.question.text}|${answer?.text ?? ""}`).join("|");
      assert.ok(text.startsWith(before) || before === "", `cut at ${length}: "${text}" after "${before}"`);
      before = text;
      for (const { answer } of steps) assert.ok(!answer || ["complete", "interrupted"].includes(answer.status));
    }
    assert.equal(before, "Eins?|Ja, ünd|Zwei?|Halb");
  });

  test("is repaired when it is opened, so that damage is reported once", async () => {
    await using folder = await temporaryFolder();
    await fileIn(folder.path).append([start, ...turnEvents("t1", undefined, "First?", "yes")]);
    await writeFile(eventsPath(folder.path), '\n{"type":"turn-add","tu', { flag: "a" });
    assert.ok((await fileIn(folder.path).open(0)).damagedBytes > 0);
    const { conversation, damagedBytes } = await fileIn(folder.path).open(0);
    assert.equal(damagedBytes, 0);
    assert.equal(conversation.turns[0]?.answers[0]?.text, "yes");
  });

  test("leaves a running answer of another window alone until its file has not changed for long", async () => {
    await using folder = await temporaryFolder();
    await fileIn(folder.path).append([start, ...turnEvents("t1", undefined, "First?", "yes").slice(0, 3)]);
    const status = async (now: number) =>
      (await fileIn(folder.path, true).open(now)).conversation.turns[0]?.answers[0]?.status;
    assert.equal(await status(Date.now()), "waiting");
    assert.equal(await status(Date.now() + 10 * 60_000), "interrupted");
  });

  test("is compacted to the same conversation when it has become bloated", async () => {
    await using folder = await temporaryFolder();
    const file = fileIn(folder.path);
    const [question, answer] = turnEvents("t2", "t1-a", "Next?", "");
    await file.append([start, ...turnEvents("t1", undefined, "First?", "yes"), question!, answer!]);
    for (let n = 0; n < 120; n++) await file.append([{ type: "answer-delta", answer: "t2-a", text: `${n} ` }]);
    const { conversation } = await fileIn(folder.path).open(Date.now());
    const lines = (await readFile(eventsPath(folder.path), "utf8")).trim().split("\n");
    assert.ok(lines.length < 15, `${lines.length} lines`);
    assert.deepEqual((await fileIn(folder.path).read(0)).conversation, conversation);
  });

  test("saves the draft, and deletes it when an empty conversation has an empty one", async () => {
    await using folder = await temporaryFolder();
    const file = fileIn(folder.path);
    const draft = { ...emptyDraft, text: "half a th", revision: 4 };
    await file.saveDraft(draft);
    assert.deepEqual(await fileIn(folder.path).loadDraft(), draft);
    await file.saveDraft({ ...emptyDraft, revision: 5 });
    assert.deepEqual(await fileIn(folder.path).loadDraft(), emptyDraft);
  });
});
