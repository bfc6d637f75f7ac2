import { BlockSequence } from "./blockSequence";
import type { BlockView, RenderContext } from "./blockView";
import { readAlert } from "./parse/alert";
import type { Block, BlockOf } from "./parse/markdownBlock";

export class QuoteView implements BlockView {
  readonly node = document.createElement("blockquote");
  readonly #blocks: BlockSequence;

  constructor(block: BlockOf<"blockquote">, context: RenderContext) {
    this.#blocks = new BlockSequence(this.node, context);
    this.#blocks.update(block.blocks);
  }

  update(block: Block): boolean {
    if (block.type !== "blockquote" || readAlert(block.blocks)) return false;
    this.#blocks.update(block.blocks);
    return true;
  }

  finalize(): void {
    this.#blocks.finalize();
  }

  collectUndefinedLabels(labels: Set<string>): void {
    this.#blocks.collectUndefinedLabels(labels);
  }

  refreshLinks(): void {
    this.#blocks.refreshLinks();
  }
}
