import type { BlockView, RenderContext } from "./blockView";
import { footnoteId, leadTo } from "./footnoteLink";
import type { FootnoteNumbers } from "./footnoteNumbers";
import { InlineContent } from "./inlineContent";
import type { Block, BlockOf } from "./parse/markdownBlock";

/** Renders the text of a footnote, with a button that leads back to the text. Without a reference it is shown as written. */
export class FootnoteView implements BlockView {
  readonly node = document.createElement("p");
  readonly #label: string;
  readonly #id: string;
  readonly #content: InlineContent;
  readonly #footnotes: FootnoteNumbers;
  readonly #name = document.createElement("span");
  readonly #back = document.createElement("button");

  constructor({ label, inline }: BlockOf<"footnote">, context: RenderContext) {
    this.#label = label;
    this.#id = footnoteId(context, label);
    this.#footnotes = context.footnotes;
    const content = document.createElement("span");
    const back = this.#back;
    back.type = "button";
    back.className = "footnote-back";
    back.textContent = "↩";
    back.ariaLabel = back.title = context.labels.backToText;
    back.addEventListener("click", () => leadTo(back, `.footnote-reference[href="#${this.#id}"]`));
    this.node.className = "footnote";
    this.node.tabIndex = -1;
    this.node.append(this.#name, " ", content, "\u00a0", back);
    this.#content = new InlineContent(content, context);
    this.#content.show(inline);
    this.showNumber(undefined);
  }

  /** Shows the number, and the way back to the text. There is none while nothing refers to the footnote. */
  showNumber(number: number | undefined): void {
    this.#name.className = number === undefined ? "" : "footnote-label";
    this.#name.textContent = number === undefined ? `[^${this.#label}]:` : String(number);
    this.#back.hidden = number === undefined;
  }

  update(block: Block): boolean {
    if (block.type !== "footnote" || block.label !== this.#label) return false;
    this.#content.show(block.inline);
    return true;
  }

  finalize(): void {
    if (this.#footnotes.add(this.#id, this)) this.node.id = this.#id;
  }

  collectUndefinedLabels(labels: Set<string>): void {
    for (const label of this.#content.undefinedLabels) labels.add(label);
  }

  refreshLinks(): void {
    this.#content.refreshLinks();
  }
}
