/** How many characters all names begin with, in whole words. Each name keeps at least its last word. */
export function commonStart(names: readonly string[]): number {
  const [first = [], ...others] = names.map((name) => name.split(/(?<= )/));
  if (others.length === 0) return 0;
  const isCommon = (word: string, index: number): boolean =>
    others.every((words) => words[index] === word && words.length > index + 1);
  const end = first.findIndex((word, index) => index === first.length - 1 || !isCommon(word, index));
  return first.slice(0, end).join("").length;
}
