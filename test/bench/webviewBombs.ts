import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { buildPage, ChatPageHarness } from "../support/page/chatPage";
import { markdownBombs } from "../support/page/markdownBombs";
import { turnViewOf } from "../support/page/turns";
import { ContenderPage } from "./contenderPage";
import { longestTask } from "./longestTask";
import type { Table } from "./table";
import { deltas } from "./webviewAnswer";

/** A bomb that takes longer is given up. In milliseconds. */
const timeLimit = 60_000;
/** About 500 characters. */
const deltasPerFrame = 100;

/** Measures the longest task of the page for each bomb: streamed, and as an old answer of a chat that is opened. `only` selects by name. */
export async function bombs(flags: readonly string[], only = ""): Promise<Table> {
  await using built = await buildPage();
  const rows: string[][] = [];
  for (const [name, text] of Object.entries(markdownBombs).filter(([name]) => name.includes(only))) {
    const row = [name, (text.length / 1000).toFixed(0)];
    row.push(await inTime(flags, (browser) => stream(browser, text)));
    row.push(await inTime(flags, (browser) => open(browser, built.folder, text)));
    rows.push(row);
    if (only !== "" || process.env["VERBOSE"]) console.log(row.join("\t"));
  }
  return {
    title: "Answers that repeat what is expensive",
    columns: ["repeated", "KB", "streamed", "opened"],
    rows,
    note: "The longest task in ms of processor time of the main thread. Budget: 50 ms.",
  };
}

/** Runs `measure` in a browser of its own, because a page that hangs takes its browser with it. */
async function inTime(flags: readonly string[], measure: (browser: Browser) => Promise<number>): Promise<string> {
  const browser = await launchChromium(flags);
  const timeout = Promise.withResolvers<string>();
  const timer = setTimeout(() => timeout.resolve(`> ${timeLimit}`), timeLimit);
  try {
    // The page crashes when it runs out of stack or memory.
    const measured = measure(browser).then(
      (time) => time.toFixed(0),
      () => "crashed",
    );
    return await Promise.race([measured, timeout.promise]);
  } finally {
    clearTimeout(timer);
    await browser.close();
  }
}

async function stream(browser: Browser, text: string): Promise<number> {
  await using contenderPage = await ContenderPage.open(browser);
  const { page } = contenderPage;
  await page.evaluate(() => window.begin("renderer"));
  return await contenderPage.longestTask(() =>
    page.evaluate(
      async ([pieces, perFrame]) => {
        await window.stream(pieces, perFrame);
        await window.end();
      },
      [deltas(text), deltasPerFrame] as const,
    ),
  );
}

async function open(browser: Browser, folder: string, text: string): Promise<number> {
  await using chat = await ChatPageHarness.open({ browser, folder, width: 400, height: 900 });
  const turns = [
    turnViewOf("t1", {}, { text: "" }),
    turnViewOf("t2", {}, { text }),
    turnViewOf("t3", {}, { text: "Short." }),
  ];
  await chat.send({ type: "state", state: { ...chat.state, turns: [turnViewOf("t0")] } });
  await chat.page.evaluate((state) => Object.assign(window, { state }), { ...chat.state, conversation: "c2", turns });
  return await longestTask(browser, () => chat.page.evaluate(openChat));
}

/** Runs in the page. Opens the chat in a task of its own, and waits until no frame has changed the page for a while. */
async function openChat(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  const state: unknown = Reflect.get(window, "state");
  setTimeout(() => window.dispatchEvent(new MessageEvent("message", { data: [{ type: "state", state }] })));
  let changedAt = performance.now();
  new MutationObserver(() => (changedAt = performance.now())).observe(document.body, {
    ...{ childList: true, characterData: true, subtree: true },
  });
  while (performance.now() - changedAt < 700) await new Promise((resolve) => setTimeout(resolve, 50));
}
