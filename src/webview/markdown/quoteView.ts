import { BlockSequence } from "./blockSequence";
import type { BlockView, Rendering } from "./blockView";
import type { Block, BlockOf } from "./markdownBlock";

export class QuoteView implements BlockView {
  readonly node = document.createElement("blockquote");
  readonly #blocks: BlockSequence;

  constructor(block: BlockOf<"quote">, rendering: Rendering) {
    this.#blocks = new BlockSequence(this.node, rendering);
    this.#blocks.update(block.blocks);
  }

  update(block: Block): boolean {
    if (block.type !== "quote") return false;
    this.#blocks.update(block.blocks);
    return true;
  }

  settle(): void {
    this.#blocks.settle();
  }

  collectMissing(labels: Set<string>): void {
    this.#blocks.collectMissing(labels);
  }

  relink(): void {
    this.#blocks.relink();
  }
}
