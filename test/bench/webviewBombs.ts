import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { buildPage, ChatPageHarness } from "../support/page/chatPage";
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

/** A measurement that takes longer is given up. In milliseconds. */
const timeLimit = 60_000;
/** Frames are not limited to the display rate. */
const flags = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];
/** About 500 characters. */
const deltasPerFrame = 100;

/** Measures the longest task of the page for each bomb: while it streams, and when a chat is opened in which it is an old answer. */
export async function bombs(isMeasured: (name: string) => boolean = () => true): Promise<Table> {
  await using built = await buildPage();
  const rows: string[][] = [];
  let pages: Pages | undefined;
  for (const [name, text] of Object.entries(markdownBombs).filter(([name]) => isMeasured(name))) {
    const row = [name, (text.length / 1000).toFixed(0)];
    for (const measure of [stream, open]) {
      pages ??= await openPages(built.folder);
      const time = await inTime(measure(pages, text));
      row.push(time);
      if (!Number.isNaN(Number(time))) continue;
      await pages.browser.close();
      pages = undefined;
    }
    console.log(row.join("\t"));
    rows.push(row);
  }
  await pages?.browser.close();
  return {
    title: "Answers that repeat what is expensive",
    columns: ["repeated", "KB", "streamed", "opened"],
    rows,
    note: "The longest task in ms, in processor time of the main thread. Budget: 50 ms, whatever the answer.",
  };
}

interface Pages {
  browser: Browser;
  contenderPage: ContenderPage;
  chat: ChatPageHarness;
}

async function openPages(folder: string): Promise<Pages> {
  const browser = await launchChromium(flags);
  const contenderPage = await ContenderPage.open(browser);
  const chat = await ChatPageHarness.open({ browser, folder, width: 400, height: 900 });
  return { browser, contenderPage, chat };
}

/** The page may hang, or crash when it runs out of stack or memory. */
async function inTime(measurement: Promise<number>): Promise<string> {
  const timeout = Promise.withResolvers<string>();
  const timer = setTimeout(() => timeout.resolve(`> ${timeLimit}`), timeLimit);
  const measured = measurement.then(
    (time) => time.toFixed(0),
    () => "crashed",
  );
  return Promise.race([measured, timeout.promise]).finally(() => clearTimeout(timer));
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
