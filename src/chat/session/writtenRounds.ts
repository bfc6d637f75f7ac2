import type { ConversationEvent } from "../conversation/conversationEvent";
import type { ToolEvent } from "../conversation/toolEvent";

type Delta = ConversationEvent & { type: "answer-delta" };

/**
 * What an answer has recorded in the rounds that are over. A model that breaks off in a later round does not void it: the variant that the next
 * model starts begins with it.
 */
export class WrittenRounds {
  readonly #ended: (Delta | ToolEvent)[] = [];
  #round = { text: "", reasoning: "" };

  /** Whether a round that is over has text. */
  get hasText(): boolean {
    return this.#text !== "";
  }

  /** The reasoning of the rounds that are over. */
  get reasoning(): string {
    return this.#deltas.map(({ reasoning = "" }) => reasoning).join("");
  }

  /** The event for a delta of the running round, as a paragraph of its own if an earlier round has written something. */
  delta(answer: string, { text, reasoning }: { text?: string; reasoning?: string }): Delta {
    const separated = {
      ...(text !== undefined && { text: separator(this.#text, this.#round.text) + text }),
      ...(reasoning !== undefined && {
        reasoning: separator(this.reasoning, this.#round.reasoning) + reasoning,
      }),
    };
    this.#round.text += separated.text ?? "";
    this.#round.reasoning += separated.reasoning ?? "";
    return { type: "answer-delta", answer, ...separated };
  }

  add(event: ToolEvent): void {
    this.#ended.push(event);
  }

  /** What the running round has written stays. */
  endRound(): void {
    const { text, reasoning } = this.#round;
    if (text !== "" || reasoning !== "") this.#ended.push({ type: "answer-delta", answer: "", text, reasoning });
    this.discardRound();
  }

  /** Forgets what the running round has written: its model broke off. */
  discardRound(): void {
    this.#round = { text: "", reasoning: "" };
  }

  /** The events for another variant of the answer. */
  events(answer: string): ConversationEvent[] {
    return this.#ended.map((event) => ({ ...event, answer }));
  }

  get #text(): string {
    return this.#deltas.map(({ text = "" }) => text).join("");
  }

  get #deltas(): Delta[] {
    return this.#ended.filter((event) => event.type === "answer-delta");
  }
}

function separator(before: string, present: string): string {
  return before !== "" && present === "" ? "\n\n" : "";
}
