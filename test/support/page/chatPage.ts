import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chatHtml } from "../../../src/chat/page/chatHtml";
import type { ChatState, FromWebview, ToWebview } from "../../../src/chat/page/protocol";
import { projectRoot } from "../projectRoot";
import { themeKinds, themeStyle, type ThemeName } from "./themes";

const origin = "http://chat.test";

declare global {
  interface Window {
    postToHost(message: unknown): void;
  }
}

/** Where `npm run build:test` puts the page, minified as in the release. */
const pageFolder = path.join(projectRoot, "dist", "test", "pages", "chat");

export interface ChatPageOptions {
  browser: Browser;
  theme?: ThemeName;
  width?: number;
  height?: number;
  state?: Partial<ChatState>;
  /** Translations by their English text. */
  translations?: Readonly<Record<string, string>>;
  /** Playwright's context options, such as reduced motion and scale factor. */
  context?: Parameters<Browser["newContext"]>[0];
}

/** The chat page in a browser. The test acts as the extension: it receives the messages of the page and sends its own. */
export class ChatPageHarness implements AsyncDisposable {
  /** The messages that the page posted, oldest first. */
  readonly messages: FromWebview[] = [];
  /** Uncaught errors and console errors, including blocked requests. */
  readonly errors: string[] = [];
  state: ChatState;
  #listeners: (() => void)[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    state: ChatState,
  ) {
    this.state = state;
  }

  static async open({
    browser,
    theme = "dark",
    width = 400,
    height = 700,
    state = {},
    translations,
    context: contextOptions = {},
  }: ChatPageOptions): Promise<ChatPageHarness> {
    const context = await browser.newContext({ viewport: { width, height }, ...contextOptions });
    const page = await context.newPage();
    const harness = new ChatPageHarness(page, context, chatState(state));
    page.on("pageerror", (error) => harness.errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") harness.errors.push(message.text());
    });
    await page.exposeFunction("postToHost", (message: FromWebview) => harness.#receive(message));
    await page.addInitScript(fakeVsCode);
    await page.route(`${origin}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === "") return route.fulfill({ contentType: "text/html", body: themedHtml(theme, translations) });
      const body = await readFile(path.join(pageFolder, name)).catch(() => undefined);
      const contentType = { ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf" }[path.extname(name)];
      return body && contentType ? route.fulfill({ body, contentType }) : route.fulfill({ status: 404, body: "" });
    });
    await harness.load();
    return harness;
  }

  /** Loads the page, like VS Code does when the view is shown again: the state that the page saved is still available. */
  async load(): Promise<void> {
    const ready = this.nextMessage("ready");
    await this.page.goto(`${origin}/`);
    await ready;
    await this.page.waitForSelector(".composer-text, .crash");
  }

  /** Changes the theme, like VS Code does while a view is shown. */
  async setTheme(theme: ThemeName): Promise<void> {
    await this.page.evaluate(
      ({ style, kinds }) => {
        document.querySelector("style")?.replaceChildren(style);
        document.body.className = kinds;
      },
      { style: themeStyle(theme), kinds: themeKinds[theme] },
    );
  }

  /** Resolves to the next message of this type. */
  nextMessage<T extends FromWebview["type"]>(type: T): Promise<FromWebview & { type: T }> {
    const start = this.messages.length;
    return new Promise((resolve) => {
      const check = (): void => {
        const found = this.messages
          .slice(start)
          .find((message): message is FromWebview & { type: T } => message.type === type);
        if (!found) return;
        this.#listeners = this.#listeners.filter((listener) => listener !== check);
        resolve(found);
      };
      this.#listeners.push(check);
    });
  }

  /** Sends messages to the page like the extension does, and waits until they are rendered. */
  async send(...messages: ToWebview[]): Promise<void> {
    await this.page.evaluate(async (data) => {
      window.dispatchEvent(new MessageEvent("message", { data }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }, messages);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }

  #receive(message: FromWebview): void {
    this.messages.push(message);
    if (message.type === "ready") void this.send({ type: "state", state: this.state }).catch(() => undefined);
    for (const listener of [...this.#listeners]) listener();
  }
}

/** An empty chat with the given changes. */
export function chatState(state: Partial<ChatState> = {}): ChatState {
  return {
    conversation: "c1",
    title: "",
    turns: [],
    draft: { text: "", attachments: [], queued: [], revision: 0 },
    environment: { canAsk: true, modelChoice: "Automatic" },
    ...state,
  };
}

function themedHtml(theme: ThemeName, translations: ChatPageOptions["translations"]): string {
  const html = chatHtml({
    script: "/main.js",
    style: "/style.css",
    cspSource: origin,
    nonce: "test",
    language: "en",
    translations,
  });
  // VS Code adds its CSS variables before the content security policy applies. Here, the policy must allow them.
  return html
    .replace(`style-src ${origin}`, `style-src ${origin} 'nonce-theme'`)
    .replace("<link", `<style nonce="theme">${themeStyle(theme)}</style><link`)
    .replace("<body>", `<body class="${themeKinds[theme]}">`);
}

/** Runs in the page before its scripts and provides the API of VS Code. */
function fakeVsCode(): void {
  const storage = window.sessionStorage;
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => {
        window.postToHost(message);
      },
      getState: (): unknown => JSON.parse(storage.getItem("state") ?? "null"),
      setState: (state: unknown) => storage.setItem("state", JSON.stringify(state)),
    }),
  });
}
