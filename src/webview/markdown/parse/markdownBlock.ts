/**
 * Markdown blocks: tokens of `marked`, reduced to plain data that can be compared by its `raw` source. Two blocks of the same
 * type and `raw` look the same, apart from links whose definition arrived later.
 */
export type Block =
  | { type: "paragraph"; raw: string; inline: string }
  | { type: "heading"; raw: string; depth: number; inline: string }
  | { type: "blockquote"; raw: string; blocks: Block[] }
  | Code
  | CodeContinuation
  | List
  | Table
  | { type: "html"; raw: string }
  | { type: "math"; raw: string }
  /** The definition of a footnote. */
  | { type: "footnote"; raw: string; label: string; inline: string }
  | { type: "thematic-break"; raw: string }
  | Definition;

export type BlockOf<Type extends Block["type"]> = Extract<Block, { type: Type }>;

export interface Code {
  type: "code";
  raw: string;
  /** The text after the opening fence; empty for indented code. */
  info: string;
  /** The lines, without a final line break. */
  text: string;
}

/** Code to append to a code block that an earlier parse left open. */
export interface CodeContinuation {
  type: "code-continuation";
  raw: string;
  text: string;
}

export interface List {
  type: "list";
  raw: string;
  /** The first number of an ordered list; undefined for a bullet list. */
  start: number | undefined;
  loose: boolean;
  items: ListItem[];
}

export interface ListItem {
  type: "item";
  raw: string;
  /** The state of a task's checkbox; undefined for other items. */
  checked: boolean | undefined;
  blocks: Block[];
}

export interface Table {
  type: "table";
  raw: string;
  align: (Alignment | null)[];
  header: Row;
  rows: Row[];
}

export type Alignment = "left" | "center" | "right";

export interface Row {
  type: "row";
  raw: string;
  /** The inline source of each cell. */
  cells: string[];
}

export interface Definition {
  type: "definition";
  raw: string;
  label: string;
  href: string;
  title: string | undefined;
}

/** Inline content of a paragraph, heading or table cell. */
export type Inline =
  | { type: "text"; raw: string; text: string }
  | { type: "code"; raw: string; text: string }
  | { type: "math"; raw: string; text: string }
  | { type: "html"; raw: string }
  | { type: "strong" | "em" | "del"; raw: string; inlines: Inline[] }
  | { type: "link"; raw: string; href: string; inlines: Inline[] }
  | { type: "image"; raw: string; href: string; text: string }
  /** A reference to a footnote that is defined. */
  | { type: "footnote"; raw: string; label: string }
  | { type: "break"; raw: string };
