/** The Shannon entropy of a text in bits per UTF-16 unit: 4 at most for hex digits, about 5 for a random key of 40 letters and digits. */
export function entropy(text: string): number {
  const counts = new Map<number, number>();
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Whether letters and digits are mixed as in no word or identifier, such as `kP4nWx9sQe2`. */
export function isMixed(text: string): boolean {
  // Each change between lower case, upper case and digits; the capital that begins a word does not count as another.
  const changes = text.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[0-9]|[A-Z][a-z])|[0-9](?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 3 && changes * 7 >= text.length;
}

/** Words with a separator between them, perhaps with a number at their end: `db-credentials-2`, `app.auth.token.v2`. */
export function isWordList(text: string): boolean {
  const parts = text.split(/[-_.:/@ ]+/).filter((part) => part !== "");
  return (
    parts.length > 1 &&
    parts.every((part) =>
      /^(?:[a-z]{2,20}|[A-Z]{2,20}|[A-Z]?[a-z]{2,20}(?:[A-Z][a-z]{1,20}){0,4}|[A-Za-z])\d{0,4}$|^v?\d{1,4}[a-z]{0,5}$/.test(
        part,
      ),
    )
  );
}

/** One word or camel-case words with at most two digits at the end: `password2`, `jwtTokenValidatorV2Impl`. */
export function isIdentifier(text: string): boolean {
  return /^[$_]*(?:[a-z]+|[A-Z]+)(?:[A-Z][a-z]+|V\d|[A-Z]{2,5}(?![a-z])){0,8}\d{0,1}$/.test(text);
}

export const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the text is long and random enough for a machine's key: hex, base64 and the like. */
export function isRandomKey(text: string): boolean {
  if (text.length < 16 || !/^[\x21-\x7e]+$/.test(text) || isWordList(text) || isIdentifier(text)) return false;
  if (uuid.test(text)) return true;
  const bits = entropy(text);
  if (/^(?:0x)?[0-9a-f]+$/i.test(text))
    return text.length >= 20 && bits >= 2.9 && /\d/.test(text) && /[a-f]/i.test(text);
  if (!/[A-Za-z]/.test(text)) return false;
  return /\d/.test(text) ? bits >= 3.3 : bits >= 3.6 && isMixed(text);
}

/** Whether the text could be a password that a person chose: not just a word, a number or an identifier. */
export function isPassword(text: string): boolean {
  if (text.length < 6 || text.length > 128 || !/^[\x21-\x7e\u00a1-\u024f]+$/.test(text)) return false;
  if (isWordList(text) && !(/[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !/[./:]/.test(text)))
    return false;
  if (!/[A-Za-z]/.test(text)) return false;
  if (isIdentifier(text)) return isMixed(text);
  return /\d/.test(text) || /[!#$%^&*?+=~@]/.test(text) || isMixed(text);
}
