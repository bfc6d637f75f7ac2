import type { Token, TokenizerExtension, Tokens } from "marked";

/** What may name a footnote. It becomes a part of an element's id. */
const label = String.raw`\[\^([\w-]{1,40})\]`;
const reference = new RegExp(`^${label}(?!:)`);
/** A definition ends at a blank line, or before the next definition or a fence. */
const definition = new RegExp(
  String.raw`^ {0,3}${label}:[ \t]*([^\n]*(?:\n(?! {0,3}(?:${label}:|\`\`\`|~~~)|[ \t]*(?:\n|$))[^\n]+)*)(?:\n|$)`,
);

interface FootnoteToken extends Tokens.Generic {
  type: "footnote";
  label: string;
  /** Undefined for a reference. */
  tokens?: Token[];
}

export const isFootnote = (token: Token): token is FootnoteToken => token.type === "footnote";

/** Extensions of `marked`: `[^1]` and `[^1]: text` become tokens of type `footnote`. */
export const footnoteExtensions: TokenizerExtension[] = [
  {
    name: "footnote",
    level: "block",
    tokenizer(source): FootnoteToken | undefined {
      const [raw, name, text] = definition.exec(source) ?? [];
      if (raw === undefined || name === undefined || text === undefined) return undefined;
      return { type: "footnote", raw, label: name, tokens: this.lexer.inline(text.replace(/\n[ \t]*/g, "\n")) };
    },
  },
  {
    name: "footnote",
    level: "inline",
    tokenizer(source): FootnoteToken | undefined {
      const [raw, name] = reference.exec(source) ?? [];
      return raw === undefined || name === undefined ? undefined : { type: "footnote", raw, label: name };
    },
  },
];
