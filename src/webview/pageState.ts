import { batch, computed, effect, signal } from "@preact/signals";
import type { ChatState, Environment, Notice, SendPreviewView, ToWebview, TurnView } from "../chat/page/protocol";
import { AnswerState, isRunning } from "./answerState";
import { draftAttachments, draftText, receiveDraft } from "./composerDraft";
import { findRequests } from "./findHighlights";
import { receiveCodeLinks } from "./linkCode";
import { receiveMentions } from "./mentionSearch";
import { projectSearch } from "./projectSearch";

/** A turn from the host, with its answer as state that receives deltas. */
export interface TurnState extends Omit<TurnView, "answer" | "columns"> {
  readonly answer: AnswerState | undefined;
  /** Instead of `answer`: those of several models side by side. */
  readonly columns: readonly AnswerState[];
}

/** The id of the conversation on the page; `undefined` until the host has sent its state. */
export const conversation = signal<string | undefined>(undefined);
export const turns = signal<readonly TurnState[]>([]);
export const environment = signal<Environment>({ canAsk: true, modelChoice: "" });
export const notices = signal<readonly (Notice & { id: number; shownAt: number })[]>([]);
/** What sending the current draft would include, and warnings about it. */
export const sendPreview = signal<SendPreviewView>({ instructions: [] });
/** The texts of opened attachments, by attachment id. */
export const attachmentTexts = signal<Readonly<Record<string, { text: string; surroundings?: string }>>>({});
/** Incremented by each request to focus the composer. */
export const focusRequests = signal(0);

/** A part of the composer's text to select. */
export const textSelection = signal<{ start: number; end: number } | undefined>(undefined);

/** The answer that is waiting or streaming, if any. */
export const running = computed(() =>
  turns.value.flatMap(shownAnswers).findLast((answer) => isRunning(answer.header.value)),
);

/** Of several answers in tabs, the id of the one that is shown. */
export const readAnswer = signal<string | undefined>(undefined);

/**
 * Of several answers to the last question, the one that the next question goes on from. The host decides in the same way when all have ended,
 * so a question that is asked before goes on from one that is still being written.
 */
export const goesOnFrom = computed(() => {
  const { columns = [] } = turns.value.at(-1) ?? {};
  const possible = columns.filter(({ header }) => header.value.status === "complete" || isRunning(header.value));
  return possible.find(({ id }) => id === readAnswer.value) ?? possible[0] ?? columns[0];
});

/** Whether an answer cannot be asked for again because another one is running. One of several side by side can. */
export function isWaitingForOthers(id: string): boolean {
  const isColumn = turns.value.some(({ columns }) => columns.some((answer) => answer.id === id));
  return !isColumn && running.value !== undefined;
}

/** The first turn that the last request included, if earlier turns did not fit. */
export const historyStart = computed(() => turns.value.flatMap(shownAnswers).at(-1)?.header.value.sentFrom);

let lastNoticeId = 0;
/** Who types on does not miss a notice that comes meanwhile. */
const minShownMs = 1_000;

/** Applies messages from the host, all in one render. */
export function receive(messages: readonly ToWebview[]): void {
  batch(() => {
    for (const message of messages) apply(message);
  });
}

/** Empties the page until the host sends its state again. */
export function clearState(): void {
  batch(() => {
    conversation.value = undefined;
    turns.value = [];
    notices.value = [];
  });
}

/** Adds a notice. It replaces one with the same text or about the same thing; only the last three are shown. */
export function addNotice(notice: Notice): void {
  lastNoticeId += 1;
  const others = notices.value.filter(
    ({ text, about }) => text !== notice.text && (about === undefined || about !== notice.about),
  );
  notices.value = [...others, { ...notice, id: lastNoticeId, shownAt: performance.now() }].slice(-3);
}

/** Removes the notices about the question that is being sent, or sent again. Those about the file of the chat stay as long as their cause. */
export function dismissDraftNotices(): void {
  notices.value = notices.value.filter(({ about, severity }) => about !== undefined && severity === "error");
}

/** Removes the notices that answer what the user did before, because the user does something else in the composer. */
export function dismissAnsweredNotices(): void {
  if (notices.value.length === 0) return;
  const now = performance.now();
  notices.value = notices.value.filter(({ about, shownAt }) => about !== undefined || now - shownAt < minShownMs);
}

export function dismissNotice(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** What was returned to the composer is no longer there. */
effect(() => {
  if (draftText.value !== "" || draftAttachments.value.length > 0) return;
  notices.value = notices.peek().filter(({ about }) => about !== "queue");
});

function apply(message: ToWebview): void {
  switch (message.type) {
    case "state":
      applyState(message.state);
      return;
    case "turns":
      turns.value = [...turns.value.slice(0, message.from), ...message.turns.map(turnState)];
      return;
    case "answer": {
      const answer = findAnswer(message.answer.id);
      if (answer) answer.header.value = message.answer;
      return;
    }
    case "delta": {
      const answer = findAnswer(message.answer);
      if (message.reasoning) answer?.append("reasoning", message.reasoning);
      if (message.text) answer?.append("text", message.text);
      return;
    }
    case "draft":
      if (conversation.value !== undefined) receiveDraft(message.draft, conversation.value);
      return;
    case "send-preview":
      if (message.conversation === conversation.value) sendPreview.value = message.preview;
      return;
    case "project-search":
      projectSearch.value = message;
      return;
    case "environment":
      environment.value = message.environment;
      return;
    case "attachment-text":
      attachmentTexts.value = { ...attachmentTexts.value, [message.id]: message };
      return;
    case "mentions":
      receiveMentions(message);
      return;
    case "fit-image":
      return; // `main.ts` handles it.
    case "notice":
      addNotice(message.notice);
      return;
    case "code-links":
      receiveCodeLinks(message);
      return;
    case "focus":
      focusRequests.value += 1;
      return;
    case "select-text":
      textSelection.value = { start: message.start, end: message.end };
      return;
    case "find":
      findRequests.value += 1;
      return;
  }
}

function applyState(state: ChatState): void {
  if (state.conversation !== conversation.value) {
    sendPreview.value = { instructions: [] };
    projectSearch.value = undefined;
    notices.value = [];
  }
  conversation.value = state.conversation;
  turns.value = state.turns.map(turnState);
  environment.value = state.environment;
  receiveDraft(state.draft, state.conversation);
}

function turnState({ answer, columns = [], ...turn }: TurnView): TurnState {
  return {
    ...turn,
    answer: answer && new AnswerState(answer),
    columns: columns.map((each) => new AnswerState(each)),
  };
}

/** The answers of a turn that are shown: none, one, or those of several models. */
function shownAnswers({ answer, columns }: TurnState): readonly AnswerState[] {
  return answer ? [answer] : columns;
}

/** The shown answer with this id. The host can replace its state while it runs. */
export function findAnswer(id: string): AnswerState | undefined {
  const isThis = (answer: AnswerState): boolean => answer.id === id;
  const turn = turns.value.findLast((each) => shownAnswers(each).some(isThis));
  return turn && shownAnswers(turn).find(isThis);
}
