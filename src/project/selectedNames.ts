import { definedName, isCommentLine } from "./chunks";

/** A name in selected code, with the offset where it first occurs. */
export interface SelectedName {
  readonly name: string;
  readonly offset: number;
}

/** Each name is looked up by the language services, which takes time. */
const maxNames = 4;
/** More code than this is not a selection of something. In UTF-16 units. */
const maxLength = 20_000;
const identifier = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** The names in selected code to look up, the most telling first: what it defines, what it calls and types, then all others. */
export function selectedNames(code: string): SelectedName[] {
  const found = new Map<string, SelectedName & { readonly rank: number }>();
  let lineStart = 0;
  for (const line of code.slice(0, maxLength).split("\n")) {
    const defined = definedName(line);
    for (const { 0: name, index } of isCommentLine(line) ? [] : line.matchAll(identifier)) {
      const isTelling = /[A-Z_$]/.test(name) || line[index + name.length] === "(";
      const rank = name === defined ? 0 : isTelling ? 1 : 2;
      const known = found.get(name);
      if (!known || rank < known.rank) found.set(name, { name, offset: known?.offset ?? lineStart + index, rank });
    }
    lineStart += line.length + 1;
  }
  return [...found.values()]
    .sort((one, other) => one.rank - other.rank)
    .slice(0, maxNames)
    .map(({ name, offset }) => ({ name, offset }));
}
