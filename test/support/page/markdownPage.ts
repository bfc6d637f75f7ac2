import path from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { copyFormulas, MarkdownMount, MarkdownOptions } from "../../../src/webview/markdown";
import { projectRoot } from "../projectRoot";
import { themeKinds, themeStyle, type ThemeName } from "./themes";

const origin = "http://markdown.test";

declare global {
  interface Window {
    mount: (container: HTMLElement, options?: MarkdownOptions) => MarkdownMount;
    copyFormulas: typeof copyFormulas;
  }
}

export interface MarkdownPageOptions {
  theme?: ThemeName;
  width?: number;
  /** The module whose exports become `window` properties, by default the renderer. Relative to the project root. */
  entry?: string;
  /** Omits the content security policy, so that scripts run and requests are sent. */
  unprotected?: boolean;
}

/** A page with only the Markdown renderer, under a content security policy like that of the chat. Records all other requests. */
export class MarkdownPage implements AsyncDisposable {
  /** The URLs of all requests, except for the page's own files. */
  readonly requests: string[] = [];
  /** Uncaught errors and console errors, including violations of the policy. */
  readonly errors: string[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {}

  static async open(browser: Browser, options: MarkdownPageOptions = {}): Promise<MarkdownPage> {
    const { theme = "dark", width = 400, entry = "src/webview/markdown.ts", unprotected = false } = options;
    const files = await filesOf(entry);
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    const harness = new MarkdownPage(page, context);
    page.on("pageerror", (error) => harness.errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") harness.errors.push(message.text());
    });
    await context.route("**/*", (route) => {
      const url = new URL(route.request().url());
      const file =
        url.pathname === "/" ? { contentType: "text/html", body: html(theme, unprotected) } : files.get(url.pathname);
      if (url.origin === origin && file) return route.fulfill(file);
      harness.requests.push(url.href);
      return route.abort();
    });
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => "ready" in window);
    return harness;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}

interface File {
  contentType: string;
  body: string;
}

const built = new Map<string, Promise<ReadonlyMap<string, File>>>();

/** The built files of the page by their path. Each entry is built once. */
function filesOf(entry: string): Promise<ReadonlyMap<string, File>> {
  const files = built.get(entry) ?? buildFiles(entry);
  built.set(entry, files);
  return files;
}

async function buildFiles(entry: string): Promise<ReadonlyMap<string, File>> {
  const { outputFiles } = await build({
    entryPoints: {
      page: path.join(projectRoot, entry),
      style: path.join(projectRoot, "src", "webview", "markdown", "styles", "markdown.css"),
    },
    outdir: "/",
    write: false,
    bundle: true,
    minify: true,
    platform: "browser",
    target: "chrome138",
    format: "esm",
    splitting: true,
    logLevel: "warning",
  });
  return new Map(
    outputFiles.map((file) => {
      const contentType = file.path.endsWith(".css") ? "text/css" : "text/javascript";
      return [`/${path.basename(file.path)}`, { contentType, body: file.text }];
    }),
  );
}

const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-page'; style-src ${origin} 'nonce-page'">`;

const html = (theme: ThemeName, unprotected: boolean): string => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    ${unprotected ? "" : policy}
    <link rel="stylesheet" href="/style.css">
    <style nonce="page">
      ${themeStyle(theme)}
      body { margin: 0; padding: 12px; color: var(--vscode-foreground); line-height: 1.45;
        font: var(--vscode-font-weight) var(--vscode-font-size) / 1.45 var(--vscode-font-family); }
      * { box-sizing: border-box; }
    </style>
    <title>Markdown</title>
  </head>
  <body class="${themeKinds[theme]}">
    <main></main>
    <script type="module" nonce="page">
      import * as page from "/page.js";
      Object.assign(window, page, { ready: true });
    </script>
  </body>
</html>
`;
