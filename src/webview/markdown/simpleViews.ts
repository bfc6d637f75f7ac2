import type { BlockView, Rendering } from "./blockView";
import { HtmlFlow } from "./htmlInserter";
import type { Block } from "./markdownBlock";

/** A block without links or parts, which `show` puts into its node. */
class PlainView<N extends ChildNode> implements BlockView {
  readonly node: N;
  readonly #show: (node: N, raw: string) => void;
  readonly #type: Block["type"];
  #raw: string;

  constructor({ type, raw }: Block, node: N, show: (node: N, raw: string) => void = () => undefined) {
    this.node = node;
    this.#show = show;
    this.#type = type;
    this.#raw = raw;
    show(node, raw);
  }

  update({ type, raw }: Block): boolean {
    if (type !== this.#type) return false;
    if (raw !== this.#raw) this.#show(this.node, raw);
    this.#raw = raw;
    return true;
  }

  settle(): void {
    // Nothing waits.
  }

  collectMissing(): void {
    // No references.
  }

  relink(): void {
    // No links.
  }
}

export const createRule = (block: Block): BlockView => new PlainView(block, document.createElement("hr"));

/** A definition is not shown. */
export const createDefinition = (block: Block): BlockView => new PlainView(block, document.createTextNode(""));

/** A formula, as it was written. */
export function createMath(block: Block): BlockView {
  const element = document.createElement("div");
  element.className = "math";
  element.dir = "ltr";
  return new PlainView(block, element, (node, raw) => (node.textContent = raw.trim()));
}

/** Raw HTML that is not complete yet, by itself; when it is, it can stand around what follows it. */
export const createOpenHtml = (block: Block, { words }: Rendering): BlockView =>
  new PlainView(block, document.createElement("div"), (node, raw) => {
    node.replaceChildren();
    new HtmlFlow(() => node, words).html(raw);
  });
