import { mkdir } from "node:fs/promises";
import path from "node:path";
import { errors, type BrowserContext, type Frame, type FrameLocator, type Locator, type Page } from "playwright-core";
import { BuiltInChat } from "./builtInChat";
import { launchChromium } from "./chromium";
import { commandTitle, paletteTitle } from "./commandTitle";
import { projectRoot } from "./projectRoot";
import { commandKeys, createSandbox, type Sandbox, type UserSettings } from "./sandbox";
import { installVsix, startVscodeServer, type VscodeServer } from "./vscodeServer";

/** VS Code's built-in themes, by their names in the theme picker, and the classes that they set on the window. */
const themeClasses = {
  "Dark Modern": "vs-dark",
  "Light Modern": "vs",
  "Dark High Contrast": "hc-black",
  "Light High Contrast": "hc-light",
} as const;

export type Theme = keyof typeof themeClasses;

/** The value of `workbench.colorTheme` for Dark Modern that all versions support; newer ones dropped the "Default". */
export const darkModern = "Default Dark Modern";

/** How long a step may take. Generous, so that tests also pass on a busy machine. */
const stepTimeoutMs = 120_000;

/** How often the command palette is opened, and how long the first attempt may take. The next ones take longer, 84 s in all. */
const paletteAttempts = 7;
const paletteTimeoutMs = 3_000;

export interface WorkbenchOptions {
  /** A packaged extension to install. By default the extension is loaded from dist/. */
  vsix?: string;
  settings?: UserSettings;
  env?: NodeJS.ProcessEnv;
  viewport?: { width: number; height: number };
  /** Whether VS Code asks which workspaces are trusted, so that the window starts in Restricted Mode. */
  asksForTrust?: boolean;
}

/** A VS Code window in a real browser, operated with mouse and keyboard as by a user. */
export class Workbench implements AsyncDisposable {
  readonly page: Page;
  readonly sandbox: Sandbox;
  readonly #server: VscodeServer;
  readonly #url: string;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    page: Page,
    sandbox: Sandbox,
    { server, url, resources }: { server: VscodeServer; url: string; resources: AsyncDisposableStack },
  ) {
    this.page = page;
    this.sandbox = sandbox;
    this.#server = server;
    this.#url = url;
    this.#resources = resources;
  }

  /** Starts a server with its own settings and a copy of the sample workspace, and opens a window. */
  static async open({
    vsix,
    settings,
    env,
    viewport,
    asksForTrust = false,
  }: WorkbenchOptions = {}): Promise<Workbench> {
    const log = (line: string): void => console.log(line);
    await using resources = new AsyncDisposableStack();
    const sandbox = resources.use(await createSandbox(settings));
    if (vsix !== undefined) await installVsix(sandbox, vsix, log);
    const server = resources.use(
      await startVscodeServer(sandbox, { log, asksForTrust, env: { OPENROUTER_API_KEY: undefined, ...env } }),
    );
    const browser = await launchChromium();
    resources.defer(() => browser.close());
    // Animations would have the window painted all the time.
    const context = await browser.newContext({
      viewport: viewport ?? { width: 1280, height: 800 },
      reducedMotion: "reduce",
    });
    const page = await openPage(context);
    const url = server.windowUrl(
      sandbox.workspace,
      vsix === undefined ? { extensionDevelopmentPath: projectRoot } : {},
    );
    await page.goto(url);
    await waitUntilReady(page);
    return new Workbench(page, sandbox, { server, url, resources: resources.move() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  /** The extension's item in the status bar. */
  get status(): Locator {
    return this.page.locator(statusItem);
  }

  /** The page in the chat view. A webview consists of two nested frames. */
  get chat(): FrameLocator {
    const webview = 'iframe.webview[src*="extensionId=free-models.free-models-router"]';
    return this.page.frameLocator(webview).frameLocator("#active-frame");
  }

  /** VS Code's own chat. */
  get builtInChat(): BuiltInChat {
    return new BuiltInChat(this.page);
  }

  /** Clicks a button of the modal dialog that contains this text. */
  async clickDialogButton(text: string, button: string): Promise<void> {
    await this.page
      .locator(".monaco-dialog-box", { hasText: text })
      .getByRole("button", { name: button, exact: true })
      .click();
  }

  /** The text field for the question. */
  get composer(): Locator {
    return this.chat.locator(".composer textarea");
  }

  /** The turn with this question in the chat view. */
  turn(question: string): Locator {
    return this.chat.locator(".turn").filter({ has: this.page.locator(".question", { hasText: question }) });
  }

  /** The finished answer to this question in the chat view. */
  answerTo(question: string): Locator {
    return this.turn(question).locator(".answer[aria-busy=false]");
  }

  /** The text of the unfinished answer to this question, once the model has started to answer. */
  partialAnswerTo(question: string): Locator {
    return this.turn(question).locator(".answer[aria-busy=true] .markdown", { hasText: /\S/ });
  }

  /** Shows an empty chat with an empty composer. */
  async startChat(): Promise<void> {
    await this.runCommand("freeModels.newChat");
    await this.chat.locator(".empty").waitFor();
    await this.composer.fill("");
    const chips = this.chat.locator(".composer .chip");
    // What was found for a question about the project goes by itself.
    while ((await chips.count()) > 0)
      await chips
        .first()
        .locator(".chip-remove")
        .click({ timeout: 2_000 })
        .catch(() => undefined);
  }

  /** Sends a question. */
  async ask(question: string): Promise<void> {
    await this.composer.fill(question);
    await this.composer.press("Enter");
  }

  /** The page in the chat view, for scripts that a locator cannot run. */
  async chatFrame(): Promise<Frame> {
    const element = await this.chat.locator("html").elementHandle();
    const frame = await element.ownerFrame();
    if (!frame) throw new Error("the chat view is not open");
    return frame;
  }

  /** The field of the command palette, a quick pick or an input box. */
  get quickInput(): Locator {
    return this.page.locator(".quick-input-widget input.input");
  }

  /** The rows of the open quick pick. */
  get quickPickRows(): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row");
  }

  /** Runs one of our commands from the command palette. */
  async runCommand(id: string): Promise<void> {
    await this.runBuiltInCommand(paletteTitle(id));
  }

  /** Runs a command of VS Code from the command palette, by its complete title, such as "File: Save". */
  async runBuiltInCommand(title: string): Promise<void> {
    // The label of a row is the title, followed by the key binding, if any.
    const row = this.quickPickRows.and(this.page.locator(`[aria-label="${title}"], [aria-label^="${title}, "]`));
    // A preceding step may move the focus only now, which closes the palette. Then it is opened again.
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press("F1");
      const timeout = paletteTimeoutMs * attempt;
      try {
        await this.quickInput.fill(`>${title}`, { timeout });
        await row.first().click({ timeout });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || attempt === paletteAttempts) throw error;
        await this.#checkNoDialog();
      }
    }
  }

  /** Opens a file of the workspace in an editor and focuses it. */
  async openFile(name: string): Promise<void> {
    await this.runBuiltInCommand("Go to File...");
    await this.quickInput.fill(name);
    const { base, dir } = path.parse(name);
    const label = dir === "" ? base : `${base} ${dir}`;
    // Enter opens the focused row, which changes while the list is being sorted. A click then would hit nothing.
    await this.quickPickRows.and(this.page.locator(`.focused[aria-label^="${label}, "]`)).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.tab.active[data-resource-name="${base}"]`).waitFor();
    await this.page.locator(".monaco-editor.focused .view-line").first().waitFor();
  }

  /** Selects whole lines in the active editor, counted from 1. The last line must not be empty. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.runBuiltInCommand("Go to Line/Column...");
    await this.quickInput.fill(`:${first}:1`);
    await this.page.keyboard.press("Enter");
    await this.#waitForPosition(`^Ln ${first}, Col 1$`);
    await this.page.locator(".monaco-editor.focused").waitFor();
    for (let line = first; line < last; line++) await this.page.keyboard.press("Shift+ArrowDown");
    await this.page.keyboard.press("Shift+End");
    // The editor handles the keys after they are sent.
    await this.#waitForPosition(`^Ln ${last}, Col (?!1 )\\d+ \\(\\d+ selected\\)$`);
  }

  /** Runs one of our commands from the context menu of the active editor. */
  async runFromContextMenu(id: string): Promise<void> {
    // Opened with the keyboard: a click could miss the selection, which it would then remove.
    await this.page.keyboard.press("Shift+F10");
    await this.#focusMenuItem("Free Models");
    await this.page.keyboard.press("ArrowRight");
    await this.#focusMenuItem(commandTitle(id));
    // Menus ignore clicks right after they open, but not keys.
    await this.page.keyboard.press("Enter");
    await this.page.locator(".monaco-menu").first().waitFor({ state: "detached" });
  }

  /** A file or folder at the top of the workspace, or in an open folder, in the Explorer. */
  explorerRow(name: string): Locator {
    return this.page.locator(".explorer-folders-view .monaco-list-row").filter({
      has: this.page.getByText(name, { exact: true }),
    });
  }

  /** Runs one of our commands from the context menu of a file or folder in the Explorer. */
  async runFromExplorerMenu(name: string, id: string): Promise<void> {
    await this.explorerRow(name).click({ button: "right" });
    await this.#focusMenuItem(commandTitle(id));
    await this.page.keyboard.press("Enter");
    await this.page.locator(".monaco-menu").first().waitFor({ state: "detached" });
  }

  /** Drags a file or folder from the Explorer to the composer, with Shift, and drops it. */
  async dropFromExplorer(name: string): Promise<void> {
    // On a busy machine, VS Code can miss the start of a drag.
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#dropFromExplorer(name, paletteTimeoutMs * attempt);
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || attempt === paletteAttempts) throw error;
      }
    }
  }

  async #dropFromExplorer(name: string, timeout: number): Promise<void> {
    const { mouse, keyboard } = this.page;
    const target = await this.composer.boundingBox();
    if (!target) throw new Error("the chat view is not visible");
    await this.explorerRow(name).hover();
    await mouse.down();
    try {
      // VS Code lets webviews receive a drag that passes over the window while Shift is pressed.
      await this.page.locator(".part.editor").hover({ timeout });
      await keyboard.down("Shift");
      await mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: 10 });
      await this.chat.locator(".drop-overlay", { hasText: "Drop to attach" }).waitFor({ timeout });
    } finally {
      await mouse.up();
      await keyboard.up("Shift");
    }
  }

  /** Runs one of our commands from the menu of an answer, which opens at its button. */
  async runFromAnswerMenu(question: string, id: string): Promise<void> {
    await this.runFromMenu(this.turn(question).getByRole("button", { name: "More…" }).last(), id);
  }

  /** Runs one of our commands from the menu that a button opens, where the button is. */
  async runFromMenu(button: Locator, id: string): Promise<void> {
    await button.click();
    await this.#focusMenuItem(commandTitle(id));
    const [menu, place] = [await this.page.locator(".monaco-menu").first().boundingBox(), await button.boundingBox()];
    if (!menu || !place || Math.abs(menu.y - place.y) > place.height + menu.height)
      throw new Error(`The menu opened at ${JSON.stringify(menu)}, not at its button.`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".monaco-menu").first().waitFor({ state: "detached" });
  }

  /** Copies an image to the clipboard, as a screenshot tool does. */
  async copyImage(png: Buffer): Promise<void> {
    await this.page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
    }, png.toString("base64"));
  }

  /** Selects a color theme and waits until the window uses it. */
  async setTheme(theme: Theme): Promise<void> {
    await this.runBuiltInCommand("Preferences: Color Theme");
    await this.quickInput.fill(theme);
    await this.quickPickRows.and(this.page.locator(".focused")).filter({ hasText: theme }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor();
  }

  /** Opens the notification center. Under test, VS Code shows no notification on its own. */
  async showNotifications(): Promise<void> {
    await this.runBuiltInCommand("Notifications: Show Notifications");
  }

  async clearNotifications(): Promise<void> {
    await this.page.keyboard.press(commandKeys["notifications.clearAll"]);
    await this.page.locator(".notification-list-item").first().waitFor({ state: "hidden" });
  }

  /** Closes all editors without saving. */
  async closeAllEditors(): Promise<void> {
    const tabs = this.page.locator(".tabs-container .tab");
    if ((await tabs.count()) === 0) return;
    await this.page.keyboard.press(commandKeys["workbench.action.closeAllEditors"]);
    const discard = this.page.locator(".monaco-dialog-box").getByRole("button", { name: "Don't Save" });
    const noTabs = this.page.locator(".monaco-workbench:not(:has(.tabs-container .tab))");
    await discard.or(noTabs).first().waitFor();
    if (await discard.isVisible()) await discard.click();
    await tabs.first().waitFor({ state: "detached" });
  }

  /**
   * Restores the initial state, so that a failed test does not affect the next one: closes menus, dialogs, quick picks,
   * notifications and editors, and restores the settings and the workspace. Chats and keys stay.
   */
  async reset(): Promise<void> {
    try {
      await this.#closeEverything();
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      await this.reload();
      await this.#closeEverything();
    }
    await this.sandbox.restore();
  }

  /** Reloads the window, like *Developer: Reload Window*. */
  async reload(): Promise<void> {
    await this.page.goto(this.#url);
    await waitUntilReady(this.page);
  }

  /**
   * Waits until VS Code has stored that a tab is open, or none, whose address contains this. It stores open tabs every few seconds, and a
   * window that is reloaded earlier does not restore them.
   */
  async waitForStoredTab(part: string, isOpen: boolean): Promise<void> {
    await this.page.waitForFunction(isTabStoredAs, { part, isOpen });
  }

  /** Kills the process of the extension host. */
  async killExtensionHost(): Promise<void> {
    process.kill(await this.#server.extensionHostPid(), "SIGKILL");
  }

  /** Drags the border of the side bar to the given width in pixels. */
  async resizeSideBar(width: number): Promise<void> {
    const sideBar = this.page.locator(".part.sidebar");
    const box = await sideBar.boundingBox();
    if (!box) throw new Error("the side bar is not visible");
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 8 });
    await this.page.mouse.up();
    // The border is highlighted while the mouse is on it.
    await this.page.mouse.move(box.x + width / 2, 10);
    await this.page.locator(".monaco-sash.hover, .monaco-sash.active").first().waitFor({ state: "detached" });
  }

  /** Saves a screenshot of the window in screenshots/. */
  async screenshot(name: string): Promise<void> {
    const folder = path.join(projectRoot, "screenshots");
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  /** Rejects with the text of the open dialog, if any: VS Code ignores F1 until it is closed. */
  async #checkNoDialog(): Promise<void> {
    const [text] = await this.page.locator(".monaco-dialog-box").allInnerTexts();
    if (text !== undefined) throw new Error(`a dialog is open: ${text}`);
  }

  /** Waits until the cursor position in the status bar matches. */
  async #waitForPosition(pattern: string): Promise<void> {
    await this.page
      .locator(".statusbar-item", { hasText: new RegExp(pattern) })
      .first()
      .waitFor();
  }

  /** Moves the mouse to a menu item, which focuses it. */
  async #focusMenuItem(label: string): Promise<void> {
    const link = `> .action-menu-item:has(> .action-label[aria-label="${label}"])`;
    await this.page.locator(`.monaco-menu .action-item ${link}`).hover();
    await this.page.locator(`.monaco-menu .action-item.focused ${link}`).waitFor();
  }

  async #closeEverything(): Promise<void> {
    await this.#closeOverlays();
    await this.clearNotifications();
    await this.closeAllEditors();
  }

  /** Closes menus, dialogs, quick picks and lists of actions. */
  async #closeOverlays(): Promise<void> {
    const overlay = this.page
      .locator(".monaco-menu, .monaco-dialog-box, .quick-input-widget, .action-widget")
      .filter({ visible: true })
      .first();
    while (await overlay.isVisible()) {
      if (await this.quickInput.isVisible()) await this.quickInput.press("Escape");
      else await this.page.keyboard.press("Escape");
      await overlay.waitFor({ state: "hidden" });
    }
  }
}

const statusItem = '.statusbar-item[id^="free-models."]';

async function openPage(context: BrowserContext): Promise<Page> {
  context.setDefaultTimeout(stepTimeoutMs);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  // One half of the key with which the browser encrypts secrets. Without it, secrets are lost on reload.
  await page.route("**/mint-key", (route) => route.fulfill({ body: Buffer.alloc(32, "half") }));
  return page;
}

/** Runs in the page: whether the storage of the workspace, which VS Code for the web keeps in the browser, has such a tab or none. */
async function isTabStoredAs({ part, isOpen }: { part: string; isOpen: boolean }): Promise<boolean> {
  const read = <Value>(request: IDBRequest<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("cannot read the storage"));
    });
  for (const { name } of await indexedDB.databases()) {
    if (name?.startsWith("vscode-web-state-db-") !== true) continue;
    const database = await read(indexedDB.open(name));
    const editors = read<unknown>(
      database.transaction("ItemTable").objectStore("ItemTable").get("memento/workbench.parts.editor"),
    );
    database.close();
    if (String(await editors).includes(part)) return isOpen;
  }
  return !isOpen;
}

/** Waits until extensions are activated, which the extension's item in the status bar shows. */
async function waitUntilReady(page: Page): Promise<void> {
  await page.locator(".monaco-workbench").waitFor();
  await page.locator(statusItem).waitFor();
}
