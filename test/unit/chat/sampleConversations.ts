import fc from "fast-check";
import type { ConversationEvent } from "../../../src/chat/conversation/conversationEvent";
import { apply, emptyConversation } from "../../../src/chat/conversation/conversationEvent";
import { shownBranch } from "../../../src/chat/conversation/branch";
import type { Conversation } from "../../../src/chat/conversation/conversation";

/** Texts that are difficult to store: line breaks, quotes, multi-byte characters, emoji. */
const text = fc.string({ unit: fc.constantFrom("a", " ", "\n", '"', "\\", "é", "漢", "🙂", "\u2028", "{") });

const turnId = fc.constantFrom("t1", "t2", "t3", "t4");
const answerId = fc.constantFrom("a1", "a2", "a3", "a4", "a5");
const callId = fc.constantFrom("k1", "k2", "k3");
const time = fc.nat({ max: 1e6 });

/** Any event about a few turns and answers. Many refer to something that does not exist, as after a deletion in another window. */
export const anyEvent: fc.Arbitrary<ConversationEvent> = fc.oneof(
  fc.record(
    {
      type: fc.constant("turn-add" as const),
      turn: turnId,
      after: answerId,
      question: fc.record({ text, attachments: fc.constant([]), at: time }, { noNullPrototype: true }),
    },
    { requiredKeys: ["type", "turn", "question"] },
  ),
  fc.record({ type: fc.constant("answer-start" as const), turn: turnId, answer: answerId, at: time, pid: fc.nat() }),
  fc.record(
    { type: fc.constant("answer-delta" as const), answer: answerId, text, reasoning: text },
    { requiredKeys: ["type", "answer"] },
  ),
  fc.record({
    type: fc.constant("answer-change" as const),
    answer: answerId,
    changes: fc.record(
      {
        status: fc.constantFrom("waiting", "streaming", "complete", "stopped", "interrupted", "failed"),
        model: fc.option(text),
        failures: fc.array(
          fc.record(
            { attempt: fc.nat(), model: text, reason: fc.constant("silent" as const), message: text },
            { noNullPrototype: true },
          ),
        ),
        durationMs: fc.nat(),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    type: fc.constant("columns-change" as const),
    turn: turnId,
    answers: fc.array(answerId, { maxLength: 4 }),
  }),
  fc.record(
    {
      type: fc.constant("request-start" as const),
      answer: answerId,
      current: fc.nat(),
      most: fc.nat(),
      left: fc.nat(),
      isLast: fc.constant(true as const),
    },
    { requiredKeys: ["type", "answer", "current", "most"] },
  ),
  fc.record({
    ...{ type: fc.constant("tool-call" as const), answer: answerId, call: callId, round: fc.nat() },
    ...{ name: text, arguments: text, label: text, at: time },
  }),
  fc.record(
    {
      ...{ type: fc.constant("tool-result" as const), answer: answerId, call: callId, text },
      isProblem: fc.constant(true as const),
    },
    { requiredKeys: ["type", "answer", "call", "text"] },
  ),
  fc.record({ type: fc.constant("show" as const), after: fc.oneof(turnId, answerId), id: fc.oneof(turnId, answerId) }),
  fc.record({ type: fc.constant("turn-delete" as const), turn: turnId }),
  fc.record({ type: fc.constant("title-change" as const), title: fc.option(text) }),
  fc.record({ type: fc.constant("pin-change" as const), pinned: fc.boolean() }),
);

/** The conversation after these events. */
export function conversationOf(events: readonly ConversationEvent[]): Conversation {
  return events.reduce(apply, emptyConversation("c1", 0));
}

/** The events of a question and its complete answer. */
export function turnEvents(
  id: string,
  after: string | undefined,
  question: string,
  answer: string,
): ConversationEvent[] {
  return [
    {
      type: "turn-add",
      turn: id,
      ...(after !== undefined && { after }),
      question: { text: question, attachments: [], at: 1 },
    },
    { type: "answer-start", turn: id, answer: `${id}-a`, at: 2, pid: 1 },
    { type: "answer-delta", answer: `${id}-a`, text: answer },
    { type: "answer-change", answer: `${id}-a`, changes: { status: "complete", model: "m:free" } },
  ];
}

/** The question and the answer of each turn in the shown branch. */
export function shownTexts(conversation: Conversation): (string | undefined)[][] {
  return shownBranch(conversation).map(({ turn, answer }) => [turn.question.text, answer?.text]);
}
