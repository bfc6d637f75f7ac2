/** One table of a benchmark: the first column names the row, the others are right-aligned figures. */
export interface Table {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Explains the figures. */
  note?: string;
}

/** The table in Markdown, with aligned columns for terminals. */
export function markdownTable({ title, columns, rows, note }: Table): string {
  const widths = columns.map((column, at) => Math.max(3, column.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => aligned(cells[at] ?? "", width, at)).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [`### ${title}`, "", line(columns), rule, ...rows.map(line), ...(note ? ["", note] : []), ""].join("\n");
}

function aligned(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
