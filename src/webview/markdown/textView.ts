import type { BlockView, Rendering } from "./blockView";
import { InlineContent } from "./inlineContent";
import type { Block, BlockOf } from "./markdownBlock";

/** A paragraph or heading. */
export class TextView implements BlockView {
  readonly node: HTMLElement;
  readonly #content: InlineContent;
  readonly #depth: number;

  constructor(block: BlockOf<"paragraph" | "heading">, rendering: Rendering) {
    this.#depth = depthOf(block);
    this.node = this.#depth === 0 ? document.createElement("p") : createHeading(this.#depth, rendering.headingLevel);
    this.#content = new InlineContent(this.node, rendering);
    this.#content.show(block.inline);
  }

  get unmatched(): readonly string[] {
    return this.#content.unmatched;
  }

  update(block: Block): boolean {
    if (!("inline" in block) || depthOf(block) !== this.#depth) return false;
    this.#content.show(block.inline);
    return true;
  }

  settle(): void {
    // A text has nothing that waits.
  }

  collectMissing(labels: Set<string>): void {
    for (const label of this.#content.missing) labels.add(label);
  }

  relink(): void {
    this.#content.relink();
  }
}

const depthOf = (block: BlockOf<"paragraph" | "heading">): number => (block.type === "heading" ? block.depth : 0);

/** The element says where the heading stands in the page, `data-depth` where it stands in the answer: what it looks like. */
function createHeading(depth: number, above: number): HTMLElement {
  const level = above + depth;
  const heading = document.createElement(`h${Math.min(level, 6)}`);
  if (level > 6) heading.setAttribute("aria-level", String(level));
  heading.dataset["depth"] = String(depth);
  return heading;
}
