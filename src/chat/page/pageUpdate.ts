import { findAnswer, type Conversation, type Question } from "../conversation/conversation";
import type { ConversationEvent } from "../conversation/conversationEvent";
import { shownBranch, type Step } from "../conversation/branch";
import type { ToWebview, TurnView } from "./protocol";
import { answerHeader, turnView, type ViewDependencies } from "./turnView";

/** Follows one conversation for one page: what it has been shown, and the messages that bring it up to date. */
export class PageUpdate {
  /** Per shown turn, all that decides whether it has to be drawn anew. */
  #frames: readonly Frame[] = [];
  readonly #sources: ViewDependencies;

  constructor(sources: ViewDependencies) {
    this.#sources = sources;
  }

  /** Every turn of the shown branch. */
  whole(conversation: Conversation): TurnView[] {
    const path = shownBranch(conversation);
    this.#frames = path.map(frame);
    return path.map((step) => turnView(step, this.#sources));
  }

  /** The messages for these events; `conversation` is what they made of it. */
  messages(events: readonly ConversationEvent[], conversation: Conversation): ToWebview[] {
    const redrawn = events.some(changesFrames) ? this.#redraw(events, conversation) : undefined;
    const messages: ToWebview[] = redrawn ? [redrawn] : [];
    const shown = this.#shownAnswers(conversation, redrawn?.from);
    const changed = new Set<string>();
    for (const event of events) {
      if (!("answer" in event) || !shown.has(event.answer)) continue;
      if (event.type === "answer-change") changed.add(event.answer);
      if (event.type !== "answer-delta") continue;
      messages.push({ ...event, type: "delta" });
    }
    for (const id of changed) {
      const found = findAnswer(conversation, id);
      if (found) messages.push({ type: "answer", answer: answerHeader(found.answer, this.#sources) });
    }
    return messages;
  }

  /** The turns from the first that looks different on. */
  #redraw(
    events: readonly ConversationEvent[],
    conversation: Conversation,
  ): (ToWebview & { type: "turns" }) | undefined {
    const path = shownBranch(conversation);
    const rewritten = new Set(events.flatMap((event) => (isRewritten(event) ? event.answer : [])));
    const before = this.#frames;
    this.#frames = path.map(frame);
    const from = path.findIndex(
      (step, index) => !isSame(this.#frames[index], before[index]) || (step.answer && rewritten.has(step.answer.id)),
    );
    if (from >= 0) return { type: "turns", from, turns: path.slice(from).map((step) => turnView(step, this.#sources)) };
    return path.length < before.length ? { type: "turns", from: path.length, turns: [] } : undefined;
  }

  /** Answers on the screen that are not in what is drawn anew. */
  #shownAnswers(conversation: Conversation, from: number | undefined): Set<string> {
    const steps = shownBranch(conversation).slice(0, from);
    return new Set(steps.flatMap(({ answer }) => answer?.id ?? []));
  }
}

interface Frame {
  readonly question: Question;
  readonly rest: string;
}

function frame({ turn, answer, versions }: Step): Frame {
  const variants = turn.answers.map(({ id }) => id);
  return { question: turn.question, rest: JSON.stringify([answer?.id, answer?.startedAt, variants, versions]) };
}

function isSame(a: Frame | undefined, b: Frame | undefined): boolean {
  return a?.question === b?.question && a?.rest === b?.rest;
}

function changesFrames(event: ConversationEvent): boolean {
  return !(event.type === "answer-delta" || event.type === "answer-change") || isRewritten(event);
}

/** True when an answer's text was replaced, not only added to. */
function isRewritten(event: ConversationEvent): event is ConversationEvent & { type: "answer-change" } {
  return event.type === "answer-change" && (event.changes.text !== undefined || event.changes.reasoning !== undefined);
}
