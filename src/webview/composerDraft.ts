import { signal } from "@preact/signals";
import type { AttachmentView, DraftView } from "../chat/page/protocol";
import { wrapsCode } from "./codeWrap";
import { post, savedState, saveState, type SavedPageState, type ScrollPosition } from "./host";

/** The text in the composer. The page owns it, saves it, and posts it to the host with a delay. */
export const draftText = signal("");
/** The attachments in the composer. The host owns them. */
export const draftAttachments = signal<readonly AttachmentView[]>([]);
/** Questions that wait for the current answer to complete. */
export const queuedQuestions = signal<DraftView["queued"]>([]);
/** True from submitting a question until the host has saved it. */
export const submitting = signal(false);

let conversation = "";
let revision = 0;
let scroll: ScrollPosition = savedState()?.scroll ?? "end";
let postTimer: ReturnType<typeof setTimeout> | undefined;

/** Pasted or dropped attachments that have not been posted to the host yet. */
const pendingAttachments = new Set<Promise<void>>();

/** The pause in typing after which the draft is posted to the host, in milliseconds. */
const postDelayMs = 300;

/** Sets the text after the user changed it. */
export function editDraft(text: string): void {
  draftText.value = text;
  revision += 1;
  save();
  clearTimeout(postTimer);
  postTimer = setTimeout(postDraft, postDelayMs);
}

/**
 * Submits the draft once its pending attachments are posted; with `several`, to models that the user chooses then. The host empties the
 * composer when the question is saved.
 */
export function submit({ several } = { several: false }): void {
  clearTimeout(postTimer);
  postTimer = undefined;
  submitting.value = true;
  const question = { type: "submit", conversation, text: draftText.value, revision, several } as const;
  if (pendingAttachments.size === 0) post(question);
  else void Promise.allSettled(pendingAttachments).then(() => post(question));
}

/** Makes `submit` wait for work that adds an attachment. */
export function addPendingAttachment(work: Promise<void>): void {
  pendingAttachments.add(work);
  void work.finally(() => pendingAttachments.delete(work));
}

/** Applies the host's draft, unless the page has a newer text, typed while the page was hidden or the host restarted. */
export function receiveDraft(draft: DraftView, draftConversation: string): void {
  // The unposted text belongs to the conversation shown until now.
  if (draftConversation !== conversation && postTimer !== undefined) postDraft();
  const localDraft =
    draftConversation === conversation ? { text: draftText.value, revision } : savedStateOf(draftConversation);
  const newer = localDraft && localDraft.revision > draft.revision ? localDraft : undefined;
  conversation = draftConversation;
  submitting.value = false;
  draftAttachments.value = draft.attachments;
  queuedQuestions.value = draft.queued;
  draftText.value = (newer ?? draft).text;
  revision = (newer ?? draft).revision;
  if (newer) postDraft();
  save();
}

function postDraft(): void {
  clearTimeout(postTimer);
  postTimer = undefined;
  post({ type: "draft", conversation, text: draftText.value, revision });
}

/** The scroll position at which the user left the conversation. */
export function savedScrollPosition(conversationId: string): ScrollPosition {
  return savedStateOf(conversationId)?.scroll ?? "end";
}

export function saveScrollPosition(position: ScrollPosition): void {
  scroll = position;
  save();
}

function savedStateOf(conversationId: string): SavedPageState | undefined {
  const state = savedState();
  return state?.conversation === conversationId ? state : undefined;
}

function save(): void {
  saveState({ conversation, text: draftText.value, revision, scroll, wrapsCode: wrapsCode.peek() });
}

wrapsCode.subscribe(() => {
  if (conversation !== "") save();
});
