import type { ConversationEvent } from "../conversation/conversationEvent";

/**
 * Events collected until the next write. The deltas of an answer are merged, also between those of other answers, so that a fast model costs no
 * more writes and messages than a slow one.
 */
export class EventBatch {
  #events: ConversationEvent[] = [];

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  add(event: ConversationEvent): void {
    if (event.type === "answer-delta") this.#addDelta(event);
    else this.#events.push(event);
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

  #addDelta(delta: Delta): void {
    for (let index = this.#events.length - 1; index >= 0; index--) {
      const event = this.#events[index];
      if (event?.type !== "answer-delta") break;
      if (event.answer !== delta.answer) continue;
      this.#events[index] = merged(event, delta);
      return;
    }
    this.#events.push(delta);
  }
}

type Delta = ConversationEvent & { type: "answer-delta" };

function merged(first: Delta, second: Delta): Delta {
  const text = joined(first.text, second.text);
  const reasoning = joined(first.reasoning, second.reasoning);
  return { ...second, ...(text !== undefined && { text }), ...(reasoning !== undefined && { reasoning }) };
}

function joined(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined ? second : first + (second ?? "");
}
