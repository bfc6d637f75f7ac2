/** Words that occur in questions, but say nothing about code. */
const stopWords = new Set(
  (
    "a about above after again all also an and any are as at be because been before being below between both but by can could did do does " +
    "doing don each else few for from further get had has have having how i if in into is it its itself just like make me more most my no nor " +
    "not now of off on once only or other our out over own please same see shall she should so some such than that the their them then there " +
    "these they this those through to too under until up us very was we were what when where which while who whom why will with would you your " +
    "code file files function functions method methods class classes find show tell explain happen happens work works working used using use want need"
  ).split(" "),
);

const wordPart = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\x00-\x7f]+/g;

/** The words of an identifier, lower case: `parseURLQuery2` has `parse`, `url`, `query` and `2`. */
export function partsOf(identifier: string): string[] {
  return (identifier.match(wordPart) ?? []).map((part) => part.toLowerCase());
}

/** The stem of an English word, roughly: `parsing`, `parsed` and `parses` have the same. Only for comparing. */
export function stemOf(word: string): string {
  if (word.length < 4) return word;
  let stem = word;
  if (stem.endsWith("ies") && stem.length > 4) stem = `${stem.slice(0, -3)}y`;
  else if (/(?:ss|sh|ch|x|z)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (stem.endsWith("s") && !/(?:ss|us|is)$/.test(stem)) stem = stem.slice(0, -1);
  const [, base] = /^(.*[aeiouy].*)(?:ing|ed)$/.exec(stem) ?? [];
  if (base !== undefined && base.length >= 3) stem = /([^aeioulsz])\1$/.test(base) ? base.slice(0, -1) : base;
  return stem.length > 4 && stem.endsWith("e") ? stem.slice(0, -1) : stem;
}

/** Whether a word of a question says nothing about code. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}
