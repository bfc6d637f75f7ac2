import type { Browser } from "playwright-core";
import { launchChromium, unlimitedFrameRate } from "../support/chromium";
import { machine, report } from "./report";
import { markdownTable, type Table } from "./table";
import { answer, chapter, deltas } from "./webviewAnswer";
import type { ContenderName } from "./webviewPage";
import { columns } from "./webviewColumns";
import { reopening } from "./webviewRebuild";
import { ContenderPage } from "./contenderPage";

/**
 * Measures the main thread of a real Chromium while an answer streams, compared with a minimal renderer and with react-markdown.
 * The figures are processor time and frames are not limited to the display rate, since an answer of 200 KB takes five minutes at
 * normal speed.
 */
/** 150 deltas per second at 60 frames per second. */
const deltasPerFrame = 2.5;
const sizes = [8_000, 60_000, 200_000];
/** Measured deltas in each tenth: one chapter, since the chapters are alike. The other deltas are sent faster. */
const sample = deltas(chapter(1)).length;
const fastDeltasPerFrame = 40;
/** Measured deltas in each tenth for react-markdown, which would take hours for all. The other deltas are sent at once. */
const shortSample = 10;

interface Run {
  /** Processor time of each tenth of the deltas, in milliseconds. */
  tenths: number[];
  /** Processor time of the longest task in the following frames, in milliseconds. */
  longestTask: number;
  /** Megabytes. */
  heap: number;
}

/** The sections of `npm run bench:webview`. Names after the command select sections; the README then stays unchanged. */
const sections: Record<string, (browser: Browser) => Promise<Table[]>> = {
  streaming: async (browser) => {
    const tables: Table[] = [];
    for (const size of sizes) tables.push(await streaming(browser, size));
    return tables;
  },
  atOnce: async (browser) => [await atOnce(browser)],
  reopening: async (browser) => [await reopening(browser)],
  columns: async (browser) => [await columns(browser)],
};

async function main(selected: readonly string[]): Promise<void> {
  const tables: Table[] = [];
  const browser = await launchChromium(unlimitedFrameRate);
  try {
    for (const [name, section] of Object.entries(sections)) {
      if (selected.length > 0 && !selected.includes(name)) continue;
      for (const table of await section(browser)) {
        tables.push(table);
        console.log(`\n${markdownTable(table)}`);
      }
    }
  } finally {
    await browser.close();
  }
  if (selected.length === 0) report("webview", "npm run bench:webview", tables);
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
  "Tenths in µs per delta, the longest task in ms, all in processor time of the main thread. Budget of the renderer: " +
  "1.5 × the floor, growth 1.3, no task over 50 ms. The floor appends the raw text once per frame, with a new element after each " +
  `blank line. react-markdown renders the whole text for each delta; ${shortSample} deltas of each tenth are measured.`;

async function stream(browser: Browser, name: ContenderName, pieces: string[], after: string[]): Promise<Run> {
  await using contenderPage = await ContenderPage.open(browser);
  const { page } = contenderPage;
  await page.evaluate((contender) => window.begin(contender), name);
  const push = (deltas: string[], perFrame = deltasPerFrame): Promise<void> =>
    page.evaluate(([batch, count]) => window.stream(batch, count), [deltas, perFrame] as const);
  const slow = name === "react-markdown";
  const size = Math.ceil(pieces.length / 10);
  const tenths: number[] = [];
  for (let at = 0; at < pieces.length; at += size) {
    const tenth = pieces.slice(at, at + size);
    const measured = tenth.slice(0, slow ? shortSample : sample);
    const before = await contenderPage.processorTime();
    await push(measured);
    tenths.push(((await contenderPage.processorTime()) - before) * (tenth.length / measured.length));
    const others = tenth.slice(measured.length);
    if (others.length > 0) await (slow ? push([others.join("")]) : push(others, fastDeltasPerFrame));
  }
  const longestTask = await contenderPage.longestTask(() => push(slow ? after.slice(0, shortSample) : after));
  await page.evaluate(() => window.end());
  return { tenths, longestTask, heap: await contenderPage.heap() };
}

/** Measures a long answer that is complete from the start, as in a reopened chat. */
async function atOnce(browser: Browser): Promise<Table> {
  const text = answer(200_000);
  const rows: string[][] = [];
  for (const name of ["floor", "renderer", "react-markdown"] as const) {
    await using contenderPage = await ContenderPage.open(browser);
    await contenderPage.page.evaluate((contender) => window.begin(contender), name);
    const before = await contenderPage.processorTime();
    const longest = await contenderPage.longestTask(() =>
      contenderPage.page.evaluate(async (text) => {
        await window.stream([text], 1);
        await window.end();
      }, text),
    );
    const time = (await contenderPage.processorTime()) - before;
    rows.push([name, time.toFixed(0), longest.toFixed(0)]);
  }
  return { title: "Rendering an answer of 200 KB at once", columns: ["contender", "CPU ms", "longest task ms"], rows };
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

void main(process.argv.slice(2));
