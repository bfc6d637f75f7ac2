import type { CodeActions } from "./code/codeFigure";
import type { FootnoteNumbers } from "./footnoteNumbers";
import type { FrameBudget } from "./frameBudget";
import type { HighlightScheduler } from "./code/highlightScheduler";
import type { Block } from "./parse/markdownBlock";
import type { MathScheduler } from "./math/mathScheduler";
import type { MarkdownLexer } from "./parse/markdownLexer";
import type { MarkdownLabels } from "./markdownLabels";

/** Shared by all views of one answer. */
export interface RenderContext {
  readonly lexer: MarkdownLexer;
  readonly highlights: HighlightScheduler;
  readonly math: MathScheduler;
  readonly footnotes: FootnoteNumbers;
  /** Counts the nodes that views create. */
  readonly frameBudget: FrameBudget;
  /** Level of the heading above the answer. The answer's own headings start one level below it. */
  readonly headingLevel: number;
  readonly codeActions: CodeActions | undefined;
  readonly labels: MarkdownLabels;
  /** A part of the ids of elements that makes them differ from those of other answers. */
  readonly idPrefix: string;
  /** Creates a view for any type of block. `nested` is true inside a list or blockquote. */
  readonly createView: (block: Block, context: RenderContext, nested: boolean) => BlockView;
}

/** Part of an answer that may contain reference links whose definitions come later in the text. */
export interface LinkContainer {
  /** Adds the labels that are not defined yet. */
  collectUndefinedLabels(labels: Set<string>): void;
  /** Renders the links whose definitions have arrived since. */
  refreshLinks(): void;
}

/** Renders one block as one node, and updates the node while the block is open. */
export interface BlockView extends LinkContainer {
  readonly node: ChildNode;
  /** Renders the current state of the block. Returns false when this view cannot, and has to be replaced. */
  update(block: Block): boolean;
  /** Called once the block is final, for work that has to wait until then. */
  finalize(): void;
  /** Lists and tables only: how many of their items or rows are not final. */
  readonly openParts?: number;
  /** Lists and tables only: finalizes the first `count` open items or rows and returns those that may contain links. */
  finalizeParts?(count: number): LinkContainer[];
  /** Names of raw HTML closing tags in the block that match no opening tag in it. */
  readonly unmatchedTags?: readonly string[];
}
