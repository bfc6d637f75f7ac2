/**
 * The most of one text that is sent, in characters: some 15,000 tokens, so that four such texts still fit the smallest free
 * model's 65,536 together with its answer.
 */
export const maxTextCharacters = 60_000;

/** How much of a text's end was left out: whole lines where there are lines, else characters. */
export interface LeftOut {
  unit: "lines" | "characters";
  count: number;
  of: number;
}

/** The beginning of `text` that fits, cut between two lines if any line fits whole, and what was left out. */
export function fitText(text: string, budget = maxTextCharacters): { text: string; leftOut?: LeftOut } {
  if (text.length <= budget) return { text };
  const end = text.lastIndexOf("\n", budget - 1) + 1;
  if (end === 0) {
    const kept = text.slice(0, isLowSurrogate(text, budget) ? budget - 1 : budget);
    return { text: kept, leftOut: { unit: "characters", count: text.length - kept.length, of: text.length } };
  }
  const kept = text.slice(0, end);
  const of = countLines(text);
  return { text: kept, leftOut: { unit: "lines", count: of - countLines(kept), of } };
}

/** A cut must not leave half an emoji. */
function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** A newline at the very end begins no further line. */
function countLines(text: string): number {
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n").length;
}
