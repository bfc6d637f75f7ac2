const parser = document.implementation.createHTMLDocument("").createElement("textarea");
const known = new Map<string, string>();

/** Decodes named character references like `&amp;` and `&copy;`. Unknown ones stay as they are. */
export const decodeEntities = (text: string): string =>
  text.includes("&") ? text.replace(/&[a-z][a-z\d]{1,31};/gi, decode) : text;

/** Safe because a `textarea` parses character references only and never creates elements. */
function decode(reference: string): string {
  const character = known.get(reference);
  if (character !== undefined) return character;
  parser.innerHTML = reference;
  if (known.size < 2500) known.set(reference, parser.value);
  return parser.value;
}
