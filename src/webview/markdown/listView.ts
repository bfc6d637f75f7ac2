import { BlockSequence, patchViews } from "./blockSequence";
import type { BlockView, LinkContainer, RenderContext } from "./blockView";
import type { Block, List, ListItem } from "./parse/markdownBlock";
import type { MarkdownLabels } from "./markdownLabels";

/**
 * Renders a list. Items that are final are no longer updated. A loose list differs from a tight one by its class alone, because
 * a blank line after the hundredth item makes the items before it loose too.
 */
export class ListView implements BlockView {
  readonly node: HTMLElement;
  readonly #context: RenderContext;
  readonly #openItems: ItemView[] = [];
  readonly #start: number | undefined;
  #hasFinalItems = false;

  constructor(list: List, context: RenderContext) {
    this.#context = context;
    this.#start = list.start;
    if (list.start === undefined) {
      this.node = document.createElement("ul");
    } else {
      const ordered = document.createElement("ol");
      if (list.start !== 1) ordered.start = list.start;
      this.node = ordered;
    }
    this.update(list);
  }

  update(list: Block): boolean {
    if (list.type !== "list" || !this.#isSameKind(list)) return false;
    this.node.className = list.loose ? "loose" : "tight";
    const create = (item: ListItem): ItemView => new ItemView(item, this.#context);
    patchViews(this.#openItems, list.items, create, (node) => this.node.append(node));
    return true;
  }

  get openParts(): number {
    return this.#openItems.length;
  }

  finalizeParts(count: number): LinkContainer[] {
    this.#hasFinalItems = true;
    const items = this.#openItems.splice(0, count);
    for (const item of items) item.finalize();
    return items;
  }

  finalize(): void {
    for (const item of this.#openItems) item.finalize();
  }

  collectUndefinedLabels(labels: Set<string>): void {
    for (const item of this.#openItems) item.collectUndefinedLabels(labels);
  }

  refreshLinks(): void {
    for (const item of this.#openItems) item.refreshLinks();
  }

  /** Once the first items are final, `start` is the number of the first open item, so it no longer identifies the list. */
  #isSameKind({ start }: List): boolean {
    return this.#hasFinalItems ? (start === undefined) === (this.#start === undefined) : start === this.#start;
  }
}

class ItemView implements LinkContainer {
  readonly node = document.createElement("li");
  readonly #blocks: BlockSequence;
  readonly #checked: boolean | undefined;

  constructor(item: ListItem, context: RenderContext) {
    context.frameBudget.addNodes(1);
    this.#checked = item.checked;
    if (item.checked === undefined) {
      this.#blocks = new BlockSequence(this.node, context);
    } else {
      const content = document.createElement("div");
      this.node.className = "task";
      this.node.append(createCheckbox(item.checked, context.labels), content);
      this.#blocks = new BlockSequence(content, context);
    }
    this.#blocks.update(item.blocks);
  }

  update(item: ListItem): boolean {
    if (item.checked !== this.#checked) return false;
    this.#blocks.update(item.blocks);
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

function createCheckbox(checked: boolean, { done, toDo }: MarkdownLabels): HTMLInputElement {
  const checkbox = document.createElement("input");
  checkbox.type = "checkbox";
  checkbox.disabled = true;
  checkbox.defaultChecked = checked;
  checkbox.setAttribute("aria-label", checked ? done : toDo);
  return checkbox;
}
