/** Zero-width joiners, except within emoji and within scripts that need them: `pay\u200dpal` looks like `paypal`. */
const joiner =
  /(?<!(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]/u;
/** Variation selectors, except after characters that have variants. */
const variationSelector = /(?<![\p{Emoji}\p{Script=Han}\p{Script=Mongolian}\p{S}])[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
/**
 * Other invisible characters, which can hide or reorder the text around them: control characters, bidirectional overrides (a file
 * `invoice\u202etxt.exe` would look like `invoiceexe.txt`), zero-width and blank characters, and lone surrogates.
 */
const otherInvisible =
  /(?![\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u;

const invisible = new RegExp([joiner, variationSelector, otherInvisible].map(({ source }) => source).join("|"), "gu");

/** The longest text and the longest name that is shown, in UTF-16 units. VS Code cuts notifications at 1,000. */
const maxLength = 1_000;
const maxNameLength = 160;

/** Text from outside for one line of the UI: invisible characters are replaced with visible ones, a very long text is shortened. */
export function visibleText(text: string): string {
  return visible(text, maxLength);
}

/** Like `visibleText`, for text whose line breaks are shown as such: in modal dialogs. */
export function visibleLines(text: string): string {
  const lines = shorten(text.replace(/\r\n?/g, "\n"), 2 * maxLength).split("\n");
  return lines.map((line) => visibleText(line)).join("\n");
}

/** The name of a file, model or the like for the UI. Also shows spaces at its ends, which Windows ignores. */
export function visibleName(name: string): string {
  return visible(name, maxNameLength).replace(/^\p{Zs}+|\p{Zs}+$/gu, (spaces) => "␠".repeat(spaces.length));
}

/** Bounds the length before it replaces, so that the time is bounded too, and again afterwards, since replacements are longer. */
function visible(text: string, length: number): string {
  return shorten(shorten(text, length).replace(invisible, visibleCharacter), length);
}

/** The control pictures for ASCII, such as `␊`, and the code point for others: `⟦U+202E⟧`. */
function visibleCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟦U+${code.toString(16).toUpperCase().padStart(4, "0")}⟧`;
}

/** Cuts out the middle, so that a file extension stays. Never splits a surrogate pair. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor(length / 3);
  const start = text.slice(0, length - 1 - end).replace(/[\ud800-\udbff]$/, "");
  return `${start}…${text.slice(-end).replace(/^[\udc00-\udfff]/, "")}`;
}
