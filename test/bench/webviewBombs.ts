import type { Browser } from "playwright-core";
import { launchChromium, unlimitedFrameRate } from "../support/chromium";
import { ChatPageHarness } from "../support/page/chatPage";
import { markdownBombs } from "../support/page/markdownBombs";
import { turnViewOf } from "../support/page/turns";
import { ContenderPage } from "./contenderPage";
import { longestTask } from "./longestTask";
import type { Table } from "./table";
import { deltas } from "./webviewAnswer";

declare global {
  interface Window {
    /** Streams the bomb that the page received before the measurement, since receiving it is a task too. */
    streamBomb(): Promise<void>;
    /** The state of the chat to open. */
    bombState: unknown;
  }
}

/** The longest task of the page may take so long. In milliseconds. */
const budget = 50;
/** A measurement that takes longer is given up. In milliseconds. */
const timeLimit = 60_000;
/** About 500 characters. */
const deltasPerFrame = 100;

/** Measures the longest task of the page for each bomb: while it streams, and when a chat is opened in which it is an old answer. */
export async function bombs(isMeasured: (name: string) => boolean = () => true): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, text] of Object.entries(markdownBombs).filter(([name]) => isMeasured(name))) {
    await using pages = new BombPages();
    const row = [name, (text.length / 1000).toFixed(0)];
    for (const measure of [stream, open]) row.push(formatTime(await confirm(() => pages.measure(measure, text))));
    console.log(row.join("\t"));
    rows.push(row);
  }
  return {
    title: "Answers that repeat what is expensive",
    columns: ["repeated", "KB", "streamed", "opened"],
    rows,
    note: `The longest task in ms, in processor time of the main thread; the median of three where the first is over the budget. Budget: ${budget} ms, whatever the answer.`,
  };
}

/** The median of three if the first is over the budget, since a garbage collection can fall into any task. */
async function confirm(measure: () => Promise<number>): Promise<number> {
  const first = await measure();
  if (first <= budget) return first;
  const times = [first, await measure(), await measure()];
  return times.toSorted((a, b) => a - b)[1] ?? first;
}

const formatTime = (time: number): string => (time === Infinity ? "none" : time.toFixed(0));

interface Pages {
  browser: Browser;
  contenderPage: ContenderPage;
  chat: ChatPageHarness;
}

/** The pages of a browser, which is started again after a bomb that breaks it. Another bomb needs another browser: what is left of one is collected later. */
class BombPages implements AsyncDisposable {
  #pages: Pages | undefined;

  /** In milliseconds. Infinity if the page hangs, or crashes when it runs out of stack or memory. */
  async measure(measure: (pages: Pages, text: string) => Promise<number>, text: string): Promise<number> {
    this.#pages ??= await openPages();
    try {
      return await inTime(measure(this.#pages, text));
    } catch (error) {
      console.error(error);
      await this[Symbol.asyncDispose]();
      return Infinity;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pages?.browser.close();
    this.#pages = undefined;
  }
}

async function openPages(): Promise<Pages> {
  const browser = await launchChromium(unlimitedFrameRate);
  const contenderPage = await ContenderPage.open(browser);
  const chat = await ChatPageHarness.open({ browser, width: 400, height: 900 });
  return { browser, contenderPage, chat };
}

async function inTime(measurement: Promise<number>): Promise<number> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error(`No end after ${timeLimit} ms.`)), timeLimit);
  return Promise.race([measurement, timeout.promise]).finally(() => clearTimeout(timer));
}

async function stream({ contenderPage }: Pages, text: string): Promise<number> {
  const { page } = contenderPage;
  await page.evaluate(
    ([pieces, perFrame]) => {
      window.begin("renderer");
      Object.assign(window, { streamBomb: () => window.stream(pieces, perFrame) });
    },
    [deltas(text), deltasPerFrame] as const,
  );
  return contenderPage.longestTask(() =>
    page.evaluate(async () => {
      await window.streamBomb();
      await window.end();
    }),
  );
}

async function open({ browser, chat }: Pages, text: string): Promise<number> {
  await chat.send({ type: "state", state: { ...chat.state, turns: [turnViewOf("t0")] } });
  const turns = [turnViewOf("t1", {}, { text }), turnViewOf("t2", {}, { text: "Short." })];
  await chat.page.evaluate((state) => (window.bombState = state), { ...chat.state, conversation: "c2", turns });
  return longestTask(browser, () => chat.page.evaluate(openChat));
}

/** Runs in the page. Opens the chat in a task of its own, and waits until nothing has changed for a while. */
async function openChat(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  const data = [{ type: "state", state: window.bombState }];
  setTimeout(() => window.dispatchEvent(new MessageEvent("message", { data })));
  let changedAt = performance.now();
  const observer = new MutationObserver(() => (changedAt = performance.now()));
  observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  while (performance.now() - changedAt < 700) await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
}
