import { patchViews } from "./blockSequence";
import type { BlockView, LinkContainer, RenderContext } from "./blockView";
import { InlineContent } from "./inlineContent";
import type { Block, Row, Table } from "./parse/markdownBlock";

/** Renders a table in a scrollable region. Rows that are final are no longer updated. */
export class TableView implements BlockView {
  readonly node = document.createElement("div");
  readonly #context: RenderContext;
  readonly #table: Table;
  readonly #header: RowView;
  readonly #body = document.createElement("tbody");
  readonly #openRows: RowView[] = [];

  constructor(table: Table, context: RenderContext) {
    this.#context = context;
    this.#table = table;
    this.#header = new RowView(table.header, "th", table, context);
    const head = document.createElement("thead");
    head.append(this.#header.node);
    const element = document.createElement("table");
    element.append(head, this.#body);
    this.node.className = "table";
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", context.labels.table(headingsOf(this.#header.node)));
    this.node.append(element);
    this.update(table);
  }

  update(table: Block): boolean {
    if (table.type !== "table" || !this.#isSameKind(table)) return false;
    const create = (row: Row): RowView => new RowView(row, "td", table, this.#context);
    patchViews(this.#openRows, table.rows, create, (node) => this.#body.append(node));
    return true;
  }

  get openParts(): number {
    return this.#openRows.length;
  }

  finalizeParts(count: number): LinkContainer[] {
    return this.#openRows.splice(0, count);
  }

  finalize(): void {
    // No work is deferred.
  }

  collectUndefinedLabels(labels: Set<string>): void {
    for (const row of [this.#header, ...this.#openRows]) row.collectUndefinedLabels(labels);
  }

  refreshLinks(): void {
    for (const row of [this.#header, ...this.#openRows]) row.refreshLinks();
  }

  #isSameKind({ header, align }: Table): boolean {
    return header.raw === this.#table.header.raw && align.join() === this.#table.align.join();
  }
}

class RowView implements LinkContainer {
  readonly node = document.createElement("tr");
  readonly #cells: InlineContent[];

  constructor({ cells }: Row, tag: "th" | "td", { align }: Table, context: RenderContext) {
    context.frameBudget.addNodes(cells.length);
    this.#cells = cells.slice(0, individualCells(cells)).map((_, index) => {
      const cell = document.createElement(tag);
      if (tag === "th") cell.scope = "col";
      const side = align[index];
      if (side) cell.dataset["align"] = side;
      this.node.append(cell);
      return new InlineContent(cell, context);
    });
    this.#show(cells);
    const missing = cells.length - this.#cells.length;
    if (missing > 0) this.node.insertCell().colSpan = missing;
  }

  update({ cells }: Row): boolean {
    if (individualCells(cells) !== this.#cells.length) return false;
    this.#show(cells);
    return true;
  }

  #show(cells: string[]): void {
    for (const [index, content] of this.#cells.entries()) {
      const source = cells[index] ?? "";
      content.show(source);
      this.node.cells[index]?.classList.toggle("long", isLong(source));
    }
  }

  collectUndefinedLabels(labels: Set<string>): void {
    for (const { undefinedLabels } of this.#cells) for (const label of undefinedLabels) labels.add(label);
  }

  refreshLinks(): void {
    for (const content of this.#cells) content.refreshLinks();
  }
}

/** Whether a cell has a text that takes more than a line of a narrow column. The address of a link is not shown. */
const isLong = (source: string): boolean => source.slice(0, 400).replace(/\]\([^)]*\)/g, "").length > 20;

/** Cells to render one by one. If a row lacks more than four, one empty cell spans them: a short line may lack dozens. */
function individualCells(cells: string[]): number {
  const filled = cells.findLastIndex((source) => source !== "") + 1;
  return cells.length - filled > 4 ? filled : cells.length;
}

function headingsOf(header: HTMLElement): string {
  const names = [...header.children].map(({ textContent }) => textContent.trim()).filter((name) => name !== "");
  return names.join(", ").slice(0, 80);
}
