import { findAnswer, type Answer, type Conversation, type Question, type Turn } from "./conversation";
import { shownBranch } from "./branch";
import { withToolEvent, type ToolEvent } from "./toolEvent";

/**
 * A change of a conversation, and a record of its file. Stored as JSON without conversion; names are short because a streamed
 * answer is hundreds of `answer-delta` lines.
 */
export type ConversationEvent =
  | { type: "conversation-start"; version: 1; id: string; at: number }
  | { type: "turn-add"; turn: string; after?: string; question: Question }
  | { type: "answer-start"; turn: string; answer: string; at: number; pid: number }
  | { type: "answer-delta"; answer: string; text?: string; reasoning?: string }
  | { type: "answer-change"; answer: string; changes: AnswerChanges }
  /** Shows these answers side by side, or, if there are none, one of them as usual. */
  | { type: "columns-change"; turn: string; answers: readonly string[] }
  | ToolEvent
  | { type: "show"; after: string; id: string }
  | { type: "turn-delete"; turn: string }
  | { type: "title-change"; title: string | null }
  | { type: "pin-change"; pinned: boolean };

/** The fields of an answer to replace. */
export type AnswerChanges = Partial<Omit<Answer, "id" | "startedAt" | "pid" | "calls" | "requests">>;

/** A conversation without turns. */
export function emptyConversation(id: string, at: number): Conversation {
  return { id, createdAt: at, title: null, pinned: false, turns: [], shown: {} };
}

/** Applies an event. Ignores events about turns and answers that do not exist, because another window deleted them. */
export function apply(conversation: Conversation, event: ConversationEvent): Conversation {
  switch (event.type) {
    case "conversation-start":
      return { ...conversation, id: event.id, createdAt: event.at };
    case "turn-add":
      return addTurn(conversation, event);
    case "answer-start":
      return startAnswer(conversation, event);
    case "answer-delta":
    case "answer-change":
    case "request-start":
    case "tool-call":
    case "tool-result":
      return withAnswer(conversation, event);
    case "columns-change":
      return changeColumns(conversation, event);
    case "show":
      return { ...conversation, shown: { ...conversation.shown, [event.after]: event.id } };
    case "turn-delete":
      return deleteTurn(conversation, event.turn);
    case "title-change":
      return { ...conversation, title: event.title };
    case "pin-change":
      return { ...conversation, pinned: event.pinned };
  }
}

function addTurn(
  conversation: Conversation,
  { turn, after, question }: ConversationEvent & { type: "turn-add" },
): Conversation {
  if (conversation.turns.some(({ id }) => id === turn)) return conversation;
  // In a damaged file, the answer that the turn follows can be missing. Then the turn follows the shown branch, which also rules out cycles.
  const exists = after === undefined || findAnswer(conversation, after) !== undefined;
  const follows = exists ? after : shownBranch(conversation).at(-1)?.answer?.id;
  const added: Turn = { id: turn, ...(follows !== undefined && { after: follows }), question, answers: [] };
  return {
    ...conversation,
    turns: [...conversation.turns, added],
    shown: { ...conversation.shown, [follows ?? ""]: turn },
  };
}

function startAnswer(conversation: Conversation, event: ConversationEvent & { type: "answer-start" }): Conversation {
  const { turn, answer: id } = event;
  const index = conversation.turns.findIndex((each) => each.id === turn);
  const found = conversation.turns[index];
  if (!found || findAnswer(conversation, id)) return conversation;
  return {
    ...conversation,
    turns: conversation.turns.with(index, withNewAnswer(found, event)),
    shown: { ...conversation.shown, [turn]: id },
  };
}

/** The turn with the answer that has started. */
export function withNewAnswer(turn: Turn, { answer: id, at, pid }: ConversationEvent & { type: "answer-start" }): Turn {
  const answer: Answer = {
    id,
    status: "waiting",
    text: "",
    reasoning: "",
    startedAt: at,
    pid,
    failures: [],
    notices: [],
  };
  return { ...turn, answers: [...turn.answers, answer] };
}

function changeColumns(conversation: Conversation, event: ColumnsEvent): Conversation {
  const index = conversation.turns.findIndex(({ id }) => id === event.turn);
  const turn = conversation.turns[index];
  if (!turn) return conversation;
  return { ...conversation, turns: conversation.turns.with(index, withColumns(turn, event)) };
}

type ColumnsEvent = ConversationEvent & { type: "columns-change" };

/** The turn with the columns of the event. In an imported file they can repeat. */
export function withColumns({ columns, ...turn }: Turn, { answers }: ColumnsEvent): Turn {
  return answers.length === 0 ? turn : { ...turn, columns: [...new Set(answers)] };
}

function deleteTurn(conversation: Conversation, id: string): Conversation {
  const deleted = new Set([id]);
  const deletedAnswers = new Set<string>();
  // A turn always comes after the turn it follows, so one pass finds all descendants.
  for (const turn of conversation.turns) {
    if (turn.after !== undefined && deletedAnswers.has(turn.after)) deleted.add(turn.id);
    if (deleted.has(turn.id)) for (const answer of turn.answers) deletedAnswers.add(answer.id);
  }
  const shown = Object.entries(conversation.shown).filter(
    ([after, shownId]) => !deleted.has(after) && !deletedAnswers.has(after) && !deleted.has(shownId),
  );
  return {
    ...conversation,
    turns: conversation.turns.filter((turn) => !deleted.has(turn.id)),
    shown: Object.fromEntries(shown),
  };
}

/** An event that changes an answer. */
type AnswerEvent = ToolEvent | (ConversationEvent & { type: "answer-delta" | "answer-change" });

function withAnswer(conversation: Conversation, event: AnswerEvent): Conversation {
  const index = conversation.turns.findLastIndex((turn) => turn.answers.some((answer) => answer.id === event.answer));
  const turn = conversation.turns[index];
  if (!turn) return conversation;
  return { ...conversation, turns: conversation.turns.with(index, withChangedAnswer(turn, event)) };
}

/** The turn with its answer as the event changes it. */
export function withChangedAnswer(turn: Turn, event: AnswerEvent): Turn {
  const answers = turn.answers.map((answer) => (answer.id === event.answer ? changeAnswer(answer, event) : answer));
  return { ...turn, answers };
}

function changeAnswer(answer: Answer, event: AnswerEvent): Answer {
  if (event.type === "answer-change") return { ...answer, ...event.changes };
  if (event.type !== "answer-delta") return withToolEvent(answer, event);
  const { text = "", reasoning = "" } = event;
  return { ...answer, text: answer.text + text, reasoning: answer.reasoning + reasoning };
}
