import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationEvent } from "../../../../src/chat/conversation/conversationEvent";
import { EventBatch } from "../../../../src/chat/storage/eventBatch";

const delta = (answer: string, text: string): ConversationEvent => ({ type: "answer-delta", answer, text });

test("The deltas of several answers at once are merged, one for each", () => {
  const batch = new EventBatch();
  const stopped: ConversationEvent = { type: "answer-change", answer: "a", changes: { status: "stopped" } };
  const events = [delta("a", "1"), delta("b", "x"), delta("a", "2"), delta("b", "y"), stopped, delta("b", "z")];
  for (const event of events) batch.add(event);
  assert.deepEqual(batch.take(), [delta("a", "12"), delta("b", "xy"), stopped, delta("b", "z")]);
});
