import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { projectRoot } from "../support/projectRoot";
import { markdownTable, type Table } from "./table";

const readme = path.join(projectRoot, "test", "bench", "README.md");

/** The chapters of test/bench/README.md that a run replaces, each between its markers. */
export type Chapter = "router" | "webview" | "bombs";

/** Replaces the tables of a chapter, and adds the command and the machine. */
export function report(chapter: Chapter, command: string, tables: readonly Table[]): void {
  const text = readFileSync(readme, "utf8");
  const begin = `<!-- ${chapter} -->`;
  const end = `<!-- /${chapter} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`test/bench/README.md has no markers for ${chapter}`);
  const body = [`\`${command}\` on ${machine()}`, ...tables.map((table) => markdownTable(table).trimEnd())].join(
    "\n\n",
  );
  writeFileSync(readme, `${text.slice(0, from + begin.length)}\n\n${body.trimEnd()}\n\n${text.slice(to)}`);
}

/** Date, Node version and machine of a run, in one line. */
export function machine(): string {
  const [cpu] = os.cpus();
  const day = new Date().toISOString().slice(0, 10);
  const load = (os.loadavg()[0] ?? 0).toFixed(1);
  return `${day}, Node ${process.versions.node}, ${os.cpus().length} × ${cpu?.model.trim() ?? "?"}, ${os.platform()}, load ${load} at the end.`;
}
