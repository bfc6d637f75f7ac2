import { signal } from "@preact/signals";
import type { Mention } from "../context/attachment";
import type { ToWebview } from "../chat/page/protocol";
import { draftText, editDraft } from "./composerDraft";
import { projectMention } from "../manifest";
import { post } from "./host";
import { withName, withoutMentionQuery, type MentionQuery } from "./mentionQuery";

/** The open list of `@` mentions. */
export interface MentionSearch {
  readonly query: MentionQuery;
  readonly results: readonly Mention[];
  /** False while `results` are those of an earlier query. */
  readonly settled: boolean;
  /** The index of the active row. */
  readonly active: number;
}

export const mentionSearch = signal<MentionSearch | undefined>(undefined);
/** The cursor offset to set after a mention was chosen. */
export const cursorRequest = signal<{ at: number } | undefined>(undefined);

let latestSearch = 0;
/** The start of a query whose list the user closed: the list stays closed. */
let dismissedStart: number | undefined;
/** The start of a query whose list was open when the field lost the focus. */
let suspendedStart: number | undefined;
/** Enter was pressed before the results arrived: choose the first one. */
let chooseFirstResult = false;

/** Opens, updates or closes the list for the query before the cursor. */
export function updateMentionQuery(query: MentionQuery | undefined): void {
  const previous = mentionSearch.value;
  // `selectionchange` follows the input that caused it, and can even come after Enter.
  if (query && previous?.query.start === query.start && previous.query.text === query.text) return;
  chooseFirstResult = false;
  if (query?.start !== dismissedStart) dismissedStart = undefined;
  if (!query || dismissedStart !== undefined) {
    mentionSearch.value = undefined;
    return;
  }
  latestSearch += 1;
  mentionSearch.value = { query, results: previous?.results ?? [], settled: false, active: 0 };
  post({ type: "find-mentions", search: latestSearch, query: query.text });
}

/** Updates an open list when the cursor moves. Moving the cursor never opens one. */
export function followCursor(query: MentionQuery | undefined): void {
  if (mentionSearch.value) updateMentionQuery(query?.start === mentionSearch.value.query.start ? query : undefined);
}

export function receiveMentions({ search, found }: ToWebview & { type: "mentions" }): void {
  if (search !== latestSearch || !mentionSearch.value) return;
  mentionSearch.value = { ...mentionSearch.value, results: found, settled: true, active: 0 };
  if (chooseFirstResult) chooseMention();
}

/** Closes the list. The next input reopens it. */
export function closeMentions(): void {
  chooseFirstResult = false;
  mentionSearch.value = undefined;
}

/** Closes the list while the field has no focus, for example because another window is active. */
export function suspendMentions(): void {
  suspendedStart = mentionSearch.value?.query.start;
  closeMentions();
}

/** Reopens a suspended list when the field gets the focus again. */
export function resumeMentions(query: MentionQuery | undefined): void {
  if (query && query.start === suspendedStart) updateMentionQuery(query);
  suspendedStart = undefined;
}

/** Closes the list for this `@`. Further input does not reopen it. */
export function dismissMentions(): void {
  dismissedStart = mentionSearch.value?.query.start;
  closeMentions();
}

/** Moves the active row, wrapping around at both ends. */
export function moveActiveMention(by: number): void {
  const search = mentionSearch.value;
  const count = search?.results.length ?? 0;
  if (search && count > 0) mentionSearch.value = { ...search, active: (search.active + by + count) % count };
}

/** Attaches the mention at `index`, by default the active one. Returns `false` if there is none. */
export function chooseMention(index = mentionSearch.value?.active ?? 0): boolean {
  const search = mentionSearch.value;
  if (!search) return false;
  if (!search.settled) return (chooseFirstResult = true);
  const mention = search.results[index];
  if (!mention) return false;
  const isProject = mention.kind === "project";
  const { text, cursor } = isProject
    ? withName(draftText.value, search.query, projectMention)
    : withoutMentionQuery(draftText.value, search.query, nameInText(mention));
  closeMentions();
  editDraft(text);
  cursorRequest.value = { at: cursor };
  // The host follows the question that mentions the project.
  if (!isProject) post({ type: "attach-mention", id: mention.id });
  return true;
}

/** The name for use in a sentence. Other kinds, such as problems, have none. */
function nameInText({ kind, label }: Mention): string | undefined {
  return ["file", "folder", "image", "symbol"].includes(kind) ? label : undefined;
}
