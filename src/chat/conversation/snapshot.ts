import type { Answer, Conversation } from "./conversation";
import type { ConversationEvent } from "./conversationEvent";
import { toolEvents } from "./toolEvent";

/** The shortest list of events that produces this conversation. Compacting a file writes these. */
export function snapshot(conversation: Conversation): ConversationEvent[] {
  const events: ConversationEvent[] = [
    { type: "conversation-start", version: 1, id: conversation.id, at: conversation.createdAt },
  ];
  if (conversation.title !== null) events.push({ type: "title-change", title: conversation.title });
  if (conversation.pinned) events.push({ type: "pin-change", pinned: true });
  for (const { id, after, question, answers, columns = [] } of conversation.turns) {
    events.push({ type: "turn-add", turn: id, ...(after !== undefined && { after }), question });
    for (const answer of answers) events.push(...answerEvents(id, answer));
    if (columns.length > 0) events.push({ type: "columns-change", turn: id, answers: columns });
  }
  for (const [after, id] of Object.entries(conversation.shown)) events.push({ type: "show", after, id });
  return events;
}

function answerEvents(turn: string, answer: Answer): ConversationEvent[] {
  const { id, startedAt, pid, text, reasoning, calls, requests, ...changes } = answer;
  return [
    { type: "answer-start", turn, answer: id, at: startedAt, pid },
    ...(text || reasoning ? [{ type: "answer-delta", answer: id, text, reasoning } as const] : []),
    ...toolEvents(id, calls, requests),
    { type: "answer-change", answer: id, changes },
  ];
}
