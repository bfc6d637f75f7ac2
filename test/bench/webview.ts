import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { machine, report } from "./report";
import { markdownTable, type Table } from "./table";
import { answer, chapter, deltas } from "./webviewAnswer";
import type { ContenderName } from "./webviewPage";
import { rebuilding } from "./webviewRebuild";
import { Stage } from "./contenderPage";

/**
 * What an answer that streams costs the main thread of a real Chromium, next to the least that any renderer could cost and to
 * the usual way of rendering. Processor time, because frames are drawn as fast as they come: at its own pace an answer of
 * 200 KB takes five minutes.
 */
const flags = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];
/** 150 deltas a second where 60 frames are drawn. */
const deltasPerFrame = 2.5;
const sizes = [8_000, 60_000, 200_000];
/** An answer repeats itself chapter by chapter, so the deltas of one are measured in each tenth, and the others come faster. */
const sample = deltas(chapter(1)).length;
const hurriedPerFrame = 40;
/** What renders everything for every delta takes hours: only so many deltas are measured in each tenth, the others come at once. */
const shortSample = 10;

interface Run {
  /** Processor time of each tenth of the deltas, in milliseconds. */
  tenths: number[];
  /** Of the longest task in the frames after that. */
  longestTask: number;
  /** Megabytes. */
  heap: number;
}

async function main(): Promise<void> {
  const tables: Table[] = [];
  const browser = await launchChromium(flags);
  try {
    for (const size of sizes) tables.push(shown(await streaming(browser, size)));
    tables.push(shown(await atOnce(browser)));
    tables.push(shown(await rebuilding(browser)));
  } finally {
    await browser.close();
  }
  report("webview", "npm run bench:webview", tables);
  console.log(machine());
}

async function streaming(browser: Browser, size: number): Promise<Table> {
  const pieces = deltas(answer(size));
  const after = deltas(answer(size + 3_000).slice(size));
  const runs: Record<ContenderName, Run[]> = { floor: [], renderer: [], "react-markdown": [] };
  for (let round = 0; round < (size < 10_000 ? 3 : 1); round++) {
    for (const [name, done] of contenders(runs)) done.push(await stream(browser, name, pieces, after));
  }
  const floor = median(runs.floor, total);
  const perDelta = (tenth: number): string => ((tenth * 10_000) / pieces.length).toFixed(0);
  const rows = contenders(runs).map(([name, done]) => {
    const [first, last] = [median(done, ({ tenths }) => tenths[0]), median(done, ({ tenths }) => tenths[9])];
    return [
      name,
      (median(done, total) / 1000).toFixed(2),
      (median(done, total) / floor).toFixed(2),
      perDelta(first),
      perDelta(last),
      (last / first).toFixed(2),
      median(done, ({ longestTask }) => longestTask).toFixed(1),
      median(done, ({ heap }) => heap).toFixed(1),
    ];
  });
  return {
    title: `Streaming an answer of ${size / 1000} KB, ${pieces.length} deltas`,
    columns: ["contender", "CPU s", "× floor", "first tenth", "last tenth", "growth", "longest task", "heap MB"],
    rows,
    ...(size === sizes.at(-1) && { note: budget }),
  };
}

const budget =
  "Tenths in µs a delta, the longest task in ms, all of it processor time of the main thread. Budget of the renderer here: " +
  "1.5 × the floor, growth 1.3, no task over 50 ms. The floor appends the raw text once a frame, with a new element after each " +
  `blank line; react-markdown renders the whole text for each delta, of which ${shortSample} in every tenth are measured.`;

async function stream(browser: Browser, name: ContenderName, pieces: string[], after: string[]): Promise<Run> {
  await using stage = await Stage.open(browser);
  const { page } = stage;
  await page.evaluate((contender) => window.begin(contender), name);
  const push = (deltas: string[], perFrame = deltasPerFrame): Promise<void> =>
    page.evaluate(([some, each]) => window.stream(some, each), [deltas, perFrame] as const);
  const slow = name === "react-markdown";
  const size = Math.ceil(pieces.length / 10);
  const tenths: number[] = [];
  for (let at = 0; at < pieces.length; at += size) {
    const tenth = pieces.slice(at, at + size);
    const measured = tenth.slice(0, slow ? shortSample : sample);
    const before = await stage.processorTime();
    await push(measured);
    tenths.push(((await stage.processorTime()) - before) * (tenth.length / measured.length));
    const others = tenth.slice(measured.length);
    if (others.length > 0) await (slow ? push([others.join("")]) : push(others, hurriedPerFrame));
  }
  const longestTask = await stage.longestTask(() => push(slow ? after.slice(0, shortSample) : after));
  await page.evaluate(() => window.end());
  return { tenths, longestTask, heap: await stage.heap() };
}

/** What a conversation that is opened again costs: a long answer that is there already. */
async function atOnce(browser: Browser): Promise<Table> {
  const text = answer(200_000);
  const rows: string[][] = [];
  for (const name of ["floor", "renderer", "react-markdown"] as const) {
    await using stage = await Stage.open(browser);
    await stage.page.evaluate((contender) => window.begin(contender), name);
    const before = await stage.processorTime();
    const longest = await stage.longestTask(() =>
      stage.page.evaluate(async (whole) => {
        await window.stream([whole], 1);
        await window.end();
      }, text),
    );
    const time = (await stage.processorTime()) - before;
    rows.push([name, time.toFixed(0), longest.toFixed(0)]);
  }
  return { title: "Showing an answer of 200 KB at once", columns: ["contender", "CPU ms", "longest task ms"], rows };
}

const contenders = (runs: Record<ContenderName, Run[]>): [ContenderName, Run[]][] => [
  ["floor", runs.floor],
  ["renderer", runs.renderer],
  ["react-markdown", runs["react-markdown"]],
];

const total = ({ tenths }: Run): number => tenths.reduce((sum, tenth) => sum + tenth, 0);

function median(runs: Run[], value: (run: Run) => number | undefined): number {
  const values = runs.map((run) => value(run) ?? NaN).sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) / 2)] ?? NaN;
}

function shown(table: Table): Table {
  console.log(`\n${markdownTable(table)}`);
  return table;
}

void main();
