import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { apply, emptyConversation } from "../../../../src/chat/conversation/conversationEvent";
import { EventBatch } from "../../../../src/chat/storage/eventBatch";
import { PageUpdate } from "../../../../src/chat/page/pageUpdate";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import type { AnswerView, ToWebview, TurnView } from "../../../../src/chat/page/protocol";
import { turnView, type ViewDependencies } from "../../../../src/chat/page/turnView";
import { anyEvent, conversationOf, turnEvents } from "../sampleConversations";

const dependencies: ViewDependencies = { modelName: (id) => id, imageUrl: ({ id }) => id };

/** The turns of a page after these messages. */
function applyMessages(turns: readonly TurnView[], messages: readonly ToWebview[]): TurnView[] {
  return messages.reduce<TurnView[]>(
    (shown, message) => {
      if (message.type === "turns") return [...shown.slice(0, message.from), ...message.turns];
      return shown.map(({ answer, columns, ...turn }) => ({
        ...turn,
        ...(answer && { answer: updatedAnswer(answer, message) }),
        ...(columns && { columns: columns.map((each) => updatedAnswer(each, message)) }),
      }));
    },
    [...turns],
  );
}

function updatedAnswer(answer: AnswerView, message: ToWebview): AnswerView {
  const { text, reasoning } = answer;
  if (message.type === "answer" && answer.id === message.answer.id) return { ...message.answer, text, reasoning };
  if (message.type !== "delta" || answer.id !== message.answer) return answer;
  return { ...answer, text: text + (message.text ?? ""), reasoning: reasoning + (message.reasoning ?? "") };
}

describe("PageUpdate", () => {
  test("brings a page to the state of a new page, after any batches of events", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyEvent, { maxLength: 6 }), { maxLength: 15 }), (batches) => {
        const update = new PageUpdate(dependencies);
        let conversation = emptyConversation("c1", 0);
        let page = update.whole(conversation);
        for (const events of batches) {
          const batch = new EventBatch();
          for (const event of events) batch.add(event);
          const merged = batch.take();
          conversation = merged.reduce(apply, conversation);
          page = applyMessages(page, update.messages(merged, conversation));
          assert.deepEqual(
            page,
            shownBranch(conversation).map((step) => turnView(step, dependencies)),
          );
        }
      }),
    );
  });

  test("posts only deltas of a running answer, and only turns that are new", () => {
    const before = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      ...turnEvents("t2", "t1-a", "two?", "tw"),
    ]);
    const update = new PageUpdate(dependencies);
    update.whole(before);
    const event = { type: "answer-delta", answer: "t2-a", text: "o" } as const;
    assert.deepEqual(update.messages([event], apply(before, event)), [{ type: "delta", answer: "t2-a", text: "o" }]);
    const added = turnEvents("t3", "t2-a", "three?", "3").slice(0, 1);
    const [message] = update.messages(added, added.reduce(apply, before));
    assert.ok(message?.type === "turns");
    assert.deepEqual([message.from, message.turns.map(({ id }) => id)], [2, ["t3"]]);
  });
});
