import { signal } from "@preact/signals";
import type { Mention } from "../context/attachment";
import type { ToWebview } from "../chat/page/protocol";
import { draftText, typed } from "./draft";
import { post } from "./host";
import { withoutMentionQuery, type MentionQuery } from "./mentionQuery";

/** The list behind `@` while it is open. */
export interface MentionSearch {
  readonly asked: MentionQuery;
  readonly found: readonly Mention[];
  /** False while what is shown was found for fewer letters than are typed by now. */
  readonly settled: boolean;
  /** The row that Enter takes. */
  readonly active: number;
}

export const mentionSearch = signal<MentionSearch | undefined>(undefined);
/** Where the cursor belongs in the text after something was chosen. */
export const cursorRequest = signal<{ at: number } | undefined>(undefined);

let latest = 0;
/** Where a query begins whose list was closed: it stays closed. */
let dismissed: number | undefined;
/** Where a query begins whose list was open when the focus went elsewhere. */
let left: number | undefined;
/** Enter was pressed before the host had answered. */
let takesFirst = false;

/** The text or the cursor moved, and this query is before the cursor now. */
export function queryTyped(asked: MentionQuery | undefined): void {
  const before = mentionSearch.value;
  // That the cursor moved is told a moment after the letter that moved it, perhaps after Enter.
  if (asked && before?.asked.start === asked.start && before.asked.query === asked.query) return;
  takesFirst = false;
  if (asked?.start !== dismissed) dismissed = undefined;
  if (!asked || dismissed !== undefined) {
    mentionSearch.value = undefined;
    return;
  }
  latest += 1;
  mentionSearch.value = { asked, found: before?.found ?? [], settled: false, active: 0 };
  post({ type: "find-mentions", search: latest, query: asked.query });
}

/** The cursor went elsewhere: only a list that is open already follows it. */
export function cursorMoved(asked: MentionQuery | undefined): void {
  if (mentionSearch.value) queryTyped(asked?.start === mentionSearch.value.asked.start ? asked : undefined);
}

export function receiveMentions({ search, found }: ToWebview & { type: "mentions" }): void {
  if (search !== latest || !mentionSearch.value) return;
  mentionSearch.value = { ...mentionSearch.value, found, settled: true, active: 0 };
  if (takesFirst) chooseMention();
}

/** Closes the list; the next letter opens it again. */
export function closeMentions(): void {
  takesFirst = false;
  mentionSearch.value = undefined;
}

/** The focus goes elsewhere, perhaps to another window for a moment. */
export function leaveMentions(): void {
  left = mentionSearch.value?.asked.start;
  closeMentions();
}

/** The focus is back: a list that was open when it went is there again. */
export function returnToMentions(asked: MentionQuery | undefined): void {
  if (asked && asked.start === left) queryTyped(asked);
  left = undefined;
}

/** Closes the list, and leaves it closed for this `@`. */
export function dismissMentions(): void {
  dismissed = mentionSearch.value?.asked.start;
  closeMentions();
}

/** Moves to another row, past the end to the beginning. */
export function moveInMentions(by: number): void {
  const search = mentionSearch.value;
  const count = search?.found.length ?? 0;
  if (search && count > 0) mentionSearch.value = { ...search, active: (search.active + by + count) % count };
}

/** Attaches a row: the active one where none is named. Gives `false` where there is none to take. */
export function chooseMention(index = mentionSearch.value?.active ?? 0): boolean {
  const search = mentionSearch.value;
  if (!search) return false;
  if (!search.settled) return (takesFirst = true);
  const mention = search.found[index];
  if (!mention) return false;
  const { text, cursor } = withoutMentionQuery(draftText.value, search.asked, nameOf(mention));
  closeMentions();
  typed(text);
  cursorRequest.value = { at: cursor };
  post({ type: "attach-mention", id: mention.id });
  return true;
}

/** What a sentence can call it: what has no name of its own, as a problem, is left to the chip. */
function nameOf({ kind, label }: Mention): string | undefined {
  return ["file", "folder", "image", "symbol"].includes(kind) ? label : undefined;
}
