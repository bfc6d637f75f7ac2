import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chatHtml } from "../../../src/chat/page/chatHtml";
import type { ChatState, FromWebview, ToWebview } from "../../../src/chat/page/protocol";
import { projectRoot } from "../projectRoot";
import { themeKinds, themeStyle, type ThemeName } from "./themes";

const origin = "http://chat.test";

declare global {
  interface Window {
    hostHears(message: unknown): void;
  }
}

/** The page's build, as it ships, in a folder of its own. */
export async function buildPage(): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), "chat-page-"));
  const source = path.join(projectRoot, "src", "webview");
  await build({
    entryPoints: { main: path.join(source, "main.ts"), style: path.join(source, "style.css") },
    outdir: folder,
    bundle: true,
    minify: true,
    platform: "browser",
    target: "chrome138",
    format: "esm",
    splitting: true,
    loader: { ".ttf": "file" },
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export interface ChatPageOptions {
  browser: Browser;
  /** Where `buildPage` put the page. */
  folder: string;
  theme?: ThemeName;
  width?: number;
  height?: number;
  state?: Partial<ChatState>;
  /** Translations by their English words. */
  translations?: Readonly<Record<string, string>>;
  /** Context options of Playwright: reduced motion, scale. */
  context?: Parameters<Browser["newContext"]>[0];
}

/** The chat's page in a browser, with the test in the place of the extension: it reads what the page says and answers. */
export class ChatPageHarness implements AsyncDisposable {
  /** Everything the page said, oldest first. */
  readonly said: FromWebview[] = [];
  /** Errors and refused loads: an unbroken page has none. */
  readonly problems: string[] = [];
  state: ChatState;
  #hears: (() => void)[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    state: ChatState,
  ) {
    this.state = state;
  }

  static async open({
    browser,
    folder,
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
    page.on("pageerror", (error) => harness.problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") harness.problems.push(message.text());
    });
    await page.exposeFunction("hostHears", (message: FromWebview) => harness.#hear(message));
    await page.addInitScript(fakeVsCode);
    await page.route(`${origin}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === "") return route.fulfill({ contentType: "text/html", body: themed(theme, translations) });
      const body = await readFile(path.join(folder, name)).catch(() => undefined);
      const contentType = { ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf" }[path.extname(name)];
      return body && contentType ? route.fulfill({ body, contentType }) : route.fulfill({ status: 404, body: "" });
    });
    await harness.load();
    return harness;
  }

  /** Loads the page, as VS Code does when the view is shown again: what the page kept by itself is still there. */
  async load(): Promise<void> {
    const ready = this.hears("ready");
    await this.page.goto(`${origin}/`);
    await ready;
    await this.page.waitForSelector(".composer-text, .crash");
  }

  /** Resolves with the next message of this type. */
  hears<T extends FromWebview["type"]>(type: T): Promise<FromWebview & { type: T }> {
    const from = this.said.length;
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.said
          .slice(from)
          .find((message): message is FromWebview & { type: T } => message.type === type);
        if (!found) return;
        this.#hears = this.#hears.filter((each) => each !== look);
        resolve(found);
      };
      this.#hears.push(look);
    });
  }

  /** Says something to the page, as the extension does, and waits until it is drawn. */
  async tell(...messages: ToWebview[]): Promise<void> {
    await this.page.evaluate(async (data) => {
      window.dispatchEvent(new MessageEvent("message", { data }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }, messages);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }

  #hear(message: FromWebview): void {
    this.said.push(message);
    if (message.type === "ready") void this.tell({ type: "state", state: this.state }).catch(() => undefined);
    for (const look of [...this.#hears]) look();
  }
}

/** A state with nothing in it but what is given. */
export function chatState(state: Partial<ChatState> = {}): ChatState {
  return {
    conversation: "c1",
    title: "",
    turns: [],
    draft: { text: "", attachments: [], queued: [], revision: 0 },
    environment: { hasKey: true, modelChoice: "Automatic" },
    ...state,
  };
}

function themed(theme: ThemeName, translations: ChatPageOptions["translations"]): string {
  const html = chatHtml({
    script: "/main.js",
    style: "/style.css",
    cspSource: origin,
    nonce: "test",
    language: "en",
    translations,
  });
  // VS Code puts its variables in before the page's policy counts; a style of the same origin is what that amounts to here.
  return html
    .replace(`style-src ${origin}`, `style-src ${origin} 'nonce-theme'`)
    .replace("<link", `<style nonce="theme">${themeStyle(theme)}</style><link`)
    .replace("<body>", `<body class="${themeKinds[theme]}">`);
}

/** Runs in the page before anything else: what VS Code puts there. */
function fakeVsCode(): void {
  const storage = window.sessionStorage;
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => {
        window.hostHears(message);
      },
      getState: (): unknown => JSON.parse(storage.getItem("state") ?? "null"),
      setState: (state: unknown) => storage.setItem("state", JSON.stringify(state)),
    }),
  });
}
