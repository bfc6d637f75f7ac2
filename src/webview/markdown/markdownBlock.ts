/**
 * Markdown as this renderer sees it: what `marked` reads, reduced to plain data that can be compared by its `raw` source.
 * Two nodes of the same type and `raw` look the same, apart from links whose definition came later.
 */
export type Block =
  | { type: "paragraph"; raw: string; inline: string }
  | { type: "heading"; raw: string; depth: number; inline: string }
  | { type: "quote"; raw: string; blocks: Block[] }
  | Code
  | MoreCode
  | List
  | Table
  | { type: "html"; raw: string }
  | { type: "math"; raw: string }
  | { type: "rule"; raw: string }
  | Definition;

export type BlockOf<Type extends Block["type"]> = Extract<Block, { type: Type }>;

export interface Code {
  type: "code";
  raw: string;
  /** What stands behind the opening fence; empty for indented code. */
  info: string;
  /** The lines, without a final line break. */
  text: string;
}

/** What has come since to a code block that an earlier reading left open. */
export interface MoreCode {
  type: "more-code";
  raw: string;
  text: string;
}

export interface List {
  type: "list";
  raw: string;
  /** The first number of an ordered list. */
  start: number | undefined;
  loose: boolean;
  items: ListItem[];
}

export interface ListItem {
  type: "item";
  raw: string;
  /** The state of a task's check box, when the item is one. */
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

/** What stands inside a paragraph, a heading or a cell. */
export type Inline =
  | { type: "text"; raw: string; text: string }
  | { type: "code"; raw: string; text: string }
  | { type: "math"; raw: string; text: string }
  | { type: "html"; raw: string }
  | { type: "strong" | "em" | "del"; raw: string; inlines: Inline[] }
  | { type: "link"; raw: string; href: string; inlines: Inline[] }
  | { type: "image"; raw: string; href: string; text: string }
  | { type: "break"; raw: string };
