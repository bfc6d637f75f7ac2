import type { Browser } from "playwright-core";
import { ChatPageHarness } from "../support/page/chatPage";
import { turnViewOf } from "../support/page/turns";
import { spread } from "./samples";
import type { Table } from "./table";
import { chapter } from "./webviewAnswer";

const rounds = 7;
const counts = [10, 100, 1_000];

/** Measures how fast the page renders a reopened chat when it receives the whole state from the host. */
export async function reopening(browser: Browser): Promise<Table> {
  const rows: string[][] = [];
  for (const count of counts) {
    const turns = Array.from({ length: count }, (_, at) => turnViewOf(`t${at}`, {}, { text: chapter(at) }));
    const [end, all]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      await using chat = await ChatPageHarness.open({ browser, width: 400, height: 900 });
      const times = await chat.page.evaluate(sendState, { ...chat.state, conversation: "c2", turns });
      end.push(times.end);
      all.push(times.all);
    }
    rows.push([`${count} turns`, spread(end, 0), spread(all, 0), "end < 100 ms"]);
  }
  return {
    title: "Reopening a chat",
    columns: ["", "end is painted, ms", "all is rendered, ms", "budget"],
    rows,
    note: `From the host's message. Each answer has 3 KB with code. Median and interquartile range of ${rounds} runs, in wall-clock time.`,
  };
}

/** Sends the state to the page and measures the rendering. Runs in the page. */
async function sendState(state: { turns: readonly { id: string }[] }): Promise<{ end: number; all: number }> {
  const painted = (): Promise<void> =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve();
        channel.port2.postMessage(undefined);
      });
    });
  const start = performance.now();
  window.dispatchEvent(new MessageEvent("message", { data: [{ type: "state", state }] }));
  do await painted();
  while (!document.getElementById(`turn-${state.turns.at(-1)?.id}`)?.querySelector(".markdown figure"));
  const end = performance.now() - start;
  while (document.querySelectorAll(".turn").length < state.turns.length) await painted();
  return { end, all: performance.now() - start };
}
