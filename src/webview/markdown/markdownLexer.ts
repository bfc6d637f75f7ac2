import {
  Lexer,
  Marked,
  Tokenizer,
  type Links,
  type MarkedToken,
  type Token,
  type Tokens,
  type TokensList,
} from "marked";
import type { Alignment, Block, Definition, Inline, ListItem, Row } from "./markdownBlock";
import { mathExtensions } from "./math";

/** Deeper quotes, lists and emphasis are shown as the text they are: ten thousand `>` must not become ten thousand elements. */
const deepest = 24;
/** Every short row is padded to the header's width, so a wide header would multiply a table's cells without limit. */
const widestTable = 64;
/** No paragraph is longer; what is has nothing inside that would be worth its cost. In characters. */
export const longestInline = 32_000;

export interface LexedBlock {
  /** How much of the source it takes, in UTF-16 units. */
  length: number;
  /** Undefined for the gap between two blocks. */
  block: Block | undefined;
}

/**
 * Reads Markdown with `marked`, in two halves: the blocks of a text, and, with the link definitions known by then, the inside
 * of a block. Never throws, whatever the text.
 */
export class MarkdownLexer {
  readonly #options: Marked["defaults"];
  readonly #links: Links = {};

  /** With `breaks` a line break in the source is one on the screen, as people expect of what they typed. */
  constructor(breaks = false) {
    this.#options = breaks ? typed : written;
  }

  /** The top-level blocks of `source`, whose line breaks are `\n`; their lengths add up to its length. */
  blocks(source: string): LexedBlock[] {
    const lexer = new BoundedLexer(this.#options);
    lexer.blockTokens(source, lexer.tokens);
    const inlines = new Map(lexer.inlineQueue.map(({ tokens, src }) => [tokens, src]));
    return lexer.tokens.map((token) => ({ length: token.raw.length, block: toBlock(token, inlines) }));
  }

  /** The inside of a block. `missing` gets every label that would change it, were it defined. */
  inlines(source: string, missing: Set<string>): Inline[] {
    if (source.length > longestInline) return [{ type: "text", raw: source, text: source }];
    const lexer = new BoundedLexer(this.#options);
    lexer.tokens.links = new Proxy(this.#links, {
      get: (links, label) => lookUp(links, label, missing),
      getOwnPropertyDescriptor: (links, label) => {
        lookUp(links, label, missing);
        return Reflect.getOwnPropertyDescriptor(links, label);
      },
    });
    return lexer.inlineTokens(source).map(toInline);
  }

  /** Makes a definition known and tells whether it is news: the first one of a label counts. */
  define({ label, href, title }: Definition): boolean {
    if (Object.hasOwn(this.#links, label)) return false;
    this.#links[label] = { href, title: title ?? null };
    return true;
  }
}

const lookUp = (links: Links, label: string | symbol, missing: Set<string>): Links[string] | undefined => {
  if (typeof label === "symbol") return undefined;
  if (Object.hasOwn(links, label)) return links[label];
  missing.add(label);
  return undefined;
};

const marked = (breaks: boolean): Marked["defaults"] => {
  const { defaults } = new Marked({ gfm: true, breaks, extensions: mathExtensions });
  return { ...defaults, tokenizer: new BoundedTokenizer() };
};

class BoundedTokenizer extends Tokenizer {
  override table(source: string): Tokens.Table | undefined {
    let bars = 0;
    for (let at = 0; at < source.length && source[at] !== "\n"; at++) if (source[at] === "|") bars++;
    return bars > widestTable ? undefined : super.table(source);
  }

  /** Goes on with a list inside a quote, which `marked` refuses, and then fails, when text stands before the quote. */
  override blockquote(source: string): Tokens.Blockquote | undefined {
    const { state } = this.lexer;
    const { lastToken } = state;
    delete state.lastToken;
    const token = super.blockquote(source);
    if (lastToken) state.lastToken = lastToken;
    return token;
  }
}

const written = marked(false);
const typed = marked(true);

/** A lexer that goes only so deep: `marked` calls itself for every level, down to the end of the stack. */
class BoundedLexer extends Lexer {
  #depth = 0;

  override blockTokens(source: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], clipped?: boolean): Token[] {
    return this.#within(
      () => super.blockTokens(source, tokens, clipped),
      () => {
        if (source !== "") tokens.push({ type: "text", raw: source, text: source, tokens: this.inline(source) });
        return tokens;
      },
    );
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    return this.#within(
      () => super.inlineTokens(source, tokens),
      () => {
        tokens.push({ type: "text", raw: source, text: source });
        return tokens;
      },
    );
  }

  #within(deeper: () => Token[], atBottom: () => Token[]): Token[] {
    if (this.#depth >= deepest) return atBottom();
    this.#depth++;
    try {
      return deeper();
    } finally {
      this.#depth--;
    }
  }
}

type InlineSources = ReadonlyMap<Token[], string>;

function toBlock(token: Token, inlines: InlineSources): Block | undefined {
  const { raw } = token;
  if (!isBlockToken(token)) return { type: "math", raw };
  switch (token.type) {
    case "paragraph":
    case "text":
      return { type: "paragraph", raw, inline: sourceOf(token, inlines) };
    case "heading":
      return { type: "heading", raw, depth: token.depth, inline: sourceOf(token, inlines) };
    case "blockquote":
      return { type: "quote", raw, blocks: toBlocks(token.tokens, inlines) };
    case "code":
      return { type: "code", raw, info: token.lang ?? "", text: token.text.replace(/\n$/, "") };
    case "list": {
      const items = token.items.map((item) => toItem(item, inlines));
      return { type: "list", raw, start: token.start === "" ? undefined : token.start, loose: token.loose, items };
    }
    case "table": {
      const align = token.align.map((side): Alignment | null => side);
      const rows = token.rows.map((cells) => toRow(cells, inlines));
      return { type: "table", raw, align, header: toRow(token.header, inlines), rows };
    }
    case "html":
      return { type: "html", raw };
    case "hr":
      return { type: "rule", raw };
    case "def":
      return { type: "definition", raw, label: token.tag, href: token.href, title: token.title };
    case "space":
    case "checkbox": // its item tells of it as well
      return undefined;
  }
}

const toBlocks = (tokens: Token[], inlines: InlineSources): Block[] =>
  tokens.map((token) => toBlock(token, inlines)).filter((block) => block !== undefined);

const sourceOf = (token: { text: string; tokens?: Token[] }, inlines: InlineSources): string =>
  (token.tokens && inlines.get(token.tokens)) ?? "";

const toItem = (item: Tokens.ListItem, inlines: InlineSources): ListItem => ({
  type: "item",
  raw: item.raw,
  checked: item.task ? item.checked === true : undefined,
  blocks: toBlocks(item.tokens, inlines),
});

const toRow = (cells: Tokens.TableCell[], inlines: InlineSources): Row => {
  const sources = cells.map((cell) => sourceOf(cell, inlines));
  return { type: "row", raw: sources.join("\n"), cells: sources };
};

function toInline(token: Token): Inline {
  const { raw } = token;
  if (!isInlineToken(token)) return { type: "math", raw, text: raw };
  switch (token.type) {
    case "text":
    case "escape":
      return { type: "text", raw, text: token.text };
    case "codespan":
      return { type: "code", raw, text: token.text };
    case "strong":
    case "em":
    case "del":
      return { type: token.type, raw, inlines: token.tokens.map(toInline) };
    case "link":
      return { type: "link", raw, href: token.href, inlines: token.tokens.map(toInline) };
    case "image":
      return { type: "image", raw, href: token.href, text: token.text };
    case "br":
      return { type: "break", raw };
    case "html":
      return { type: "html", raw };
  }
}

/** What `marked` calls a token is one of its own or one of an extension, and the only extension here is `math`. */
type BlockToken = Extract<MarkedToken, { type: keyof typeof blockTypes }>;
type InlineToken = Extract<MarkedToken, { type: keyof typeof inlineTypes }>;

const blockTypes = {
  ...{ paragraph: 1, text: 1, heading: 1, blockquote: 1, code: 1, list: 1, table: 1, html: 1, hr: 1, def: 1 },
  ...{ space: 1, checkbox: 1 },
};
const inlineTypes = { text: 1, escape: 1, codespan: 1, strong: 1, em: 1, del: 1, link: 1, image: 1, br: 1, html: 1 };

const isBlockToken = (token: Token): token is BlockToken => token.type in blockTypes;
const isInlineToken = (token: Token): token is InlineToken => token.type in inlineTypes;
