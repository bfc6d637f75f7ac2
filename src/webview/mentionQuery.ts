/** What is being typed after an `@`, to attach it. */
export interface MentionQuery {
  /** Where the `@` stands in the text. */
  readonly start: number;
  /** What follows it, up to the cursor. */
  readonly query: string;
}

/** Longer than this no name is typed. */
const longestQuery = 80;

/** The query that ends at the cursor; an `@` within a word, as in an e-mail address, begins none. */
export function mentionQueryAt(text: string, cursor: number): MentionQuery | undefined {
  const before = text.slice(Math.max(0, cursor - longestQuery - 2), cursor);
  const query = /(?:^|[\s([{"'`,;:])@([^\s@]*)$/.exec(before)?.[1];
  return query === undefined || query.length > longestQuery ? undefined : { start: cursor - query.length - 1, query };
}

/**
 * The text after something was chosen for a query, and where the cursor goes. Within a sentence its name stays, so that the
 * sentence can be read; where only the `@` was typed nothing does, since the chip says it.
 */
export function withoutMentionQuery(
  text: string,
  { start, query }: MentionQuery,
  name: string | undefined,
): { text: string; cursor: number } {
  const before = text.slice(0, start);
  const after = text.slice(start + 1 + query.length);
  if (name !== undefined && before.trim() !== "") {
    const space = /^\s/.test(after) ? "" : " ";
    return { text: before + name + space + after, cursor: start + name.length + 1 };
  }
  return { text: before + after.replace(/^ /, ""), cursor: start };
}
