import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { ConversationFile } from "../../../../src/chat/storage/conversationFile";
import { temporaryFolder } from "../../../support/temporaryFolder";

/** How often the file is compacted at each frame rate. More for a manual stress test: `COMPACTIONS=500`. */
const compactions = Number(process.env["COMPACTIONS"] ?? 30);

const answers = ["a1", "a2"];

describe("Two processes that write and compact a conversation", () => {
  for (const frameMs of [2, 5, 25]) {
    test(`lose nothing and double nothing at a frame rate of ${frameMs} ms`, async () => {
      await using folder = await temporaryFolder();
      const chat = path.join(folder.path, "c1");
      await new ConversationFile(chat, "c1", () => true).append([
        { type: "turn-add", turn: "t1", question: { text: "Count.", attachments: [], at: 0 } },
        ...answers.map((answer) => ({ type: "answer-start", turn: "t1", answer, at: 0, pid: 0 }) as const),
      ]);
      const counts = await Promise.all(answers.map((answer) => run(chat, answer, frameMs)));
      const { conversation, damagedBytes } = await new ConversationFile(chat, "c1", () => true).read(0);
      for (const [index, answer] of conversation.turns[0]!.answers.entries()) {
        const numbers = answer.text.trim().split(" ").map(Number);
        const isWrong = (number: number, at: number): boolean => number !== at;
        assert.deepEqual([numbers.findIndex(isWrong), numbers.length], [-1, counts[index]], answer.id);
      }
      assert.equal(damagedBytes, 0);
      assert.deepEqual(await readdir(chat), ["events.jsonl"]);
    });
  }
});

/** Runs one of the two processes. Resolves to how many numbers it wrote. */
async function run(folder: string, answer: string, frameMs: number): Promise<number> {
  const script = path.join(import.meta.dirname, "compactionWriter.js");
  const child = spawn(
    process.execPath,
    [script, folder, answer, String(frameMs), String(Math.ceil(compactions / answers.length))],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return Number(await text(child.stdout));
}
