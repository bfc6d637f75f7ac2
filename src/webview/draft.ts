import { signal } from "@preact/signals";
import type { AttachmentView, DraftView } from "../chat/page/protocol";
import { post, savedState, saveState, type SavedPageState, type ScrollPlace } from "./host";

/** What is in the composer. Its words are the page's, kept here and, a moment later, by the host; its chips are the host's. */
export const draftText = signal("");
export const draftAttachments = signal<readonly AttachmentView[]>([]);
/** What waits until the present answer is complete. */
export const queued = signal<DraftView["queued"]>([]);
/** True between Enter and the host's word that the question is kept. */
export const submitting = signal(false);

let conversation = "";
let revision = 0;
let scroll: ScrollPlace = savedState()?.scroll ?? "end";
let timer: ReturnType<typeof setTimeout> | undefined;

/** What was pasted or dropped and is not yet with the host. */
const arriving = new Set<Promise<void>>();

/** How long typing must pause before the host is told. */
const pauseMs = 300;

/** The user's hand changed the words. */
export function typed(text: string): void {
  draftText.value = text;
  revision += 1;
  keep();
  clearTimeout(timer);
  timer = setTimeout(tellHost, pauseMs);
}

/** Sends what is in the composer, with what is still on its way there; the host empties it as soon as the question is safe. */
export function submit(): void {
  clearTimeout(timer);
  timer = undefined;
  submitting.value = true;
  const question = { type: "submit", conversation, text: draftText.value, revision } as const;
  if (arriving.size === 0) post(question);
  else void Promise.allSettled(arriving).then(() => post(question));
}

/** Work that ends with one more chip: a question that is sent meanwhile waits for it. */
export function arrives(work: Promise<void>): void {
  arriving.add(work);
  void work.finally(() => arriving.delete(work));
}

/** The host's draft: it counts, unless something newer was typed here while the page or the host was away. */
export function receiveDraft(draft: DraftView, of: string): void {
  // What was typed last belongs to the conversation that was shown then.
  if (of !== conversation && timer !== undefined) tellHost();
  const saved = of === conversation ? { text: draftText.value, revision } : stateOf(of);
  const newer = saved && saved.revision > draft.revision ? saved : undefined;
  conversation = of;
  submitting.value = false;
  draftAttachments.value = draft.attachments;
  queued.value = draft.queued;
  draftText.value = (newer ?? draft).text;
  revision = (newer ?? draft).revision;
  if (newer) tellHost();
  keep();
}

function tellHost(): void {
  clearTimeout(timer);
  timer = undefined;
  post({ type: "draft", conversation, text: draftText.value, revision });
}

/** Where the reader was in this conversation, when the page was left. */
export function savedScroll(of: string): ScrollPlace {
  return stateOf(of)?.scroll ?? "end";
}

export function scrolled(place: ScrollPlace): void {
  scroll = place;
  keep();
}

function stateOf(id: string): SavedPageState | undefined {
  const state = savedState();
  return state?.conversation === id ? state : undefined;
}

function keep(): void {
  saveState({ conversation, text: draftText.value, revision, scroll });
}
