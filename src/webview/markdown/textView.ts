import type { BlockView, RenderContext } from "./blockView";
import { InlineContent } from "./inlineContent";
import type { Block, BlockOf } from "./parse/markdownBlock";

/** Renders a paragraph or heading. */
export class TextView implements BlockView {
  readonly node: HTMLElement;
  readonly #content: InlineContent;
  readonly #depth: number;

  constructor(block: BlockOf<"paragraph" | "heading">, context: RenderContext) {
    this.#depth = depthOf(block);
    this.node = this.#depth === 0 ? document.createElement("p") : createHeading(this.#depth, context.headingLevel);
    this.#content = new InlineContent(this.node, context);
    this.#content.show(block.inline);
  }

  get unmatchedTags(): readonly string[] {
    return this.#content.unmatchedTags;
  }

  update(block: Block): boolean {
    if ((block.type !== "paragraph" && block.type !== "heading") || depthOf(block) !== this.#depth) return false;
    this.#content.show(block.inline);
    return true;
  }

  finalize(): void {
    // No work is deferred.
  }

  collectUndefinedLabels(labels: Set<string>): void {
    for (const label of this.#content.undefinedLabels) labels.add(label);
  }

  refreshLinks(): void {
    this.#content.refreshLinks();
  }
}

const depthOf = (block: BlockOf<"paragraph" | "heading">): number => (block.type === "heading" ? block.depth : 0);

/** The element has the heading's level in the page, `data-depth` its level in the answer, which decides its size. */
function createHeading(depth: number, levelAbove: number): HTMLElement {
  const level = levelAbove + depth;
  const heading = document.createElement(`h${Math.min(level, 6)}`);
  if (level > 6) heading.setAttribute("aria-level", String(level));
  heading.dataset["depth"] = String(depth);
  return heading;
}
