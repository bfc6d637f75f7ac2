const parser = document.implementation.createHTMLDocument("").createElement("textarea");
const known = new Map<string, string>();

/** Replaces named references like `&amp;` and `&copy;` by what they stand for; an unknown one stays as it is. */
export const decodeEntities = (text: string): string =>
  text.includes("&") ? text.replace(/&[a-z][a-z\d]{1,31};/gi, decode) : text;

/** A `textarea` reads references and nothing else, so it can make no element. */
function decode(reference: string): string {
  const character = known.get(reference);
  if (character !== undefined) return character;
  parser.innerHTML = reference;
  if (known.size < 2500) known.set(reference, parser.value);
  return parser.value;
}
