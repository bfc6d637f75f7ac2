/** An `@` mention that is being typed. */
export interface MentionQuery {
  /** The offset of the `@`. */
  readonly start: number;
  /** The text after the `@`, up to the cursor. */
  readonly text: string;
}

/** Characters. Nothing longer is typed as a name. */
const maxQueryLength = 80;

/** The query that ends at the cursor. An `@` within a word, as in an email address, starts none. */
export function mentionQueryAt(text: string, cursor: number): MentionQuery | undefined {
  const textBefore = text.slice(Math.max(0, cursor - maxQueryLength - 2), cursor);
  const query = /(?:^|[\s([{"'`,;:])@([^\s@]*)$/.exec(textBefore)?.[1];
  return query === undefined || query.length > maxQueryLength
    ? undefined
    : { start: cursor - query.length - 1, text: query };
}

/**
 * The text without the query, and the new cursor offset. Within a sentence the name of the chosen mention replaces the query, so that the
 * sentence stays readable. At the start of the text nothing does, since the attachment shows the name.
 */
export function withoutMentionQuery(
  text: string,
  query: MentionQuery,
  name: string | undefined,
): { text: string; cursor: number } {
  if (name !== undefined && text.slice(0, query.start).trim() !== "") return withName(text, query, name);
  const { before, after } = aroundQuery(text, query);
  return { text: before + after.replace(/^ /, ""), cursor: query.start };
}

/** The text with a name in place of the query, and the new cursor offset. */
export function withName(text: string, query: MentionQuery, name: string): { text: string; cursor: number } {
  const { before, after } = aroundQuery(text, query);
  const space = /^\s/.test(after) ? "" : " ";
  return { text: before + name + space + after, cursor: query.start + name.length + 1 };
}

function aroundQuery(text: string, { start, text: query }: MentionQuery): { before: string; after: string } {
  return { before: text.slice(0, start), after: text.slice(start + 1 + query.length) };
}
