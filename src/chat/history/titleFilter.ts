/**
 * Whether VS Code's filter of quick picks may show a row with this label for the query: it needs the letters of the query in their order,
 * each right after the one before, or at the start of a later word. Case and white space do not matter. VS Code shows a little less.
 */
export function mayPassFilter(query: string, label: string): boolean {
  const characters = Array.from(label);
  const isLetter = (at: number): boolean => /[\p{L}\p{N}]/u.test(characters[at] ?? "");
  const isWordStart = (at: number): boolean => /[\p{Lu}\p{N}]/u.test(characters[at] ?? "") || !isLetter(at - 1);
  const isSpace = (at: number): boolean => characters[at]?.trim() === "";
  /** The positions of the letters so far that end a match. */
  let ends: readonly number[] | undefined;
  for (const letter of query.toLowerCase().replace(/\s/g, "")) {
    const before: ReadonlySet<number> | undefined = ends && new Set(ends);
    const first = ends?.[0] ?? -1;
    const follows = (at: number): boolean => {
      let previous = at - 1;
      while (isSpace(previous)) previous--;
      return before?.has(previous) ?? true;
    };
    const found = characters.flatMap((character, at) =>
      at > first && character.toLowerCase() === letter && (follows(at) || isWordStart(at)) ? [at] : [],
    );
    if (found.length === 0) return false;
    ends = found;
  }
  return true;
}
