/**
 * How well `text` fits what was typed: the higher the better, `undefined` where its letters do not all come in that order. Letters in a
 * row and at the start of a word (also of a camelCase one) count more, and short texts win over long ones; spaces typed mean nothing.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  const letters = Array.from(query.toLowerCase().replace(/\s/g, ""));
  const lower = Array.from(text, (letter) => letter.toLowerCase());
  const starts = wordStarts(text);
  /** By the place of the letter found last: the best score so far. */
  let best = new Map<number, number>([[-1, 0]]);
  for (const letter of letters) {
    const next = new Map<number, number>();
    for (const [at, found] of lower.entries()) {
      if (found !== letter) continue;
      for (const [before, score] of best) {
        if (before >= at) continue;
        const worth = score + 1 + (starts.has(at) ? 2 : 0) + (before === at - 1 && before >= 0 ? 3 : 0);
        if (worth > (next.get(at) ?? -1)) next.set(at, worth);
      }
    }
    if (next.size === 0) return undefined;
    best = next;
  }
  return Math.max(...best.values()) - lower.length / 1000;
}

/** Best first; what does not fit is left out, and what fits equally well keeps its order. An item is as good as its best text. */
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
  const starts = letters.flatMap((letter, at) => {
    const before = letters[at - 1] ?? "/";
    const begins = /[\p{L}\p{N}]/u.test(letter) && !/[\p{L}\p{N}]/u.test(before);
    return begins || (/\p{Lu}/u.test(letter) && /\p{Ll}/u.test(before)) ? [at] : [];
  });
  return new Set(starts);
}
