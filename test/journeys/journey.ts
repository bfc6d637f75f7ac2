import { after, afterEach, before, beforeEach } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { briskPace, startOpenRouter, type OpenRouter, type Step } from "../support/openRouter";
import { packagedVsix } from "../support/packagedVsix";
import { darkModern, Workbench, type WorkbenchOptions } from "../support/workbench";

export interface JourneyOptions {
  /** Installs the packaged extension. By default, the extension is loaded from dist/. */
  packaged?: boolean;
  /** Whether an API key is in the environment. Default: true. */
  hasKey?: boolean;
  viewport?: { width: number; height: number };
  /** Changes the options of the window; `resources` are disposed of at the end. */
  configure?: (
    options: WorkbenchOptions,
    openRouter: OpenRouter,
    resources: AsyncDisposableStack,
  ) => WorkbenchOptions | Promise<WorkbenchOptions>;
}

/** What the tests of a journey work with. */
export interface Journey {
  readonly workbench: Workbench;
  readonly openRouter: OpenRouter;
}

/** The only key that the simulator accepts. */
export const validKey = `sk-or-v1-${"c0ffee00".repeat(8)}`;

/** Stalls in the middle of the text of an answer, after the reasoning, until the test calls `release`. */
export const stallMidAnswer: Step = { fault: "stall", after: 40 };

/** Lets a stalled answer go on until this is shown. What is shown of it comes before the stall, which may begin only now. */
export async function releaseUntil(openRouter: OpenRouter, shown: Locator): Promise<void> {
  while (!(await shown.isVisible())) {
    openRouter.release();
    await delay(100);
  }
}

/**
 * Opens a VS Code window with a simulated OpenRouter for the tests of the enclosing `describe`. Before each test the window
 * and the simulator are reset, so that tests do not depend on each other; after a failure a screenshot is saved.
 */
export function setUpJourney(options: JourneyOptions = {}): Journey {
  let started: (Journey & { resources: AsyncDisposableStack }) | undefined;
  const journey = (): Journey => {
    if (!started) throw new Error("the window is not open");
    return started;
  };

  before(async () => (started = await start(options)));
  after(() => started?.resources.disposeAsync());
  beforeEach(async () => {
    const { openRouter, workbench } = journey();
    openRouter.reset();
    openRouter.setPace(briskPace);
    await workbench.reset();
  });
  afterEach(async (context) => {
    if (started && "passed" in context && !context.passed)
      await started.workbench.screenshot(`failed-${context.name.replace(/[^\p{L}\p{N}]+/gu, "-")}`);
  });

  return {
    get workbench() {
      return journey().workbench;
    },
    get openRouter() {
      return journey().openRouter;
    },
  };
}

async function start({ packaged, hasKey = true, viewport, configure = (options) => options }: JourneyOptions) {
  await using resources = new AsyncDisposableStack();
  const openRouter = resources.use(await startOpenRouter({ keys: [validKey], pace: briskPace }));
  const options: WorkbenchOptions = {
    settings: {
      "freeModels.baseUrl": openRouter.baseUrl,
      "workbench.colorTheme": darkModern,
      // On a busy machine a stalled answer must not time out before the test resumes it.
      "freeModels.firstContentTimeout": 600,
      "freeModels.betweenContentsTimeout": 600,
      "freeModels.requestsPerMinute": 1000,
    },
    env: hasKey ? { OPENROUTER_API_KEY: validKey } : {},
    ...(viewport && { viewport }),
    ...(packaged && { vsix: await packagedVsix() }),
  };
  const workbench = resources.use(await Workbench.open(await configure(options, openRouter, resources)));
  return { workbench, openRouter, resources: resources.move() };
}
