import type { ConversationEvent } from "../conversation/conversationEvent";

/**
 * Events collected until the next write. Consecutive deltas of an answer are merged, so that a fast model costs no more writes
 * and messages than a slow one.
 */
export class EventBatch {
  #events: ConversationEvent[] = [];

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  add(event: ConversationEvent): void {
    const last = this.#events.at(-1);
    if (event.type === "answer-delta" && last?.type === "answer-delta" && last.answer === event.answer) {
      const text = joined(last.text, event.text);
      const reasoning = joined(last.reasoning, event.reasoning);
      const merged = { ...event, ...(text !== undefined && { text }), ...(reasoning !== undefined && { reasoning }) };
      this.#events[this.#events.length - 1] = merged;
    } else {
      this.#events.push(event);
    }
  }

  /** Returns events that were taken to the front. */
  putBack(events: readonly ConversationEvent[]): void {
    this.#events = [...events, ...this.#events];
  }

  /** Removes and returns the first events, up to one for which `isTaken` is false. */
  takeWhile(isTaken: (event: ConversationEvent) => boolean): ConversationEvent[] {
    const end = this.#events.findIndex((event) => !isTaken(event));
    return this.#events.splice(0, end < 0 ? this.#events.length : end);
  }

  /** Removes and returns all events. */
  take(): ConversationEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** The events, without removing them. */
  peek(): readonly ConversationEvent[] {
    return this.#events;
  }
}

function joined(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined ? second : first + (second ?? "");
}
