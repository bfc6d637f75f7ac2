import { config } from "@vscode/l10n";
import { h, render } from "preact";
import type { ToWebview } from "../chat/page/protocol";
import { App } from "./app";
import { copyFormulas } from "./markdown";
import { ErrorBoundary } from "./errorBoundary";
import { post } from "./host";
import { keepFocus } from "./keepFocus";
import { fitImageForHost } from "./pasteAndDrop";
import { clearState, receive } from "./pageState";

config({ contents: document.getElementById("translations")?.textContent || "{}" });

const postReady = (): void => post({ type: "ready" });

const reload = (): void => {
  clearState();
  postReady();
};

// Only the host can post to this page: its content security policy allows no frames or foreign scripts.
window.addEventListener("message", ({ data }: MessageEvent<readonly ToWebview[]>) => {
  receive(data);
  for (const message of data) if (message.type === "fit-image") void fitImageForHost(message);
});

document.addEventListener("copy", copyFormulas);

const root = document.getElementById("chat");
if (root) {
  render(h(ErrorBoundary, { onReload: reload, children: h(App, {}) }), root);
  keepFocus(root);
}
postReady();
