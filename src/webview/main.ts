import { config } from "@vscode/l10n";
import { h, render } from "preact";
import type { ToWebview } from "../chat/page/protocol";
import { App } from "./app";
import { ErrorBoundary } from "./errorBoundary";
import { post } from "./host";
import { fitForHost } from "./pasteAndDrop";
import { forget, receive } from "./pageState";

config({ contents: document.getElementById("translations")?.textContent || "{}" });

const ready = (): void => post({ type: "ready" });

const reload = (): void => {
  forget();
  ready();
};

// Whoever can post to this page is the host: the page's policy lets nothing else in.
window.addEventListener("message", ({ data }: MessageEvent<readonly ToWebview[]>) => {
  receive(data);
  for (const message of data) if (message.type === "fit-image") void fitForHost(message);
});

const root = document.getElementById("chat");
if (root) render(h(ErrorBoundary, { onReload: reload, children: h(App, {}) }), root);
ready();
