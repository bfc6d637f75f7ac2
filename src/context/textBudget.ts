/**
 * The most characters of one text that are sent: some 15,000 tokens, so that four such texts and the answer fit the smallest context window
 * of a free model, 65,536 tokens.
 */
export const maxTextCharacters = 60_000;

/** How much of the end of a text was omitted: whole lines if possible, otherwise characters. */
export interface OmittedText {
  unit: "lines" | "characters";
  count: number;
  total: number;
}

/** Truncates `text` to `budget` characters, at a line break unless the first line is already too long. */
export function truncateText(text: string, budget = maxTextCharacters): { text: string; omitted?: OmittedText } {
  if (text.length <= budget) return { text };
  const end = text.lastIndexOf("\n", budget - 1) + 1;
  if (end === 0) {
    const beginning = text.slice(0, isLowSurrogate(text, budget) ? budget - 1 : budget);
    const count = text.length - beginning.length;
    return { text: beginning, omitted: { unit: "characters", count, total: text.length } };
  }
  const beginning = text.slice(0, end);
  const total = countLines(text);
  return { text: beginning, omitted: { unit: "lines", count: total - countLines(beginning), total } };
}

/** Prevents a cut in the middle of a surrogate pair, such as an emoji. */
function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** A trailing newline does not start another line. */
function countLines(text: string): number {
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n").length;
}
