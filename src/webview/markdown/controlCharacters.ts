/**
 * Makes characters visible that nobody sees but that can hide or reorder what stands next to them: terminal escapes and other
 * controls, and the marks that turn the direction of writing, with which code can look different from what it is. Works
 * character by character, so a text may be given in any pieces; what is shown is also what is copied.
 */
export const showControlCharacters = (text: string): string =>
  text.replace(invisible, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    if (code < 0xa0) return "\ufffd";
    return `⟦U+${code.toString(16).toUpperCase()}⟧`;
  });

const invisible = /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
