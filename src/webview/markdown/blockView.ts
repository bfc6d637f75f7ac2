import type { CodeActions } from "./codeFigure";
import type { Colouring } from "./highlightScheduler";
import type { Block } from "./markdownBlock";
import type { MarkdownLexer } from "./markdownLexer";
import type { MarkdownLabels } from "./markdownLabels";

/** What the views of one answer share. */
export interface Rendering {
  readonly lexer: MarkdownLexer;
  readonly colouring: Colouring;
  /** The level of the heading that the answer stands under; its own begin one below. */
  readonly headingLevel: number;
  readonly codeActions: CodeActions | undefined;
  readonly words: MarkdownLabels;
  /** A view of any block; `nested` when it stands in a list or quote. */
  readonly createView: (block: Block, rendering: Rendering, nested: boolean) => BlockView;
}

/** Something that may have references whose definitions come later in the text. */
export interface Linked {
  /** Adds the labels that are still without a definition. */
  collectMissing(labels: Set<string>): void;
  /** Shows the links whose definitions have come since. */
  relink(): void;
}

/** A block on the screen: one node that follows its block as long as that is open. */
export interface BlockView extends Linked {
  readonly node: ChildNode;
  /** Shows the block as it is now; false when this view cannot, and another has to take its place. */
  update(block: Block): boolean;
  /** The block is final: what had to wait for its end is done now. */
  settle(): void;
  /** For blocks with parts: the first ones are final and left alone from now on. Gives what of them may want links later. */
  settleParts?(count: number): Linked[];
  /** Closing tags in it that close raw HTML around it. */
  readonly unmatched?: readonly string[];
}
