import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../chromium";
import { buildPage, ChatPageHarness, type ChatPageOptions } from "./chatPage";

/** What one test asks of its page. */
export type PageWish = Omit<ChatPageOptions, "browser" | "folder">;

/** Opens chat pages for the tests of one file, in one browser that goes with the last of them. */
export function chatPages(): (wish?: PageWish) => Promise<ChatPageHarness> {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildPage>>;
  before(async () => {
    [browser, built] = await Promise.all([launchChromium(), buildPage()]);
  });
  after(async () => {
    await browser.close();
    await built[Symbol.asyncDispose]();
  });
  return (wish = {}) => ChatPageHarness.open({ browser, folder: built.folder, ...wish });
}
