/**
 * Replaces invisible characters that can hide or reorder the text around them with visible ones:
 * - terminal escapes and other control characters;
 * - zero-width spaces and blank letters, which make different words look the same;
 * - bidirectional embeddings, overrides and isolates, which make code look different from the code that runs (Trojan Source).
 *
 * Joiners in letters and emoji and the left-to-right and right-to-left marks stay, because languages need them. Works character
 * by character, so a text may be passed in pieces of any size. Copied text contains the replacements too.
 */
export const showControlCharacters = (text: string): string =>
  text.replace(invisible, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    if (code < 0xa0) return "\ufffd";
    return `⟦U+${code.toString(16).toUpperCase()}⟧`;
  });

const invisible =
  /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;
