import { batch, computed, signal } from "@preact/signals";
import type { ChatState, Environment, Notice, SendPreviewView, ToWebview, TurnView } from "../chat/page/protocol";
import { AnswerState, isRunning } from "./answerState";
import { receiveDraft } from "./draft";
import { findRequests } from "./finder";
import { receiveCodeLinks } from "./codeLinks";
import { receiveMentions } from "./mentionSearch";

/** A turn on the page: as the host told it, and its answer as it grows. */
export interface TurnState extends Omit<TurnView, "answer"> {
  readonly answer: AnswerState | undefined;
}

/** All that the page shows. It is the host's; the page only draws it and says what the user wants. */
export const conversation = signal<string | undefined>(undefined);
export const turns = signal<readonly TurnState[]>([]);
export const environment = signal<Environment>({ hasKey: true, modelChoice: "" });
export const notices = signal<readonly (Notice & { id: number })[]>([]);
/** What becomes of the question when it is sent now. */
export const sendPreview = signal<SendPreviewView>({ instructions: [] });
/** Texts of chips that were opened, by attachment id. */
export const attachmentTexts = signal<Readonly<Record<string, { text: string; surroundings?: string }>>>({});
/** Grows when the cursor is to go into the composer. */
export const focusRequests = signal(0);

/** The answer that is being written, if any. */
export const running = computed(() =>
  turns.value.map(({ answer }) => answer).findLast((answer) => answer && isRunning(answer.header.value)),
);

/** The turn that the conversation was sent from when it was sent last, where those before it did not fit. */
export const historyStart = computed(
  () => turns.value.findLast(({ answer }) => answer !== undefined)?.answer?.header.value.sentFrom,
);

let noticeCount = 0;

/** Takes in what the host says: an array of messages, all in one redraw. */
export function receive(messages: readonly ToWebview[]): void {
  batch(() => {
    for (const message of messages) take(message);
  });
}

/** Shows nothing until the host has said anew what there is. */
export function forget(): void {
  batch(() => {
    conversation.value = undefined;
    turns.value = [];
    notices.value = [];
  });
}

export function addNotice(notice: Notice): void {
  noticeCount += 1;
  const others = notices.value.filter(
    ({ text, about }) => text !== notice.text && (about === undefined || about !== notice.about),
  );
  notices.value = [...others, { ...notice, id: noticeCount }].slice(-3);
}

export function dismissNotice(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

function take(message: ToWebview): void {
  switch (message.type) {
    case "state":
      takeState(message.state);
      return;
    case "turns":
      turns.value = [...turns.value.slice(0, message.from), ...message.turns.map(turnModel)];
      return;
    case "answer": {
      const answer = findAnswer(message.answer.id);
      if (answer) answer.header.value = message.answer;
      return;
    }
    case "delta": {
      const answer = findAnswer(message.answer);
      if (message.reasoning) answer?.add("reasoning", message.reasoning);
      if (message.text) answer?.add("text", message.text);
      return;
    }
    case "draft":
      if (conversation.value !== undefined) receiveDraft(message.draft, conversation.value);
      return;
    case "send-preview":
      if (message.conversation === conversation.value) sendPreview.value = message.preview;
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
      return; // Nothing to show: `incoming.ts` draws it.
    case "notice":
      addNotice(message.notice);
      return;
    case "code-links":
      receiveCodeLinks(message);
      return;
    case "focus":
      focusRequests.value += 1;
      return;
    case "find":
      findRequests.value += 1;
      return;
  }
}

function takeState(state: ChatState): void {
  if (state.conversation !== conversation.value) sendPreview.value = { instructions: [] };
  conversation.value = state.conversation;
  turns.value = state.turns.map(turnModel);
  environment.value = state.environment;
  receiveDraft(state.draft, state.conversation);
}

function turnModel({ answer, ...turn }: TurnView): TurnState {
  return { ...turn, answer: answer && new AnswerState(answer) };
}

function findAnswer(id: string): AnswerState | undefined {
  return turns.value.findLast(({ answer }) => answer?.id === id)?.answer;
}
