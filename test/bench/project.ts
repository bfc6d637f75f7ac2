import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { chooseChunks } from "../../src/project/chooseChunks";
import { SearchIndex } from "../../src/project/searchIndex";
import { estimateTokens } from "../../src/router/index";
import { projectRoot } from "../support/projectRoot";
import { percentile } from "./samples";
import type { Table } from "./table";

/** A commit as a question: its subject, and the source files that it changed. */
interface Question {
  readonly text: string;
  readonly files: readonly string[];
}

/** Commits that touch more files are moves and renames, which no search can guess. */
const maxFiles = 8;
const data = /package-lock|\.(?:png|gif|svg)$|^test\/(?:data|locks)\//;

const git = (...parameters: string[]): string =>
  execFileSync("git", ["-C", projectRoot, ...parameters], { maxBuffer: 256 * 1024 * 1024 }).toString();

/** How well the search finds the files of this project's own commits, and what it costs. */
export async function project(): Promise<Table[]> {
  const files = git("ls-files")
    .split("\n")
    .filter((file) => file !== "" && !data.test(file));
  const texts = new Map(files.map((file) => [file, readFileSync(path.join(projectRoot, file), "utf8")]));
  const heapBefore = memory();
  const started = performance.now();
  const index = new SearchIndex();
  for (const [file, text] of texts) index.add(file, text);
  index.commit();
  const indexMs = performance.now() - started;
  const heap = memory() - heapBefore;
  const questions = commitsAsQuestions(new Set(files));
  const results: Awaited<ReturnType<typeof ask>>[] = [];
  for (const question of questions) results.push(await ask(question, index, texts));
  const mean = (of: (result: (typeof results)[number]) => number): string =>
    `${((100 * results.reduce((sum, each) => sum + of(each), 0)) / results.length).toFixed(1)} %`;
  const times = results.map(({ ms }) => ms);
  return [
    {
      title: `Questions about the project: ${questions.length} commits of its own history`,
      columns: ["", "value"],
      rows: [
        ["changed files among the first 5", mean(({ at5 }) => at5)],
        ["changed files among the first 10", mean(({ at10 }) => at10)],
        ["a changed file is in the code that is sent, 4,000 tokens", mean(({ sent4 }) => sent4)],
        ["a changed file is in the code that is sent, 8,000 tokens", mean(({ sent8 }) => sent8)],
        [
          `index of ${files.length} files, ${Math.round([...texts.values()].join("").length / 1e5) / 10} MB`,
          `${Math.round(indexMs)} ms`,
        ],
        ["a search, 95th percentile", `${percentile(times, 0.95).toFixed(1)} ms`],
        ["memory", `${Math.round(heap / 1e6)} MB`],
      ],
      note: "The subject of a commit is the question; the files of src/ that it changed, at most 8, are the answer. Files have been renamed since, and a subject rarely names all it changed, so 100 % cannot be reached. The index is of today's files.",
    },
  ];
}

function commitsAsQuestions(known: ReadonlySet<string>): Question[] {
  return git("log", "--name-only", "--format=@@%s")
    .split("@@")
    .slice(1)
    .flatMap((entry) => {
      const [text = "", ...names] = entry.split("\n").filter((line) => line !== "");
      const files = names.filter((name) => name.startsWith("src/") && known.has(name));
      return files.length === 0 || files.length > maxFiles || names.length > 3 * maxFiles ? [] : [{ text, files }];
    });
}

async function ask({ text, files }: Question, index: SearchIndex, texts: ReadonlyMap<string, string>) {
  const started = performance.now();
  const found = index.search({ question: text, limit: 300 });
  const ms = performance.now() - started;
  const order = [...new Set(found.map((chunk) => chunk.path))];
  const recall = (count: number): number =>
    files.filter((file) => order.slice(0, count).includes(file)).length / Math.min(files.length, count);
  const isSent = async (budget: number): Promise<number> => {
    const tokensOf = ({ path: name, start, end }: { path: string; start: number; end: number }): number =>
      estimateTokens((texts.get(name) ?? "").split("\n").slice(start, end).join("\n"));
    return (await chooseChunks(found, budget, tokensOf)).some((part) => files.includes(part.path)) ? 1 : 0;
  };
  return { ms, at5: recall(5), at10: recall(10), sent4: await isSent(4_000), sent8: await isSent(8_000) };
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
