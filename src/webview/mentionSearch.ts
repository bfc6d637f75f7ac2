import { signal } from "@preact/signals";
import type { Source } from "../context/attachment";
import type { ToWebview } from "../chat/page/protocol";
import { draftText, typed } from "./draft";
import { post } from "./host";
import { withoutSourceQuery, type SourceQuery } from "./mentionQuery";

/** The list behind `@` while it is open. */
export interface SourceSearch {
  readonly asked: SourceQuery;
  readonly found: readonly Source[];
  /** False while what is shown was found for fewer letters than are typed by now. */
  readonly settled: boolean;
  /** The row that Enter takes. */
  readonly active: number;
}

export const sourceSearch = signal<SourceSearch | undefined>(undefined);
/** Where the cursor belongs in the text after something was chosen. */
export const cursorWish = signal<{ at: number } | undefined>(undefined);

let latest = 0;
/** Where a query begins whose list was closed: it stays closed. */
let dismissed: number | undefined;
/** Where a query begins whose list was open when the focus went elsewhere. */
let left: number | undefined;
/** Enter was pressed before the host had answered. */
let takesFirst = false;

/** The text or the cursor moved, and this query is before the cursor now. */
export function queryTyped(asked: SourceQuery | undefined): void {
  const before = sourceSearch.value;
  // That the cursor moved is told a moment after the letter that moved it, perhaps after Enter.
  if (asked && before?.asked.start === asked.start && before.asked.query === asked.query) return;
  takesFirst = false;
  if (asked?.start !== dismissed) dismissed = undefined;
  if (!asked || dismissed !== undefined) {
    sourceSearch.value = undefined;
    return;
  }
  latest += 1;
  sourceSearch.value = { asked, found: before?.found ?? [], settled: false, active: 0 };
  post({ type: "find-sources", search: latest, query: asked.query });
}

/** The cursor went elsewhere: only a list that is open already follows it. */
export function cursorMoved(asked: SourceQuery | undefined): void {
  if (sourceSearch.value) queryTyped(asked?.start === sourceSearch.value.asked.start ? asked : undefined);
}

export function takeSources({ search, found }: ToWebview & { type: "sources" }): void {
  if (search !== latest || !sourceSearch.value) return;
  sourceSearch.value = { ...sourceSearch.value, found, settled: true, active: 0 };
  if (takesFirst) chooseSource();
}

/** Closes the list; the next letter opens it again. */
export function closeSources(): void {
  takesFirst = false;
  sourceSearch.value = undefined;
}

/** The focus goes elsewhere, perhaps to another window for a moment. */
export function leaveSources(): void {
  left = sourceSearch.value?.asked.start;
  closeSources();
}

/** The focus is back: a list that was open when it went is there again. */
export function returnToSources(asked: SourceQuery | undefined): void {
  if (asked && asked.start === left) queryTyped(asked);
  left = undefined;
}

/** Closes the list, and leaves it closed for this `@`. */
export function dismissSources(): void {
  dismissed = sourceSearch.value?.asked.start;
  closeSources();
}

/** Moves to another row, past the end to the beginning. */
export function moveInSources(by: number): void {
  const search = sourceSearch.value;
  const count = search?.found.length ?? 0;
  if (search && count > 0) sourceSearch.value = { ...search, active: (search.active + by + count) % count };
}

/** Attaches a row: the active one where none is named. Gives `false` where there is none to take. */
export function chooseSource(index = sourceSearch.value?.active ?? 0): boolean {
  const search = sourceSearch.value;
  if (!search) return false;
  if (!search.settled) return (takesFirst = true);
  const source = search.found[index];
  if (!source) return false;
  const { text, cursor } = withoutSourceQuery(draftText.value, search.asked, nameOf(source));
  closeSources();
  typed(text);
  cursorWish.value = { at: cursor };
  post({ type: "attach-source", id: source.id });
  return true;
}

/** What a sentence can call it: what has no name of its own, as a problem, is left to the chip. */
function nameOf({ kind, label }: Source): string | undefined {
  return ["file", "folder", "image", "symbol"].includes(kind) ? label : undefined;
}
