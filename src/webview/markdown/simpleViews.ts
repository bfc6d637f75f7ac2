import type { BlockView, RenderContext } from "./blockView";
import { HtmlInserter } from "./htmlInserter";
import type { Block } from "./parse/markdownBlock";

/** Renders a block without links or parts, by a function that fills its node from the source. */
class SimpleView<N extends ChildNode> implements BlockView {
  readonly node: N;
  readonly #render: (node: N, raw: string) => void;
  readonly #type: Block["type"];
  #raw: string;

  constructor({ type, raw }: Block, node: N, render: (node: N, raw: string) => void = () => undefined) {
    this.node = node;
    this.#render = render;
    this.#type = type;
    this.#raw = raw;
    render(node, raw);
  }

  update({ type, raw }: Block): boolean {
    if (type !== this.#type) return false;
    if (raw !== this.#raw) this.#render(this.node, raw);
    this.#raw = raw;
    return true;
  }

  finalize(): void {
    // No work is deferred.
  }

  collectUndefinedLabels(): void {
    // There are no reference links.
  }

  refreshLinks(): void {
    // There are no reference links.
  }
}

export const createThematicBreakView = (block: Block): BlockView => new SimpleView(block, document.createElement("hr"));

/** Definitions are not shown. */
export const createDefinitionView = (block: Block): BlockView => new SimpleView(block, document.createTextNode(""));

/** Shows a formula, as written until it is complete and typeset. */
export function createMathView(block: Block, { math }: RenderContext): BlockView {
  const element = document.createElement("div");
  element.className = "math";
  element.dir = "ltr";
  return new SimpleView(block, element, (node, raw) => math.show(node, raw.trim()));
}

/** Shows raw HTML in an element of its own while it is incomplete. Once final, it can wrap the blocks after it. */
export const createOpenHtmlView = (block: Block, { labels }: RenderContext): BlockView =>
  new SimpleView(block, document.createElement("div"), (node, raw) => {
    node.replaceChildren();
    new HtmlInserter(() => node, labels).insert(withoutOpenComment(raw));
  });

/** A comment is hidden while it may still end. One that never ends is shown as text. */
function withoutOpenComment(source: string): string {
  const start = source.lastIndexOf("<!--");
  return start < 0 || source.includes("-->", start + 2) ? source : source.slice(0, start);
}
