import type { Browser, CDPSession, Page } from "playwright-core";
import { MarkdownPage } from "../support/page/markdownPage";
import { longestTask } from "./longestTask";

/** A page for one contender, with measurements of its main thread. */
export class ContenderPage implements AsyncDisposable {
  readonly #harness: MarkdownPage;
  readonly #session: CDPSession;
  readonly #browser: Browser;

  private constructor(harness: MarkdownPage, session: CDPSession, browser: Browser) {
    this.#harness = harness;
    this.#session = session;
    this.#browser = browser;
  }

  static async open(browser: Browser): Promise<ContenderPage> {
    const harness = await MarkdownPage.open(browser, { entry: "test/bench/webviewPage.ts" });
    const session = await harness.context.newCDPSession(harness.page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    return new ContenderPage(harness, session, browser);
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
  longestTask(action: () => Promise<unknown>): Promise<number> {
    return longestTask(this.#browser, action);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#harness[Symbol.asyncDispose]();
  }

  async #metric(name: string): Promise<number> {
    const { metrics } = await this.#session.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === name)?.value ?? NaN;
  }
}
