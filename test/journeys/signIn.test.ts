import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { authorityFile, startProxy, startTlsFront, type LocalServer, type Proxy } from "../support/companyNetwork";
import { realisticPace, startOpenRouter, type OpenRouter } from "../support/openRouter";
import { packageExtension } from "../support/packageExtension";
import { darkModern, Workbench } from "../support/workbench";

/** The steps of the walkthrough, and the beginnings of their pictures' titles. */
const pictureTitles = {
  signIn: "Sign in with OpenRouter",
  ask: "Five selected lines",
  picture: "A chart attached",
  statusBar: "The status bar names",
};

/**
 * Somebody without a key asks a question, signs in on the way, and has the answer: with the packaged extension, at OpenRouter's real
 * address, behind a company's proxy and certificate.
 */
describe("Signing in", () => {
  let folder: string;
  let openRouter: OpenRouter;
  let front: LocalServer;
  let proxy: Proxy;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "free-models-journey-"));
    const { vsix } = await packageExtension(folder);
    openRouter = await startOpenRouter({ keys: [], pace: realisticPace });
    front = await startTlsFront(openRouter.url);
    proxy = await startProxy(front.port);
    workbench = await Workbench.open({
      vsix,
      settings: {
        "http.proxy": proxy.url,
        // Else the walkthrough takes the focus only when a step has slid in, and closes what was opened meanwhile.
        "workbench.reduceMotion": "on",
        "http.systemCertificatesNode": true,
        "workbench.colorTheme": darkModern,
      },
      env: { SSL_CERT_FILE: authorityFile },
    });
    await workbench.page.context().route("https://openrouter.ai/**", async (route) => {
      const { pathname, search } = new URL(route.request().url());
      const answer = await fetch(openRouter.url + pathname + search, { redirect: "manual" });
      await route.fulfill({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      });
    });
  });
  after(async () => {
    await workbench[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await front[Symbol.asyncDispose]();
    await openRouter.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async (context) => {
    if ("passed" in context && !context.passed) await workbench.screenshot(`failed-${context.name}`);
  });

  const press = (dialog: string, button: string): Promise<void> =>
    workbench.page
      .locator(".monaco-dialog-box", { hasText: dialog })
      .getByRole("button", { name: button, exact: true })
      .click();

  /** The page that opens in the browser because of `act`; VS Code asks first. */
  const opened = async (act: () => Promise<unknown>): Promise<Page> => {
    const page = workbench.page.context().waitForEvent("page");
    await act();
    await press("open the external website", "Open");
    return page;
  };

  const signOut = async (): Promise<void> => {
    await workbench.command("Free Models: Forget API Key");
    await press("Forget the OpenRouter API key", "Forget Key");
    await workbench.status.filter({ hasText: "sign in" }).waitFor();
    await workbench.dismissNotifications();
  };
  const box = () => workbench.page.locator(".quick-input-widget", { hasText: "Sign In with OpenRouter" });

  /** A step of the walkthrough, while that is open. */
  const step = (id: string) =>
    workbench.page.locator(`[data-step-id="free-models.free-models-router#start#${id}"]`).first();

  it("the walkthrough begins with signing in, and with what providers may do", async () => {
    const { page } = workbench;
    await workbench.command("Welcome: Open Walkthrough...");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Ask About Your Code" }).first().click();
    await step("signIn").getByText("may keep what you send").waitFor();
    assert.equal(await step("signIn").locator(".codicon.complete").count(), 0);
    // The page takes the focus last of all, and would close a palette opened before.
    await page.locator(".gettingStartedContainer :focus").waitFor();
  });

  it("a question without a key opens the browser, and is asked when one comes back from there", async () => {
    const { chat, composer, status } = workbench;
    await workbench.command("Free Models: Open Chat");
    await chat.getByRole("button", { name: "Sign In with OpenRouter" }).waitFor();
    await workbench.screenshot("signed-out-dark");
    await composer.fill("Is anybody there?");
    const browser = await opened(() => composer.press("Enter"));
    await box().waitFor();
    await workbench.screenshot("signing-in-dark");
    await browser.locator("#authorize").click();
    await chat.locator(".answer[aria-busy=false]", { hasText: "Is anybody there?" }).waitFor();
    await box().waitFor({ state: "hidden" });
    assert.equal(openRouter.signIn.keys.length, 1);
    assert.equal(openRouter.chatRequests.length, 1);
    assert.ok(proxy.requestedTunnels.includes("openrouter.ai:443"));
    assert.equal(openRouter.chatRequests[0]?.headers["authorization"], `Bearer ${openRouter.signIn.keys[0]}`);
    assert.doesNotMatch(await status.innerText(), /Sign In/);
    await browser.close();
    await workbench.dismissNotifications();
  });

  it("the walkthrough has ticked off what was done meanwhile, and shows its pictures in dark and light", async () => {
    const { page } = workbench;
    for (const id of ["signIn", "ask"]) await step(id).locator(".codicon.complete").first().waitFor();
    for (const id of ["picture", "statusBar"]) assert.equal(await step(id).locator(".codicon.complete").count(), 0);
    // The pictures want room.
    await workbench.command("View: Toggle Primary Side Bar Visibility");
    const picture = page.frameLocator(".getting-started-media iframe.webview").frameLocator("#active-frame");
    for (const theme of ["Light Modern", "Dark Modern"] as const) {
      await workbench.setTheme(theme);
      for (const [id, title] of Object.entries(pictureTitles)) {
        await step(id).locator(".step-title").click();
        // The picture of the step before stays until this one is there, and until then the focus moves.
        await picture.locator("svg", { has: workbench.page.locator("title", { hasText: title }) }).waitFor();
        await page.locator(".gettingStartedContainer :focus").waitFor();
        await workbench.screenshot(`walkthrough-${id}-${theme.split(" ")[0]?.toLowerCase()}`);
      }
    }
    await workbench.command("View: Close All Editors");
    await workbench.command("Free Models: Open Chat");
    await workbench.chat.locator(".composer textarea:focus").waitFor();
  });

  it("where the browser cannot come back, a code is pasted", async () => {
    const { page, chat, composer } = workbench;
    await signOut();
    await composer.fill("And now?");
    const lost = await opened(() => composer.press("Enter"));
    await lost.close();
    await box().waitFor();
    const browser = await opened(() => box().getByRole("button", { name: "Get a Code to Paste Here" }).click());
    await browser.locator("#authorize").click();
    const code = await browser.locator("#code").innerText();
    await browser.close();
    await box().locator("input.input").fill(code);
    await page.keyboard.press("Enter");
    await chat.locator(".answer[aria-busy=false]", { hasText: "And now?" }).waitFor();
    assert.equal(openRouter.signIn.keys.length, 2);
    assert.equal(openRouter.chatRequests.length, 2);
  });

  it("Escape cancels: the question stays where it was typed", async () => {
    const { composer } = workbench;
    await signOut();
    await composer.fill("Never mind?");
    const browser = await opened(() => composer.press("Enter"));
    await browser.close();
    await box().locator("input.input").press("Escape");
    await box().waitFor({ state: "hidden" });
    assert.equal(await composer.inputValue(), "Never mind?");
    assert.equal(openRouter.chatRequests.length, 2);
  });
});
