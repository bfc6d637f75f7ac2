import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { mount } from "../../src/webview/markdown";

/** Renders a streamed text. `end` resolves when all of it is rendered. */
interface Contender {
  push(delta: string): void;
  end(): Promise<void>;
}

/** The renderers to compare. */
const contenders = { floor, renderer, "react-markdown": reactMarkdown };

export type ContenderName = keyof typeof contenders;

declare global {
  interface Window {
    begin: typeof begin;
    stream: typeof stream;
    end: typeof end;
  }
}

/** The minimal renderer: appends the raw text once per frame, with a new element after each blank line. */
function floor(container: HTMLElement): Contender {
  container.style.whiteSpace = "pre-wrap";
  let pending = "";
  let text = document.createTextNode("");
  let frame: number | undefined;
  const block = (): void => {
    const element = document.createElement("p");
    text = document.createTextNode("");
    element.append(text);
    container.append(element);
  };
  block();
  const flush = (): void => {
    frame = undefined;
    const parts = pending.split("\n\n");
    pending = "";
    for (const [index, part] of parts.entries()) {
      if (index > 0) block();
      text.appendData(part);
    }
  };
  return {
    push(delta) {
      pending += delta;
      frame ??= requestAnimationFrame(flush);
    },
    end: () => {
      flush();
      return Promise.resolve();
    },
  };
}

function renderer(container: HTMLElement): Contender {
  const mounted = mount(container);
  return {
    push: (delta) => mounted.push(delta),
    end: () => {
      mounted.end();
      return mounted.whenRendered();
    },
  };
}

/** The common approach: renders the whole text for each delta. */
function reactMarkdown(container: HTMLElement): Contender {
  const root = createRoot(container);
  let text = "";
  return {
    push(delta) {
      text += delta;
      flushSync(() => root.render(createElement(ReactMarkdown, { remarkPlugins: [remarkGfm] }, text)));
    },
    end: () => Promise.resolve(),
  };
}

let current: Contender | undefined;
let scroller: HTMLElement | undefined;

/** Starts an empty answer in a view that scrolls like the chat. */
export function begin(name: ContenderName): void {
  scroller = document.createElement("div");
  scroller.style.cssText = "height: 776px; overflow-y: auto; overflow-anchor: none";
  const container = document.createElement("div");
  container.className = "markdown";
  scroller.append(container);
  document.querySelector("main")?.replaceChildren(scroller);
  current = contenders[name](container);
}

/** Pushes a number of deltas per frame and scrolls to the end. */
export async function stream(deltas: string[], perFrame: number): Promise<void> {
  let due = 0;
  for (let at = 0; at < deltas.length;) {
    await nextFrame();
    for (due += perFrame; due >= 1 && at < deltas.length; due--) current?.push(deltas[at++] ?? "");
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  }
  await nextFrame();
}

/** Ends the answer. Resolves when all of it is rendered. */
export async function end(): Promise<void> {
  await current?.end();
  await nextFrame();
}

/** Resolves before the next frame is drawn. */
const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
