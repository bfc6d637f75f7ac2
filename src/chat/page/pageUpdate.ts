import { findAnswer, type Answer, type Conversation, type Question } from "../conversation/conversation";
import type { ConversationEvent } from "../conversation/conversationEvent";
import { shownBranch, type Step } from "../conversation/branch";
import type { ToWebview, TurnView } from "./protocol";
import { answerHeader, turnView, type ViewDependencies } from "./turnView";

/** Turns the events of one conversation into messages for one page, based on what the page shows already. */
export class PageUpdate {
  /** One per shown turn; a turn is rendered again if its fingerprint changes. */
  #fingerprints: readonly Fingerprint[] = [];
  readonly #dependencies: ViewDependencies;

  constructor(dependencies: ViewDependencies) {
    this.#dependencies = dependencies;
  }

  /** All turns of the shown branch. */
  whole(conversation: Conversation): TurnView[] {
    const branch = shownBranch(conversation);
    this.#fingerprints = branch.map(fingerprint);
    return branch.map((step) => turnView(step, this.#dependencies));
  }

  /** The messages for these events; `conversation` includes them. */
  messages(events: readonly ConversationEvent[], conversation: Conversation): ToWebview[] {
    const turns = events.some(changesTurns) ? this.#changedTurns(events, conversation) : undefined;
    const messages: ToWebview[] = turns ? [turns] : [];
    const shown = this.#shownAnswers(conversation, turns?.from);
    const changed = new Set<string>();
    for (const event of events) {
      if (!("answer" in event) || !shown.has(event.answer)) continue;
      if (event.type === "answer-delta") messages.push({ ...event, type: "delta" });
      else changed.add(event.answer);
    }
    for (const id of changed) {
      const found = findAnswer(conversation, id);
      if (found) messages.push({ type: "answer", answer: answerHeader(found.answer, this.#dependencies) });
    }
    return messages;
  }

  /** The message with all turns from the first changed one on. */
  #changedTurns(
    events: readonly ConversationEvent[],
    conversation: Conversation,
  ): (ToWebview & { type: "turns" }) | undefined {
    const branch = shownBranch(conversation);
    const rewritten = new Set(events.flatMap((event) => (isRewritten(event) ? event.answer : [])));
    const before = this.#fingerprints;
    this.#fingerprints = branch.map(fingerprint);
    const from = branch.findIndex(
      (step, index) =>
        !isSame(this.#fingerprints[index], before[index]) || shownAnswers(step).some(({ id }) => rewritten.has(id)),
    );
    if (from >= 0)
      return { type: "turns", from, turns: branch.slice(from).map((step) => turnView(step, this.#dependencies)) };
    return branch.length < before.length ? { type: "turns", from: branch.length, turns: [] } : undefined;
  }

  /** Ids of the shown answers in turns before `end`, which are not posted again. */
  #shownAnswers(conversation: Conversation, end: number | undefined): Set<string> {
    const steps = shownBranch(conversation).slice(0, end);
    return new Set(steps.flatMap(shownAnswers).map(({ id }) => id));
  }
}

interface Fingerprint {
  readonly question: Question;
  readonly ids: string;
}

/** The answers that the page shows. */
function shownAnswers({ answer, columns }: Step): readonly Answer[] {
  if (columns.length > 0) return columns;
  return answer ? [answer] : [];
}

function fingerprint(step: Step): Fingerprint {
  const { turn, columns, versions } = step;
  const shown = shownAnswers(step).map(({ id, startedAt }) => [id, startedAt]);
  const variants = turn.answers.map(({ id }) => id);
  return { question: turn.question, ids: JSON.stringify([shown, columns.length > 0, variants, versions]) };
}

function isSame(a: Fingerprint | undefined, b: Fingerprint | undefined): boolean {
  return a?.question === b?.question && a?.ids === b?.ids;
}

function changesTurns(event: ConversationEvent): boolean {
  return !("answer" in event) || event.type === "answer-start" || isRewritten(event);
}

/** True if the text of an answer was replaced instead of extended. */
function isRewritten(event: ConversationEvent): event is ConversationEvent & { type: "answer-change" } {
  return event.type === "answer-change" && (event.changes.text !== undefined || event.changes.reasoning !== undefined);
}
