/**
 * Makes characters visible that nobody sees but that can hide or reorder what stands next to them: terminal escapes and other
 * controls, blanks without width and letters without a shape, in which words can be told apart that look the same, and the marks
 * that turn the direction of writing, with which code can look different from what it is. What joins the parts of a letter or an
 * emoji, and what only says which way a letter goes, stays: languages need it. Works
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

const invisible =
  /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;
