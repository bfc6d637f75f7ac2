import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../chromium";
import { buildPage, ChatPageHarness, type ChatPageOptions } from "./chatPage";

/** The page options that a test can set. */
export type PageOptions = Omit<ChatPageOptions, "browser" | "folder">;

/** Returns a function that opens chat pages. All tests of a file share one browser and one build. */
export function chatPages(): (options?: PageOptions) => Promise<ChatPageHarness> {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildPage>>;
  before(async () => {
    [browser, built] = await Promise.all([launchChromium(), buildPage()]);
  });
  after(async () => {
    await browser.close();
    await built[Symbol.asyncDispose]();
  });
  return (options = {}) => ChatPageHarness.open({ browser, folder: built.folder, ...options });
}
