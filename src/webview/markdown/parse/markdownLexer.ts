import {
  Lexer,
  Marked,
  Tokenizer,
  type Links,
  type MarkedToken,
  type Token,
  type TokenizerExtension,
  type Tokens,
  type TokensList,
} from "marked";
import type { Alignment, Block, BlockOf, Definition, Inline, ListItem, Row } from "./markdownBlock";
import { footnoteExtensions, isFootnote } from "./footnotes";
import { mathExtensions } from "./math";

/** Deeper blockquotes, lists and emphasis stay plain text: ten thousand `>` must not become ten thousand elements. */
const maxDepth = 12;
/** Short rows are padded to the header's width, so a wide header would multiply the cells of a table without limit. */
const maxTableBars = 64;
/** Longer content stays plain text. Real paragraphs are shorter, and the cost of parsing grows faster than the length. In characters. */
const maxInlineLength = 5_000;
/** Content with more characters that may start or end an inline stays plain text, because the whole paragraph is laid out at once. */
const maxInlineMarks = 1_000;
/** The rest of a blockquote or list item with more blocks than this is one plain block. `marked` may parse a block many times. */
const maxNestedBlocks = 500;

export interface LexedBlock {
  /** Length of its source, in UTF-16 units. */
  length: number;
  /** Undefined for the gap between two blocks. */
  block: Block | undefined;
}

/**
 * Parses Markdown with `marked` in two steps: the blocks of a text, and later the inline content of a block, with the link
 * definitions found by then. Never throws, whatever the text.
 */
export class MarkdownLexer {
  readonly #options: Marked["defaults"];
  readonly #links: Links = {};
  readonly #footnotes = new Set<string>();

  /** With `breaks`, single line breaks in the source become inlines of type `break`. */
  constructor(breaks = false) {
    this.#options = breaks ? optionsWithBreaks : defaultOptions;
  }

  /** Parses `source`, whose line breaks must be `\n`, into top-level blocks. Their lengths add up to the length of `source`. */
  blocks(source: string): LexedBlock[] {
    const lexer = new BoundedLexer(this.#options);
    lexer.blockTokens(source, lexer.tokens);
    const inlines = new Map(lexer.inlineQueue.map(({ tokens, src }) => [tokens, src]));
    return lexer.tokens.map((token) => ({ length: token.raw.length, block: toBlock(token, inlines) }));
  }

  /** Parses the inline content of a block. Adds every label whose definition would change the result to `undefinedLabels`. */
  inlines(source: string, undefinedLabels: Set<string>): Inline[] {
    if (isPlainText(source)) return [{ type: "text", raw: source, text: source }];
    const lexer = new BoundedLexer(this.#options);
    lexer.tokens.links = new Proxy(this.#links, {
      get: (links, label) => lookUpLink(links, label, undefinedLabels),
      getOwnPropertyDescriptor: (links, label) => {
        lookUpLink(links, label, undefinedLabels);
        return Reflect.getOwnPropertyDescriptor(links, label);
      },
    });
    return lexer
      .inlineTokens(source)
      .map((token) => toInline(token, (label) => this.#isFootnote(label, undefinedLabels)));
  }

  /** Adds the definition of a link or footnote. Returns false if its label is already defined: the first definition wins. */
  define(definition: Definition | BlockOf<"footnote">): boolean {
    if (definition.type === "footnote") {
      if (this.#footnotes.has(definition.label)) return false;
      this.#footnotes.add(definition.label);
      return true;
    }
    const { label, href, title } = definition;
    if (Object.hasOwn(this.#links, label)) return false;
    this.#links[label] = { href, title: title ?? null };
    return true;
  }

  #isFootnote(label: string, undefinedLabels: Set<string>): boolean {
    if (this.#footnotes.has(label)) return true;
    undefinedLabels.add(footnoteLabel(label));
    return false;
  }
}

/** The label under which a link to a footnote waits for its definition. It differs from the labels of links. */
export const footnoteLabel = (label: string): string => `^${label}`;

/** Whether inline content is not parsed, because it is too long or has too much markup. */
export function isPlainText(source: string): boolean {
  if (source.length <= maxInlineMarks) return false;
  return source.length > maxInlineLength || (source.match(/[!$*<[\\\]_`~]/g)?.length ?? 0) > maxInlineMarks;
}

const lookUpLink = (links: Links, label: string | symbol, undefinedLabels: Set<string>): Links[string] | undefined => {
  if (typeof label === "symbol") return undefined;
  if (Object.hasOwn(links, label)) return links[label];
  undefinedLabels.add(label);
  return undefined;
};

/** Called before each block. Turns the rest of a blockquote or list item into one block of text when it has too many blocks. */
const overflowExtension: TokenizerExtension = {
  name: "overflow",
  level: "block",
  tokenizer(source) {
    if (!(this.lexer instanceof BoundedLexer) || this.lexer.hasRoomForBlock()) return undefined;
    return { type: "text", raw: source, text: source, tokens: this.lexer.inline(source) };
  },
};

const createOptions = (breaks: boolean): Marked["defaults"] => {
  const { defaults } = new Marked({
    gfm: true,
    breaks,
    extensions: [overflowExtension, ...mathExtensions, ...footnoteExtensions],
  });
  return { ...defaults, tokenizer: new BoundedTokenizer() };
};

class BoundedTokenizer extends Tokenizer {
  override table(source: string): Tokens.Table | undefined {
    let bars = 0;
    for (let i = 0; i < source.length && source[i] !== "\n"; i++) if (source[i] === "|") bars++;
    return bars > maxTableBars ? undefined : super.table(source);
  }

  /**
   * Clears `lastToken` while `marked` parses the blockquote. Otherwise a text token before the blockquote makes the list rule
   * refuse to continue a list inside it, and `marked` throws.
   */
  override blockquote(source: string): Tokens.Blockquote | undefined {
    const { lexer } = this;
    const { lastToken } = lexer.state;
    delete lexer.state.lastToken;
    const parse = (): Tokens.Blockquote | undefined => super.blockquote(source);
    const token = lexer instanceof BoundedLexer ? lexer.parseQuote(parse) : parse();
    if (lastToken) lexer.state.lastToken = lastToken;
    return token;
  }
}

const defaultOptions = createOptions(false);
const optionsWithBreaks = createOptions(true);

/**
 * Limits the depth of nesting: `marked` recurses for every level, until the stack overflows. Also limits the number of blocks in
 * each top-level blockquote and in each item of a top-level list.
 */
class BoundedLexer extends Lexer {
  #depth = 0;
  #quotes = 0;
  #nestedBlocks = 0;

  /** Counts a block. Returns false if a blockquote or list item has too many. */
  hasRoomForBlock(): boolean {
    return this.#depth < 2 || ++this.#nestedBlocks <= maxNestedBlocks;
  }

  /** Runs the rule of `marked` for blockquotes, which parses the content in several calls of `blockTokens`. */
  parseQuote<T>(parse: () => T): T {
    if (this.#depth < 2) this.#nestedBlocks = 0;
    this.#quotes++;
    try {
      return parse();
    } finally {
      this.#quotes--;
    }
  }

  override blockTokens(source: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], clipped?: boolean): Token[] {
    if (this.#depth < 2 && this.#quotes === 0) this.#nestedBlocks = 0;
    return this.#limitDepth(
      () => super.blockTokens(source, tokens, clipped),
      () => {
        if (source !== "") tokens.push({ type: "text", raw: source, text: source, tokens: this.inline(source) });
        return tokens;
      },
    );
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    return this.#limitDepth(
      () => super.inlineTokens(source, tokens),
      () => {
        tokens.push({ type: "text", raw: source, text: source });
        return tokens;
      },
    );
  }

  #limitDepth(lex: () => Token[], fallBackToText: () => Token[]): Token[] {
    if (this.#depth >= maxDepth) return fallBackToText();
    this.#depth++;
    try {
      return lex();
    } finally {
      this.#depth--;
    }
  }
}

type InlineSources = ReadonlyMap<Token[], string>;

function toBlock(token: Token, inlines: InlineSources): Block | undefined {
  const { raw } = token;
  if (isFootnote(token)) return { type: "footnote", raw, label: token.label, inline: sourceOf(token, inlines) };
  if (!isBlockToken(token)) return { type: "math", raw };
  switch (token.type) {
    case "paragraph":
    case "text":
      return { type: "paragraph", raw, inline: sourceOf(token, inlines) };
    case "heading":
      return { type: "heading", raw, depth: token.depth, inline: sourceOf(token, inlines) };
    case "blockquote":
      return { type: "blockquote", raw, blocks: toBlocks(token.tokens, inlines) };
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
      return { type: "thematic-break", raw };
    case "def":
      return { type: "definition", raw, label: token.tag, href: token.href, title: token.title };
    case "space":
    case "checkbox": // the list item has its state too
      return undefined;
  }
}

const toBlocks = (tokens: Token[], inlines: InlineSources): Block[] =>
  tokens.map((token) => toBlock(token, inlines)).filter((block) => block !== undefined);

const sourceOf = (token: { tokens?: Token[] | undefined }, inlines: InlineSources): string =>
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

function toInline(token: Token, isFootnoteLabel: (label: string) => boolean): Inline {
  const { raw } = token;
  const inlinesOf = (tokens: Token[]): Inline[] => tokens.map((each) => toInline(each, isFootnoteLabel));
  if (isFootnote(token)) {
    const { label } = token;
    return isFootnoteLabel(label) ? { type: "footnote", raw, label } : { type: "text", raw, text: raw };
  }
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
      return { type: token.type, raw, inlines: inlinesOf(token.tokens) };
    case "link":
      return { type: "link", raw, href: token.href, inlines: inlinesOf(token.tokens) };
    case "image":
      return { type: "image", raw, href: token.href, text: token.text };
    case "br":
      return { type: "break", raw };
    case "html":
      return { type: "html", raw };
  }
}

/** Tokens of `marked` itself. Its `Token` type also includes tokens of extensions, here `math` and `footnote`. */
type BlockToken = Extract<MarkedToken, { type: keyof typeof blockTypes }>;
type InlineToken = Extract<MarkedToken, { type: keyof typeof inlineTypes }>;

const blockTypes = {
  ...{ paragraph: 1, text: 1, heading: 1, blockquote: 1, code: 1, list: 1, table: 1, html: 1, hr: 1, def: 1 },
  ...{ space: 1, checkbox: 1 },
};
const inlineTypes = { text: 1, escape: 1, codespan: 1, strong: 1, em: 1, del: 1, link: 1, image: 1, br: 1, html: 1 };

const isBlockToken = (token: Token): token is BlockToken => token.type in blockTypes;
const isInlineToken = (token: Token): token is InlineToken => token.type in inlineTypes;
