import type { BlockView, RenderContext } from "./blockView";
import { footnoteId, leadTo } from "./footnoteLink";
import { InlineContent } from "./inlineContent";
import type { Block, BlockOf } from "./parse/markdownBlock";

/** Renders the text of a footnote, with a button that leads back to the text. */
export class FootnoteView implements BlockView {
  readonly node = document.createElement("p");
  readonly #label: string;
  readonly #id: string;
  readonly #content: InlineContent;

  constructor({ label, inline }: BlockOf<"footnote">, context: RenderContext) {
    this.#label = label;
    this.#id = footnoteId(context, label);
    const name = document.createElement("span");
    name.className = "footnote-label";
    name.textContent = label;
    const content = document.createElement("span");
    const back = document.createElement("button");
    back.type = "button";
    back.className = "footnote-back";
    back.textContent = "↩";
    back.ariaLabel = back.title = context.labels.backToText;
    back.addEventListener("click", () => leadTo(back, `.footnote-reference[href="#${this.#id}"]`));
    this.node.className = "footnote";
    this.node.tabIndex = -1;
    this.node.append(name, " ", content, "\u00a0", back);
    this.#content = new InlineContent(content, context);
    this.#content.show(inline);
  }

  update(block: Block): boolean {
    if (block.type !== "footnote" || block.label !== this.#label) return false;
    this.#content.show(block.inline);
    return true;
  }

  finalize(): void {
    // The first definition of a label wins.
    if (!document.getElementById(this.#id)) this.node.id = this.#id;
  }

  collectUndefinedLabels(labels: Set<string>): void {
    for (const label of this.#content.undefinedLabels) labels.add(label);
  }

  refreshLinks(): void {
    this.#content.refreshLinks();
  }
}
