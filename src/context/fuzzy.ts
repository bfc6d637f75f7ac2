/**
 * Scores how well `text` matches `query`: higher is better, `undefined` unless all letters of the query occur in that order. Consecutive letters
 * and letters at the start of a word (including camelCase words) score higher, and short texts beat long ones. Case and spaces are ignored.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  const letters = Array.from(query.toLowerCase().replace(/\s/g, ""));
  const lower = Array.from(text, (letter) => letter.toLowerCase());
  const starts = wordStarts(text);
  /** The best score so far for each index of the last matched letter. */
  let best = new Map<number, number>([[-1, 0]]);
  for (const letter of letters) {
    const next = new Map<number, number>();
    for (const [index, candidate] of lower.entries()) {
      if (candidate !== letter) continue;
      for (const [previous, score] of best) {
        if (previous >= index) continue;
        const wordStartBonus = starts.has(index) ? 2 : 0;
        const consecutiveBonus = previous === index - 1 && previous >= 0 ? 3 : 0;
        const total = score + 1 + wordStartBonus + consecutiveBonus;
        if (total > (next.get(index) ?? -1)) next.set(index, total);
      }
    }
    if (next.size === 0) return undefined;
    best = next;
  }
  return Math.max(...best.values()) - lower.length / 1000;
}

/** Returns the matching items, best first; the sort is stable. The best of an item's texts determines its score. */
export function fuzzySort<T>(query: string, items: readonly T[], textsOf: (item: T) => readonly string[]): T[] {
  if (query.trim() === "") return [...items];
  return items
    .flatMap((item) => {
      const scores = textsOf(item).flatMap((text) => fuzzyScore(query, text) ?? []);
      return scores.length > 0 ? [{ item, score: Math.max(...scores) }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

function wordStarts(text: string): Set<number> {
  const letters = Array.from(text);
  const starts = letters.flatMap((letter, index) => {
    const previous = letters[index - 1] ?? "/";
    const followsSeparator = /[\p{L}\p{N}]/u.test(letter) && !/[\p{L}\p{N}]/u.test(previous);
    return followsSeparator || (/\p{Lu}/u.test(letter) && /\p{Ll}/u.test(previous)) ? [index] : [];
  });
  return new Set(starts);
}
