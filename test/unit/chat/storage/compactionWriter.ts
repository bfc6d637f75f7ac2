import { setTimeout as delay } from "node:timers/promises";
import type { Conversation } from "../../../../src/chat/conversation/conversation";
import { apply, type ConversationEvent } from "../../../../src/chat/conversation/conversationEvent";
import { ConversationFile, type ForeignEvents } from "../../../../src/chat/storage/conversationFile";

/**
 * A window as a process of its own: writes the answer `answer` of the conversation `c1` at a frame rate, one number per frame, and compacts the
 * file every few frames. Prints how many numbers it wrote. Run by compaction.test.ts.
 */
async function writeAndCompact(folder: string, answer: string, frameMs: number, compactions: number): Promise<void> {
  const file = new ConversationFile(folder, "c1", () => true);
  let conversation = await read();
  let written = 0;

  async function read(): Promise<Conversation> {
    return (await file.read(0)).conversation;
  }

  async function applyForeign(foreign: ForeignEvents): Promise<void> {
    if (foreign === "deleted") throw new Error("The conversation is missing.");
    conversation = foreign === "replaced" ? await read() : foreign.reduce(apply, conversation);
  }

  async function append(): Promise<void> {
    const event: ConversationEvent = { type: "answer-delta", answer, text: `${written++} ` };
    const foreign = await file.append([event]);
    if (foreign !== "replaced") conversation = apply(conversation, event);
    await applyForeign(foreign);
  }

  for (let compacted = 0; compacted < compactions;) {
    for (let frame = 0; frame < 3; frame++) {
      await append();
      await delay(frameMs);
    }
    await applyForeign(await file.refresh());
    if (await file.compact(conversation)) compacted += 1;
  }
  process.stdout.write(String(written));
}

const [folder = "", answer = "", frameMs = "", compactions = ""] = process.argv.slice(2);
void writeAndCompact(folder, answer, Number(frameMs), Number(compactions));
