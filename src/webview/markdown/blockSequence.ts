import type { BlockView, Linked, Rendering } from "./blockView";
import { HtmlFlow } from "./htmlInserter";
import type { Block } from "./markdownBlock";

/** The blocks inside of a list item or a quote. */
export class BlockSequence implements Linked {
  readonly #element: HTMLElement;
  readonly #rendering: Rendering;
  readonly #views: BlockView[] = [];
  #hasHtml = false;

  constructor(element: HTMLElement, rendering: Rendering) {
    this.#element = element;
    this.#rendering = rendering;
  }

  update(blocks: Block[]): void {
    const hadHtml = this.#hasHtml;
    this.#hasHtml = blocks.some(({ type }) => type === "html");
    if (hadHtml || this.#hasHtml) this.#rebuild(blocks);
    else
      patchViews(
        this.#views,
        blocks,
        (block) => this.#create(block),
        (node) => this.#element.append(node),
      );
  }

  settle(): void {
    for (const view of this.#views) view.settle();
  }

  collectMissing(labels: Set<string>): void {
    for (const view of this.#views) view.collectMissing(labels);
  }

  relink(): void {
    for (const view of this.#views) view.relink();
  }

  /** Raw HTML may stand around the blocks after it, so that none can change by itself. */
  #rebuild(blocks: Block[]): void {
    this.#element.replaceChildren();
    this.#views.length = 0;
    const flow = new HtmlFlow(() => this.#element, this.#rendering.words);
    for (const block of blocks) {
      if (block.type === "html") {
        flow.html(block.raw);
        continue;
      }
      const view = this.#create(block);
      this.#views.push(view);
      flow.cursor.append(view.node);
      for (const name of view.unmatched ?? []) flow.close(name);
    }
  }

  #create(block: Block): BlockView {
    return this.#rendering.createView(block, this.#rendering, true);
  }
}

/** Makes `views` show `blocks`, changing as little on the screen as it can. */
export function patchViews<B, V extends { node: ChildNode; update(block: B): boolean }>(
  views: V[],
  blocks: readonly B[],
  create: (block: B) => V,
  append: (node: ChildNode) => void,
): void {
  for (const [index, block] of blocks.entries()) {
    const old = views[index];
    if (old?.update(block)) continue;
    const view = create(block);
    views[index] = view;
    if (old) old.node.replaceWith(view.node);
    else append(view.node);
  }
  for (const { node } of views.splice(blocks.length)) node.remove();
}
