import type { Token, TokenizerExtension, Tokens } from "marked";

/**
 * Formulas stay as they were written: these rules only keep Markdown's own signs inside them (`_`, `*`, `\`) from being read.
 * A block ends at a blank line at the latest and never interrupts a paragraph, so that a formula which is still being
 * written can be told from one that will never end.
 */
const block = new RegExp(
  // A first line above a table's delimiter row is the table's.
  String.raw`^(?!.*\n {0,3}[-:| \t]+(?:\n|$)) {0,3}(?:` +
    String.raw`\$\$(?:(?!\$\$|\n[ \t]*\n)[^])*(?:\$\$[ \t]*(?=\n|$)|$)|` +
    String.raw`\\\[(?:(?!\\\]|\n[ \t]*\n)[^])*(?:\\\][ \t]*(?=\n|$)|$))`,
);
const inline = /^(?:\$\$[^$]+\$\$|\$(?!\s)(?:\\[^]|[^\\$\n`])+(?<!\s)\$(?![\w$])|\\\([^]+?\\\)|\\\[[^]+?\\\])/;

const first = (src: string, rule: RegExp): Tokens.Generic | undefined => {
  const raw = rule.exec(src)?.[0];
  return raw === undefined ? undefined : { type: "math", raw };
};

const interrupts = (before: Token[]): boolean => ["paragraph", "text"].includes(before.at(-1)?.type ?? "");

/** Extensions of `marked`: `$…$`, `$$…$$`, `\(…\)` and `\[…\]` become tokens of type `math`. */
export const mathExtensions: TokenizerExtension[] = [
  { name: "math", level: "block", tokenizer: (src, tokens) => (interrupts(tokens) ? undefined : first(src, block)) },
  {
    name: "math",
    level: "inline",
    // A text ends before a backslash by itself.
    start: (src) => (src.includes("$") ? src.indexOf("$") : undefined),
    tokenizer: (src) => (src.startsWith("$") || src.startsWith("\\") ? first(src, inline) : undefined),
  },
];
