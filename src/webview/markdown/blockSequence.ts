import type { BlockView, LinkContainer, RenderContext } from "./blockView";
import { HtmlBudget } from "./htmlBudget";
import { HtmlInserter } from "./htmlInserter";
import type { Block } from "./parse/markdownBlock";

/** The blocks inside a list item or blockquote. */
export class BlockSequence implements LinkContainer {
  readonly #element: HTMLElement;
  readonly #context: RenderContext;
  readonly #views: BlockView[] = [];
  #hasHtml = false;

  constructor(element: HTMLElement, context: RenderContext) {
    this.#element = element;
    this.#context = context;
  }

  update(blocks: Block[]): void {
    const hadHtml = this.#hasHtml;
    this.#hasHtml = blocks.some(({ type }) => type === "html");
    if (hadHtml || this.#hasHtml) this.#rebuild(blocks);
    else
      patchViews(
        this.#views,
        blocks,
        (block) => this.#createView(block),
        (node) => this.#element.append(node),
      );
  }

  finalize(): void {
    for (const view of this.#views) view.finalize();
  }

  collectUndefinedLabels(labels: Set<string>): void {
    for (const view of this.#views) view.collectUndefinedLabels(labels);
  }

  refreshLinks(): void {
    for (const view of this.#views) view.refreshLinks();
  }

  /** Raw HTML may wrap the blocks after it, so blocks cannot be updated one by one. */
  #rebuild(blocks: Block[]): void {
    this.#element.replaceChildren();
    this.#views.length = 0;
    const inserter = new HtmlInserter(() => this.#element, this.#context.labels, new HtmlBudget());
    for (const block of blocks) {
      if (block.type === "html") {
        inserter.insert(block.raw);
        continue;
      }
      const view = this.#createView(block);
      this.#views.push(view);
      inserter.insertionPoint.append(view.node);
      for (const name of view.unmatchedTags ?? []) inserter.close(name);
    }
  }

  #createView(block: Block): BlockView {
    return this.#context.createView(block, this.#context, true);
  }
}

/** Updates `views` to show `blocks` with as few DOM changes as possible. */
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
