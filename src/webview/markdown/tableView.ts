import { patchViews } from "./blockSequence";
import type { BlockView, Linked, Rendering } from "./blockView";
import { InlineContent } from "./inlineContent";
import type { Block, Row, Table } from "./markdownBlock";

/** A table in a region of its own, which scrolls when it is too wide. Rows leave it one by one as they become final. */
export class TableView implements BlockView {
  readonly node = document.createElement("div");
  readonly #rendering: Rendering;
  readonly #table: Table;
  readonly #header: RowView;
  readonly #body = document.createElement("tbody");
  readonly #open: RowView[] = [];

  constructor(table: Table, rendering: Rendering) {
    this.#rendering = rendering;
    this.#table = table;
    this.#header = new RowView(table.header, "th", table, rendering);
    const head = document.createElement("thead");
    head.append(this.#header.node);
    const element = document.createElement("table");
    element.append(head, this.#body);
    this.node.className = "table";
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", rendering.words.table(headingsOf(this.#header.node)));
    this.node.append(element);
    this.update(table);
  }

  update(table: Block): boolean {
    if (table.type !== "table" || !this.#isSameKind(table)) return false;
    const create = (row: Row): RowView => new RowView(row, "td", table, this.#rendering);
    patchViews(this.#open, table.rows, create, (node) => this.#body.append(node));
    return true;
  }

  settleParts(count: number): Linked[] {
    return this.#open.splice(0, count);
  }

  settle(): void {
    // Rows have nothing that waits.
  }

  collectMissing(labels: Set<string>): void {
    for (const row of [this.#header, ...this.#open]) row.collectMissing(labels);
  }

  relink(): void {
    for (const row of [this.#header, ...this.#open]) row.relink();
  }

  #isSameKind({ header, align }: Table): boolean {
    return header.raw === this.#table.header.raw && align.join() === this.#table.align.join();
  }
}

class RowView implements Linked {
  readonly node = document.createElement("tr");
  readonly #cells: InlineContent[];

  constructor({ cells }: Row, tag: "th" | "td", { align }: Table, rendering: Rendering) {
    this.#cells = cells.slice(0, shownCells(cells)).map((source, index) => {
      const cell = document.createElement(tag);
      if (tag === "th") cell.scope = "col";
      const side = align[index];
      if (side) cell.dataset["align"] = side;
      this.node.append(cell);
      const content = new InlineContent(cell, rendering);
      content.show(source);
      return content;
    });
    const missing = cells.length - this.#cells.length;
    if (missing > 0) this.node.insertCell().colSpan = missing;
  }

  update({ cells }: Row): boolean {
    if (shownCells(cells) !== this.#cells.length) return false;
    for (const [index, content] of this.#cells.entries()) content.show(cells[index] ?? "");
    return true;
  }

  collectMissing(labels: Set<string>): void {
    for (const { missing } of this.#cells) for (const label of missing) labels.add(label);
  }

  relink(): void {
    for (const content of this.#cells) content.relink();
  }
}

/** When a row lacks many cells, one stands for all of them: a two-letter line may lack dozens. */
function shownCells(cells: string[]): number {
  const given = cells.findLastIndex((source) => source !== "") + 1;
  return cells.length - given > 4 ? given : cells.length;
}

function headingsOf(header: HTMLElement): string {
  const names = [...header.children].map(({ textContent }) => textContent.trim()).filter((name) => name !== "");
  return names.join(", ").slice(0, 80);
}
