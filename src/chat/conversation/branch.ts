import { findAnswer, type Answer, type Conversation, type Turn } from "./conversation";

/** A turn of a branch, with the answer shown for it. */
export interface Step {
  readonly turn: Turn;
  readonly answer: Answer | undefined;
  /** The answers that are shown side by side instead of `answer`; empty as a rule. */
  readonly columns: readonly Answer[];
  /** Ids of all turns that follow the same answer, oldest first, including `turn`. Editing a question adds one. */
  readonly versions: readonly string[];
}

/** The shown branch of the conversation, from its first turn to its last. */
export function shownBranch(conversation: Conversation): Step[] {
  const followers = Map.groupBy(conversation.turns, ({ after }) => after ?? "");
  const steps: Step[] = [];
  let siblings = followers.get("");
  let chosen = conversation.shown[""];
  while (siblings) {
    const turn = siblings.find(({ id }) => id === chosen) ?? siblings.at(-1);
    if (!turn) break;
    const answer = shownAnswer(conversation, turn);
    steps.push({ turn, answer, columns: columnsOf(turn), versions: siblings.map(({ id }) => id) });
    siblings = answer && followers.get(answer.id);
    chosen = answer && conversation.shown[answer.id];
  }
  return steps;
}

/** The steps up to and including this turn, along its branch, even when that branch is not shown. */
export function branchTo(conversation: Conversation, turnId: string): Step[] {
  const { turns } = conversation;
  const turnOfAnswer = new Map(turns.flatMap((turn) => turn.answers.map(({ id }) => [id, turn] as const)));
  const followers = Map.groupBy(turns, ({ after }) => after ?? "");
  const steps: Step[] = [];
  let turn = turns.find(({ id }) => id === turnId);
  let answer = turn && shownAnswer(conversation, turn);
  while (turn) {
    const { after = "" } = turn;
    const versions = (followers.get(after) ?? []).map(({ id }) => id);
    steps.push({ turn, answer, columns: columnsOf(turn), versions });
    turn = turnOfAnswer.get(after);
    answer = turn?.answers.find(({ id }) => id === after);
  }
  return steps.reverse();
}

/** A copy of the conversation that ends with this answer and has no other branches. */
export function forkAt(conversation: Conversation, answerId: string): Conversation {
  const end = findAnswer(conversation, answerId);
  const steps = end ? branchTo(conversation, end.turn.id) : [];
  const turns = steps.map(({ turn: { columns, ...turn }, answer }, index) => {
    const kept = index < steps.length - 1 ? answer : end?.answer;
    return { ...turn, answers: kept ? [kept] : [] };
  });
  return { ...conversation, turns, pinned: false, shown: {} };
}

function shownAnswer(conversation: Conversation, turn: Turn): Answer | undefined {
  return turn.answers.find(({ id }) => id === conversation.shown[turn.id]) ?? turn.answers.at(-1);
}

/**
 * The answer that the next question follows. Of several side by side, a complete one, so that the user need not choose: the one that is read
 * in a tab, or else the first. `read`: its id.
 */
export function goesOnFrom({ answer, columns }: Step, read?: string): Answer | undefined {
  const complete = columns.filter(({ status }) => status === "complete");
  return complete.find(({ id }) => id === read) ?? complete[0] ?? columns[0] ?? answer;
}

function columnsOf({ answers, columns = [] }: Turn): Answer[] {
  return columns.flatMap((id) => answers.find((answer) => answer.id === id) ?? []);
}
