import type { Browser } from "playwright-core";
import type { AnswerView } from "../../src/chat/page/protocol";
import { ChatPageHarness } from "../support/page/chatPage";
import { answerHeader, turnViewOf } from "../support/page/turns";
import { longestTask } from "./longestTask";
import { spread } from "./samples";
import type { Table } from "./table";
import { answer, deltas } from "./webviewAnswer";

const rounds = 3;
const length = 24_000;
/** 150 deltas per second at 60 frames per second; the host posts them once per frame. */
const deltasPerFrame = 2.5;
/** The width of the page for each column in CSS pixels. */
const columnWidth = 360;

/** Measures the main thread while the answers of one and of three models stream into the chat page side by side. */
export async function columns(browser: Browser): Promise<Table> {
  const measured: Record<1 | 3, Run[]> = { 1: [], 3: [] };
  for (let round = 0; round < rounds; round++)
    for (const count of [1, 3] as const) measured[count].push(await stream(browser, count));
  const timeOf = (runs: readonly Run[]): number => Math.min(...runs.map(({ time }) => time));
  const rows = ([1, 3] as const).map((count) => [
    `${count}`,
    spread(
      measured[count].map(({ time }) => time),
      0,
    ),
    (timeOf(measured[count]) / timeOf(measured[1])).toFixed(2),
    Math.max(...measured[count].map(({ longest }) => longest)).toFixed(0),
  ]);
  return {
    title: `Streaming answers of ${length / 1000} KB side by side, ${deltas(answer(length)).length} deltas each`,
    columns: ["columns", "CPU ms", "× one", "longest task"],
    rows,
    note: `In ms of processor time of the main thread, ${rounds} runs; the ratio is of the fastest ones. Budget: 3.2 × one column, no task over 50 ms more.`,
  };
}

interface Run {
  readonly time: number;
  readonly longest: number;
}

async function stream(browser: Browser, count: number): Promise<Run> {
  await using chat = await ChatPageHarness.open({ browser, width: count * columnWidth + 40, height: 900 });
  const { page, context } = chat;
  const { answer: single, ...turn } = turnViewOf("t1");
  const running = Array.from({ length: count }, (_, index): AnswerView => ({
    ...answerHeader({ id: `c${index}`, status: "streaming" }),
    ...{ text: "", reasoning: "" },
  }));
  await chat.send({ type: "turns", from: 0, turns: [{ ...turn, columns: running }] });
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const processorTime = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN) * 1000;
  };
  await page.evaluate(([pieces, ids, perFrame]) => Object.assign(window, { columnStream: { pieces, ids, perFrame } }), [
    deltas(answer(length)),
    running.map(({ id }) => id),
    deltasPerFrame,
  ] as const);
  const before = await processorTime();
  const longest = await longestTask(browser, () => page.evaluate(streamColumns));
  return { time: (await processorTime()) - before, longest };
}

declare global {
  interface Window {
    columnStream: { pieces: readonly string[]; ids: readonly string[]; perFrame: number };
  }
}

/** Runs in the page. Sends the same deltas to each column, as the host does: one message for a frame. */
async function streamColumns(): Promise<void> {
  const { pieces, ids, perFrame } = window.columnStream;
  let sent = 0;
  for (let frame = 1; sent < pieces.length; frame++) {
    await new Promise(requestAnimationFrame);
    const end = Math.floor(frame * perFrame);
    const text = pieces.slice(sent, end).join("");
    sent = end;
    const data = ids.map((answer) => ({ type: "delta", answer, text }));
    window.dispatchEvent(new MessageEvent("message", { data }));
  }
}
