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
/** The text that was last received from the host or posted to it. What differs from it, the user has typed since. */
let base = { text: "", revision: 0 };
let scroll: ScrollPosition = savedState()?.scroll ?? "end";
let postTimer: ReturnType<typeof setTimeout> | undefined;

/** Pasted or dropped attachments that have not been posted to the host yet. */
const pendingAttachments = new Set<Promise<void>>();

/** The pause in typing after which the draft is posted to the host, in milliseconds. */
const postDelayMs = 300;

/** Sets the text after the user changed it. */
export function editDraft(text: string): void {
  draftText.value = text;
  revision = text === base.text ? base.revision : revision + 1;
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
  const question = { type: "submit", ...typed(), several } as const;
  if (pendingAttachments.size === 0) post(question);
  else void Promise.allSettled(pendingAttachments).then(() => post(question));
}

/** Makes `submit` wait for work that adds an attachment. */
export function addPendingAttachment(work: Promise<void>): void {
  pendingAttachments.add(work);
  void work.finally(() => pendingAttachments.delete(work));
}

/**
 * Applies the host's draft. A text that the user has typed and the host does not know yet stays, and is posted: if the host's has changed
 * meanwhile, it sends both together.
 */
export function receiveDraft(draft: DraftView, draftConversation: string): void {
  // The unposted text belongs to the conversation shown until now.
  if (draftConversation !== conversation && postTimer !== undefined) postDraft();
  const isShown = draftConversation === conversation;
  const local = isShown ? { text: draftText.value, revision, base } : savedStateOf(draftConversation);
  conversation = draftConversation;
  submitting.value = false;
  draftAttachments.value = draft.attachments;
  queuedQuestions.value = draft.queued;
  const kept = local && isKept(local, draft, isShown) ? local : undefined;
  draftText.value = (kept ?? draft).text;
  revision = kept ? Math.max(kept.revision, draft.revision + 1) : draft.revision;
  base = { text: draft.text, revision: draft.revision };
  // A host that does not know a text that was posted has been killed since; so its own may be based on any.
  if (kept) base = kept.base && (isShown || kept.base.text !== kept.text) ? kept.base : { text: "", revision: 0 };
  // What was typed in this page is posted after the pause, or has been already.
  if (kept && !isShown) postDraft();
  save();
}

type LocalDraft = Pick<SavedPageState, "text" | "revision" | "base">;

/**
 * Whether the page's text stays: it is newer, or the user has typed what the host does not know. A text that was saved before a crash, on
 * what the host has, may have been asked since.
 */
function isKept({ text, revision, base }: LocalDraft, draft: DraftView, isShown: boolean): boolean {
  if (revision > draft.revision) return true;
  return base !== undefined && base.text !== text && (isShown || base.text !== draft.text);
}

function postDraft(): void {
  clearTimeout(postTimer);
  postTimer = undefined;
  post({ type: "draft", ...typed() });
}

/** The text for the host, which is known to it from now on. */
function typed(): { conversation: string; text: string; revision: number; base: string } {
  const message = { conversation, text: draftText.value, revision, base: base.text };
  base = { text: message.text, revision };
  save();
  return message;
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
  saveState({ conversation, text: draftText.value, revision, base, scroll, wrapsCode: wrapsCode.peek() });
}

wrapsCode.subscribe(() => {
  if (conversation !== "") save();
});
