import type { Answer, Conversation, Turn } from "./conversation";

/** One turn on the screen: its answer, and which of how many versions of the question and of the answer are shown. */
export interface Step {
  readonly turn: Turn;
  readonly answer: Answer | undefined;
  /** Ids of the turns that follow the same answer (an edited question is one more), oldest first; `turn` is one of them. */
  readonly versions: readonly string[];
}

/** The branch of the conversation that is shown, from its first turn to its last. */
export function shownBranch(conversation: Conversation): Step[] {
  const followers = Map.groupBy(conversation.turns, ({ after }) => after ?? "");
  const path: Step[] = [];
  let siblings = followers.get("");
  let chosen = conversation.shown[""];
  while (siblings) {
    const turn = siblings.find(({ id }) => id === chosen) ?? siblings.at(-1);
    if (!turn) break;
    const answer = shownAnswer(conversation, turn);
    path.push({ turn, answer, versions: siblings.map(({ id }) => id) });
    siblings = answer && followers.get(answer.id);
    chosen = answer && conversation.shown[answer.id];
  }
  return path;
}

/** The steps up to and with this turn, along the branch that holds it, whether it is the shown one or not. */
export function branchTo(conversation: Conversation, turnId: string): Step[] {
  const steps: Step[] = [];
  let turn = conversation.turns.find(({ id }) => id === turnId);
  let answer = turn && shownAnswer(conversation, turn);
  while (turn) {
    const { after } = turn;
    const versions = conversation.turns.filter((each) => each.after === after).map(({ id }) => id);
    steps.unshift({ turn, answer, versions });
    turn = conversation.turns.find(({ answers }) => answers.some(({ id }) => id === after));
    answer = turn?.answers.find(({ id }) => id === after);
  }
  return steps;
}

/** The conversation as if it had gone no further than this turn, and no other way. */
export function forkAt(conversation: Conversation, turnId: string): Conversation {
  const turns = branchTo(conversation, turnId).map(({ turn, answer }) => ({
    ...turn,
    answers: answer ? [answer] : [],
  }));
  return { ...conversation, turns, pinned: false, shown: {} };
}

function shownAnswer(conversation: Conversation, turn: Turn): Answer | undefined {
  return turn.answers.find(({ id }) => id === conversation.shown[turn.id]) ?? turn.answers.at(-1);
}
