import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { authorityFile, startProxy, startTlsFront, type Proxy } from "../support/companyNetwork";
import { textAnswer } from "../support/scriptedAnswers";
import { setUpJourney } from "./journey";

/** The steps of the walkthrough and the first words of the titles of their images. */
const walkthroughSteps = {
  signIn: "Sign in with OpenRouter",
  ask: "Five selected lines",
  picture: "A chart attached",
  statusBar: "The status bar names",
  useInVsCodeChat: "The agent Free",
};

type StepId = keyof typeof walkthroughSteps;

/** Runs the packaged extension at OpenRouter's real address, behind a company's proxy and certificate authority. */
describe("Signing in", () => {
  let proxy: Proxy;
  const journey = setUpJourney({
    packaged: true,
    hasKey: false,
    configure: async ({ settings, ...options }, openRouter, resources) => {
      const front = resources.use(await startTlsFront(openRouter.url));
      proxy = resources.use(await startProxy(front.port));
      return {
        ...options,
        settings: {
          ...settings,
          "freeModels.baseUrl": undefined,
          "http.proxy": proxy.url,
          "http.systemCertificatesNode": true,
          // With animations, the walkthrough takes the focus late, which closes what was opened in the meantime.
          "workbench.reduceMotion": "on",
        },
        env: { SSL_CERT_FILE: authorityFile },
      };
    },
  });

  before(async () => {
    const { workbench, openRouter } = journey;
    await workbench.page.context().route("https://openrouter.ai/**", async (route) => {
      const { pathname, search } = new URL(route.request().url());
      const response = await fetch(openRouter.url + pathname + search, { redirect: "manual" });
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      });
    });
  });

  beforeEach(async () => {
    const { workbench } = journey;
    for (const page of workbench.page.context().pages()) if (page !== workbench.page) await page.close();
    await workbench.startChat();
    await signOut();
  });

  const clickDialogButton = (dialog: string, button: string): Promise<void> =>
    journey.workbench.page
      .locator(".monaco-dialog-box", { hasText: dialog })
      .getByRole("button", { name: button, exact: true })
      .click();

  /** Forgets the key, if there is one. */
  async function signOut(): Promise<void> {
    const { workbench } = journey;
    const signedOut = workbench.chat.getByRole("button", { name: "Sign In with OpenRouter" });
    await signedOut.or(workbench.chat.locator(".example")).first().waitFor();
    if (await signedOut.isVisible()) return;
    await workbench.runCommand("freeModels.forgetApiKey");
    await clickDialogButton("Forget the OpenRouter API key", "Forget Key");
    await signedOut.waitFor();
    await workbench.clearNotifications();
  }

  /** Runs `action`, confirms that VS Code may open the browser, and resolves to the page that opens. */
  async function openBrowser(action: () => Promise<unknown>): Promise<Page> {
    const page = journey.workbench.page.context().waitForEvent("page");
    await action();
    await clickDialogButton("open the external website", "Open");
    return page;
  }

  /** The input box that is open during the sign-in. */
  const signInBox = (): Locator =>
    journey.workbench.page.locator(".quick-input-widget", { hasText: "Sign In with OpenRouter" });

  /** Asks a question without a key and signs in on the page that opens. */
  async function signInWithQuestion(question: string): Promise<void> {
    const { workbench } = journey;
    const browser = await openBrowser(() => workbench.ask(question));
    await signInBox().waitFor();
    await workbench.screenshot("signing-in-dark");
    await browser.locator("#authorize").click();
    await workbench.answerTo(question).waitFor();
    await signInBox().waitFor({ state: "hidden" });
  }

  test("the walkthrough starts with the sign-in, marks completed steps and shows an image for each", async () => {
    const { workbench } = journey;
    const { page } = workbench;
    const step = (id: StepId): Locator =>
      page.locator(`[data-step-id="free-models.free-models-router#start#${id}"]`).first();
    const checkmark = (id: StepId): Locator => step(id).locator(".codicon.complete");
    await workbench.runBuiltInCommand("Welcome: Open Walkthrough...");
    await workbench.quickPickRows.filter({ hasText: "Ask About Your Code" }).first().click();
    await step("signIn").getByText("may store what you send").waitFor();
    assert.equal(await checkmark("signIn").count(), 0);
    // The walkthrough takes the focus last, which would close the command palette.
    await page.locator(".gettingStartedContainer :focus").waitFor();

    await workbench.runCommand("freeModels.openChat");
    await signInWithQuestion("Does the walkthrough notice?");
    for (const id of ["signIn", "ask"] as const) await checkmark(id).first().waitFor();
    for (const id of ["picture", "statusBar", "useInVsCodeChat"] as const) assert.equal(await checkmark(id).count(), 0);

    // The images need space.
    await workbench.runBuiltInCommand("View: Toggle Primary Side Bar Visibility");
    const image = page.frameLocator(".getting-started-media iframe.webview").frameLocator("#active-frame");
    for (const theme of ["Light Modern", "Dark Modern"] as const) {
      await workbench.setTheme(theme);
      for (const [id, title] of Object.entries(walkthroughSteps) as [StepId, string][]) {
        await step(id).locator(".step-title").click();
        // The previous image stays until this one has loaded, and the focus moves until then.
        await image.locator("svg", { has: page.locator("title", { hasText: title }) }).waitFor();
        await page.locator(".gettingStartedContainer :focus").waitFor();
        await workbench.screenshot(`walkthrough-${id}-${theme.split(" ")[0]?.toLowerCase()}`);
      }
    }
  });

  test("a question without a key opens the browser and is sent after the sign-in", async () => {
    const { workbench, openRouter } = journey;
    await workbench.screenshot("signed-out-dark");
    await signInWithQuestion("Is anybody there?");
    assert.equal(openRouter.chatRequests.length, 1);
    assert.ok(proxy.requestedTunnels.includes("openrouter.ai:443"));
    const key = openRouter.signIn.keys.at(-1);
    assert.equal(openRouter.chatRequests[0]?.headers["authorization"], `Bearer ${key}`);
    assert.doesNotMatch(await workbench.status.innerText(), /Sign In/);
  });

  test("a code from the browser can be pasted if the browser cannot return to VS Code", async () => {
    const { workbench, openRouter } = journey;
    const unusedPage = await openBrowser(() => workbench.ask("And now?"));
    await unusedPage.close();
    await signInBox().waitFor();
    const card = workbench.chat.locator(".sign-in-card");
    await card.getByText("Waiting for your browser. Your question is next.").waitFor();
    const browser = await openBrowser(() => card.getByRole("button", { name: "Paste a Code" }).click());
    await browser.locator("#authorize").click();
    const code = await browser.locator("#code").innerText();
    await signInBox().locator("input.input").fill(code);
    await workbench.page.keyboard.press("Enter");
    await workbench.answerTo("And now?").waitFor();
    assert.equal(openRouter.chatRequests.length, 1);
  });

  test("Escape cancels the sign-in and keeps the question in the composer", async () => {
    const { workbench, openRouter } = journey;
    const browser = await openBrowser(() => workbench.ask("Never mind?"));
    await browser.close();
    await signInBox().locator("input.input").press("Escape");
    await signInBox().waitFor({ state: "hidden" });
    await workbench.chat.locator(".sign-in-card").waitFor({ state: "detached" });
    assert.equal(await workbench.composer.inputValue(), "Never mind?");
    assert.equal(openRouter.chatRequests.length, 0);
  });

  test("using the free models in VS Code's chat starts with the sign-in", async () => {
    const { workbench, openRouter } = journey;
    const browser = await openBrowser(async () => {
      await workbench.runCommand("freeModels.useInVsCodeChat");
      await clickDialogButton("Use the free models in VS Code's chat?", "Use in Chat");
    });
    await browser.locator("#authorize").click();
    await workbench.builtInChat.selected("Automatic (free)").waitFor();
    openRouter.script({ answer: textAnswer("Signed in, and here.") });
    await workbench.builtInChat.ask("Are you there?");
    await workbench.builtInChat.answered("Signed in, and here.");
  });
});
