import type { Browser } from "playwright-core";

/** The longest task of a page's main thread while `action` runs, in milliseconds of processor time. */
export async function longestTask(browser: Browser, action: () => Promise<unknown>): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }: { value: object[] }) => {
    events.push(...value.filter(isTraceEvent));
  });
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel"] },
  });
  await action();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const threads = events.filter((event) => event.name === "thread_name" && event.args?.["name"] === "CrRendererMain");
  const tasks = events.filter((event) => threads.some(({ pid, tid }) => event.pid === pid && event.tid === tid));
  return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/** Chromium's format. `tdur` is the duration in microseconds of processor time. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  tdur?: number;
  args?: Record<string, unknown>;
}

const isTraceEvent = (value: object): value is TraceEvent => "name" in value && "pid" in value && "tid" in value;
