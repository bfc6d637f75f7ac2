import type { Conversation, Turn } from "./conversation";
import { apply, withChangedAnswer, withColumns, withNewAnswer, type ConversationEvent } from "./conversationEvent";

/**
 * Applies all events of a file. Same as `events.reduce(apply, conversation)`, whose time grows with the square of the number of turns, since
 * each event copies the list of turns.
 */
export function applyAll(conversation: Conversation, events: readonly ConversationEvent[]): Conversation {
  const builder = new ConversationBuilder(conversation);
  for (const event of events) builder.apply(event);
  return builder.build();
}

/** A conversation that events change in place. Turns are replaced, not changed, since other conversations share them. */
class ConversationBuilder {
  /** Everything but the turns and what is shown. */
  #header: Conversation;
  #turns: Turn[] = [];
  #shown = new Map<string, string>();
  /** Indexes in `#turns`, by the id of a turn or of an answer. */
  readonly #indexOfTurn = new Map<string, number>();
  readonly #indexOfAnswer = new Map<string, number>();

  constructor(conversation: Conversation) {
    this.#header = this.#load(conversation);
  }

  build(): Conversation {
    return { ...this.#header, turns: [...this.#turns], shown: Object.fromEntries(this.#shown) };
  }

  apply(event: ConversationEvent): void {
    switch (event.type) {
      case "turn-add": {
        this.#addTurn(event);
        return;
      }
      case "answer-start": {
        this.#startAnswer(event);
        return;
      }
      case "answer-delta":
      case "answer-change":
      case "request-start":
      case "tool-call":
      case "tool-result": {
        this.#change(this.#indexOfAnswer.get(event.answer), (turn) => withChangedAnswer(turn, event));
        return;
      }
      case "columns-change": {
        this.#change(this.#indexOfTurn.get(event.turn), (turn) => withColumns(turn, event));
        return;
      }
      case "show":
        this.#shown.set(event.after, event.id);
        return;
      case "turn-delete":
        this.#header = this.#load(apply(this.build(), event));
        return;
      case "conversation-start":
      case "title-change":
      case "pin-change":
        this.#header = apply(this.#header, event);
    }
  }

  /** Takes over the turns. Returns the conversation without them. */
  #load(conversation: Conversation): Conversation {
    this.#turns = [...conversation.turns];
    this.#shown = new Map(Object.entries(conversation.shown));
    this.#indexOfTurn.clear();
    this.#indexOfAnswer.clear();
    for (const [index, turn] of this.#turns.entries()) {
      this.#indexOfTurn.set(turn.id, index);
      for (const { id } of turn.answers) this.#indexOfAnswer.set(id, index);
    }
    return { ...conversation, turns: [], shown: {} };
  }

  #addTurn(event: ConversationEvent & { type: "turn-add" }): void {
    const { turn: id, after, question } = event;
    if (this.#indexOfTurn.has(id)) return;
    if (after !== undefined && !this.#indexOfAnswer.has(after)) {
      // Rare: the file is damaged.
      this.#header = this.#load(apply(this.build(), event));
      return;
    }
    this.#indexOfTurn.set(id, this.#turns.length);
    this.#turns.push({ id, ...(after !== undefined && { after }), question, answers: [] });
    this.#shown.set(after ?? "", id);
  }

  #startAnswer(event: ConversationEvent & { type: "answer-start" }): void {
    const { turn, answer } = event;
    const index = this.#indexOfTurn.get(turn);
    if (index === undefined || this.#indexOfAnswer.has(answer)) return;
    this.#indexOfAnswer.set(answer, index);
    this.#change(index, (found) => withNewAnswer(found, event));
    this.#shown.set(turn, answer);
  }

  #change(index: number | undefined, change: (turn: Turn) => Turn): void {
    const turn = index === undefined ? undefined : this.#turns[index];
    if (index !== undefined && turn) this.#turns[index] = change(turn);
  }
}
