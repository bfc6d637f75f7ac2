import type { Browser, CDPSession, Page } from "playwright-core";
import { MarkdownPage } from "../support/page/markdownPage";

/** A page for one contender, with measurements of its main thread. */
export class ContenderPage implements AsyncDisposable {
  readonly #harness: MarkdownPage;
  readonly #session: CDPSession;
  readonly #tracing: CDPSession;

  private constructor(harness: MarkdownPage, session: CDPSession, tracing: CDPSession) {
    this.#harness = harness;
    this.#session = session;
    this.#tracing = tracing;
  }

  static async open(browser: Browser): Promise<ContenderPage> {
    const harness = await MarkdownPage.open(browser, { entry: "test/bench/webviewPage.ts" });
    const session = await harness.context.newCDPSession(harness.page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    return new ContenderPage(harness, session, await browser.newBrowserCDPSession());
  }

  get page(): Page {
    return this.#harness.page;
  }

  /** Processor time of all tasks of the main thread so far (script, style, layout, paint), in milliseconds. */
  async processorTime(): Promise<number> {
    return (await this.#metric("TaskDuration")) * 1000;
  }

  /** The memory of script and DOM after a garbage collection, in megabytes. */
  async heap(): Promise<number> {
    await this.#session.send("HeapProfiler.collectGarbage");
    return (await this.#metric("JSHeapUsedSize")) / 1e6;
  }

  /** The longest task of the main thread while `action` runs, in milliseconds of processor time. */
  async longestTask(action: () => Promise<unknown>): Promise<number> {
    const events: TraceEvent[] = [];
    const collect = ({ value }: { value: object[] }): void => {
      events.push(...value.filter(isTraceEvent));
    };
    this.#tracing.on("Tracing.dataCollected", collect);
    await this.#tracing.send("Tracing.start", {
      transferMode: "ReportEvents",
      traceConfig: { includedCategories: ["toplevel"] },
    });
    await action();
    const complete = new Promise((resolve) => this.#tracing.once("Tracing.tracingComplete", resolve));
    await this.#tracing.send("Tracing.end");
    await complete;
    this.#tracing.off("Tracing.dataCollected", collect);
    const threads = events.filter((event) => event.name === "thread_name" && event.args?.["name"] === "CrRendererMain");
    const tasks = events.filter((event) => threads.some(({ pid, tid }) => event.pid === pid && event.tid === tid));
    return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#harness[Symbol.asyncDispose]();
  }

  async #metric(name: string): Promise<number> {
    const { metrics } = await this.#session.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === name)?.value ?? NaN;
  }
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
