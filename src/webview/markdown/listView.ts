import { BlockSequence, patchViews } from "./blockSequence";
import type { BlockView, Linked, Rendering } from "./blockView";
import type { Block, List, ListItem } from "./markdownBlock";
import type { MarkdownLabels } from "./markdownLabels";

/**
 * A list, whose items leave it one by one as they become final. A loose list differs from a tight one by its class alone, for
 * a blank line after the hundredth item makes the ones before it loose too.
 */
export class ListView implements BlockView {
  readonly node: HTMLElement;
  readonly #rendering: Rendering;
  readonly #open: ItemView[] = [];
  readonly #start: number | undefined;
  #begun = false;

  constructor(list: List, rendering: Rendering) {
    this.#rendering = rendering;
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
    const create = (item: ListItem): ItemView => new ItemView(item, this.#rendering);
    patchViews(this.#open, list.items, create, (node) => this.node.append(node));
    return true;
  }

  settleParts(count: number): Linked[] {
    this.#begun = true;
    const items = this.#open.splice(0, count);
    for (const item of items) item.settle();
    return items;
  }

  settle(): void {
    for (const item of this.#open) item.settle();
  }

  collectMissing(labels: Set<string>): void {
    for (const item of this.#open) item.collectMissing(labels);
  }

  relink(): void {
    for (const item of this.#open) item.relink();
  }

  /** When the first items have left, the number of the first one that is still open tells nothing. */
  #isSameKind({ start }: List): boolean {
    return this.#begun ? (start === undefined) === (this.#start === undefined) : start === this.#start;
  }
}

class ItemView implements Linked {
  readonly node = document.createElement("li");
  readonly #blocks: BlockSequence;
  readonly #checked: boolean | undefined;

  constructor(item: ListItem, rendering: Rendering) {
    this.#checked = item.checked;
    if (item.checked === undefined) {
      this.#blocks = new BlockSequence(this.node, rendering);
    } else {
      const content = document.createElement("div");
      this.node.className = "task";
      this.node.append(createCheckBox(item.checked, rendering.words), content);
      this.#blocks = new BlockSequence(content, rendering);
    }
    this.#blocks.update(item.blocks);
  }

  update(item: ListItem): boolean {
    if (item.checked !== this.#checked) return false;
    this.#blocks.update(item.blocks);
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

function createCheckBox(checked: boolean, { done, toDo }: MarkdownLabels): HTMLInputElement {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.disabled = true;
  box.defaultChecked = checked;
  box.setAttribute("aria-label", checked ? done : toDo);
  return box;
}
