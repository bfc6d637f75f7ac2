import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  errors,
  type Browser,
  type BrowserContext,
  type Frame,
  type FrameLocator,
  type Locator,
  type Page,
} from "playwright-core";
import { launchChromium } from "./chromium";
import { projectRoot } from "./projectRoot";
import { createSandbox, type Sandbox, type UserSettings } from "./sandbox";
import { installVsix, startVscodeServer, type VscodeServer } from "./vscodeServer";

/** VS Code's own themes as its picker calls them, and what they put on the window. */
const themeClasses = {
  "Dark Modern": "vs-dark",
  "Light Modern": "vs",
  "Dark High Contrast": "hc-black",
  "Light High Contrast": "hc-light",
} as const;

export type Theme = keyof typeof themeClasses;

/** Dark Modern in `workbench.colorTheme`, by the name that every VS Code knows: newer ones dropped the "Default". */
export const darkModern = "Default Dark Modern";

export interface WorkbenchOptions {
  /** A packaged extension to install; without one the checkout is loaded as it was built last. */
  vsix?: string;
  settings?: UserSettings;
  env?: NodeJS.ProcessEnv;
  viewport?: { width: number; height: number };
}

/** A VS Code window in a real browser, worked with mouse and keyboard as a user does. */
export class Workbench implements AsyncDisposable {
  readonly page: Page;

  private constructor(
    readonly sandbox: Sandbox,
    private readonly server: VscodeServer,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    page: Page,
    private readonly url: string,
  ) {
    this.page = page;
  }

  /** Starts a server with its own settings and a copy of the sample workspace, and opens a window on it. */
  static async open({ vsix, settings, env, viewport }: WorkbenchOptions = {}): Promise<Workbench> {
    const log = (line: string): void => console.log(line);
    const sandbox = await createSandbox(settings);
    if (vsix !== undefined) await installVsix(sandbox, vsix, log);
    const server = await startVscodeServer(sandbox, { log, env: { OPENROUTER_API_KEY: undefined, ...env } });
    const browser = await launchChromium();
    const context = await browser.newContext({ viewport: viewport ?? { width: 1280, height: 800 } });
    // Enough for a busy machine; what never comes is found out all the same.
    context.setDefaultTimeout(60_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    // Half of the key that secrets are encrypted with in the browser; without it they are gone after a reload.
    await page.route("**/mint-key", (route) => route.fulfill({ body: Buffer.alloc(32, "half") }));
    const url = server.windowUrl(
      sandbox.workspace,
      vsix === undefined ? { extensionDevelopmentPath: projectRoot } : {},
    );
    const workbench = new Workbench(sandbox, server, browser, context, page, url);
    await page.goto(url);
    await workbench.ready();
    return workbench;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await this.browser.close();
    await this.server[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }

  /** The item of our extension in the status bar. */
  get status(): Locator {
    return this.page.locator('.statusbar-item[id^="free-models."]');
  }

  /** The page inside the chat view: a frame in a frame. */
  get chat(): FrameLocator {
    const ours = 'iframe.webview[src*="extensionId=free-models.free-models-router"]';
    return this.page.frameLocator(ours).frameLocator("#active-frame");
  }

  /** Where the question is typed. */
  get composer(): Locator {
    return this.chat.locator(".composer textarea");
  }

  /** The page inside the chat view, for what a locator cannot do. */
  async chatFrame(): Promise<Frame> {
    const element = await this.chat.locator("html").elementHandle();
    const frame = await element.ownerFrame();
    if (!frame) throw new Error("the chat view is not there");
    return frame;
  }

  /** Runs a command of the palette by its title, "Free Models: New Chat". */
  async command(title: string): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    // What was done before may move the focus only now, and that closes the palette: then it is opened again.
    for (let tries = 5; ; tries--) {
      await this.page.keyboard.press("F1");
      const timeout = tries > 1 ? 5_000 : 60_000;
      try {
        await this.quickInput().fill(`>${title}`, { timeout });
        await row.click({ timeout });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || tries === 1) throw error;
      }
    }
  }

  /** Opens a file of the workspace in an editor. */
  async openFile(name: string): Promise<void> {
    await this.command("Go to File...");
    await this.quickInput().fill(name);
    // Enter would take whatever row is the active one while the list is still being sorted.
    const { base, dir } = path.parse(name);
    await this.page
      .locator(`.quick-input-list .monaco-list-row[aria-label^="${dir === "" ? base : `${base} ${dir}`}, "]`)
      .first()
      .click();
    await this.page.locator(`.tab.active[data-resource-name="${path.basename(name)}"]`).waitFor();
    await this.editor().locator(".view-lines").first().waitFor();
  }

  /** Selects whole lines in the active editor, first and last as numbered on screen. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.command("Go to Line/Column...");
    await this.quickInput().fill(`:${first}:1`);
    await this.page.keyboard.press("Enter");
    await this.page
      .locator(".editor-status-selection, .statusbar-item", { hasText: `Ln ${first}, Col 1` })
      .first()
      .waitFor();
    await this.page.locator(".monaco-editor.focused").waitFor();
    for (let line = first; line < last; line++) await this.page.keyboard.press("Shift+ArrowDown");
    await this.page.keyboard.press("Shift+End");
  }

  /** Opens the context menu of the active editor on its selection and chooses an item, submenus first. */
  async chooseFromContextMenu(...items: readonly string[]): Promise<void> {
    // The selection lies under the text, so the mouse goes where it is seen.
    const selected = this.editor().locator(".selected-text").filter({ visible: true }).last();
    await selected.click({ button: "right", position: { x: 8, y: 8 }, force: true });
    for (const [index, item] of items.entries()) {
      const entry = this.page.locator(".monaco-menu .action-item", { hasText: item }).last();
      await entry.waitFor();
      if (index < items.length - 1) await entry.hover();
      // As long as a finger takes: a menu just opened is deaf to clicks for a tenth of a second.
      else await entry.click({ delay: 200 });
    }
  }

  /** Puts a picture into the clipboard, as a screenshot tool does. */
  async copyImage(png: Buffer): Promise<void> {
    await this.page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
    }, png.toString("base64"));
  }

  /** Chooses a colour theme and waits until the window wears it. */
  async setTheme(theme: Theme): Promise<void> {
    await this.command("Preferences: Color Theme");
    await this.quickInput().fill(theme);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: theme }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor();
  }

  async dismissNotifications(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
    await this.page.locator(".notification-toast").first().waitFor({ state: "hidden" });
  }

  /** Loads the window anew, as *Developer: Reload Window* does. */
  async reload(): Promise<void> {
    await this.page.goto(this.url);
    await this.ready();
  }

  /** Ends the process that the extension runs in, without a word of warning. */
  async killExtensionHost(): Promise<void> {
    process.kill(await this.server.extensionHostPid(), "SIGKILL");
  }

  /** Drags the border of the side bar until it is so many pixels wide. */
  async resizeSideBar(width: number): Promise<void> {
    const sideBar = this.page.locator(".part.sidebar");
    const box = await sideBar.boundingBox();
    if (!box) throw new Error("the side bar is not visible");
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 8 });
    await this.page.mouse.up();
    // Away from the border, which would be highlighted.
    await this.page.mouse.move(box.x + width / 2, 10);
    await this.page.locator(".monaco-sash.hover, .monaco-sash.active").first().waitFor({ state: "detached" });
  }

  /** Keeps a picture of the whole window in screenshots/. */
  async screenshot(name: string): Promise<void> {
    const folder = path.join(projectRoot, "screenshots");
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  private quickInput(): Locator {
    return this.page.locator(".quick-input-widget input.input");
  }

  private editor(): Locator {
    return this.page.locator(".editor-instance:visible").first();
  }

  /** The window is there when its extensions are: our item in the status bar is the sign. */
  private async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench").waitFor();
    await this.status.waitFor();
  }
}
