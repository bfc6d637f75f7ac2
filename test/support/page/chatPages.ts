import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../chromium";
import { ChatPageHarness, type ChatPageOptions } from "./chatPage";

/** The page options that a test can set. */
export type PageOptions = Omit<ChatPageOptions, "browser">;

/** Returns a function that opens chat pages. All tests of a file share one browser. */
export function chatPages(): (options?: PageOptions) => Promise<ChatPageHarness> {
  let browser: Browser;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());
  return (options = {}) => ChatPageHarness.open({ browser, ...options });
}
