import type { Token, TokenizerExtension, Tokens } from "marked";

/**
 * These rules keep Markdown characters inside formulas (`_`, `*`, `\`) from being parsed. A block formula ends at a blank line at the latest and never interrupts a paragraph, so an incomplete formula can be distinguished from
 * an unterminated one.
 */
const blockMath = new RegExp(
  // A first line above a delimiter row belongs to a table.
  String.raw`^(?!.*\n {0,3}[-:| \t]+(?:\n|$)) {0,3}(?:` +
    String.raw`\$\$(?:(?!\$\$|\n[ \t]*\n)[^])*(?:\$\$[ \t]*(?=\n|$)|$)|` +
    String.raw`\\\[(?:(?!\\\]|\n[ \t]*\n)[^])*(?:\\\][ \t]*(?=\n|$)|$))`,
);
const inlineMath = /^(?:\$\$[^$]+\$\$|\$(?!\s)(?:\\[^]|[^\\$\n`])+(?<!\s)\$(?![\w$])|\\\([^]+?\\\)|\\\[[^]+?\\\])/;

/** An amount of money before another one, such as in `$5 million or 6 million$`, where no formula can begin. */
const amount = /^\$\d[\d.,]*[ \n]+\p{L}{2}/u;

const matchMath = (src: string, pattern: RegExp): Tokens.Generic | undefined => {
  const raw = pattern.exec(src)?.[0];
  return raw === undefined ? undefined : { type: "math", raw };
};

const interruptsParagraph = (before: Token[]): boolean => ["paragraph", "text"].includes(before.at(-1)?.type ?? "");

/** Extensions of `marked`: `$…$`, `$$…$$`, `\(…\)` and `\[…\]` become tokens of type `math`. */
export const mathExtensions: TokenizerExtension[] = [
  {
    name: "math",
    level: "block",
    tokenizer: (src, tokens) => (interruptsParagraph(tokens) ? undefined : matchMath(src, blockMath)),
  },
  {
    name: "math",
    level: "inline",
    // Only `$` needs an entry here: `marked` ends a text token before a backslash anyway.
    start: (src) => (src.includes("$") ? src.indexOf("$") : undefined),
    tokenizer(src, tokens) {
      if (src.startsWith("\\")) return matchMath(src, inlineMath);
      // As in `US$5`.
      if (!src.startsWith("$") || /[\w$]$/.test(tokens.at(-1)?.raw ?? "")) return undefined;
      return amount.test(src) ? undefined : matchMath(src, inlineMath);
    },
  },
];
