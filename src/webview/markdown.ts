import { MarkdownView } from "./markdown/markdownView";
import type { CodeActions } from "./markdown/code/codeFigure";
import { createView } from "./markdown/createView";
import { FootnoteNumbers } from "./markdown/footnoteNumbers";
import { FrameBudget } from "./markdown/frameBudget";
import { HighlightScheduler } from "./markdown/code/highlightScheduler";
import { IncomingText } from "./markdown/parse/incomingText";
import { MarkdownLexer } from "./markdown/parse/markdownLexer";
import { MathScheduler } from "./markdown/math/mathScheduler";
import { MarkdownTail } from "./markdown/parse/markdownTail";
import { LongText } from "./markdown/longText";
import { englishLabels, type MarkdownLabels } from "./markdown/markdownLabels";

export { copyFormulas } from "./markdown/math/copyFormulas";
export type { CodeActions, CodeBlock } from "./markdown/code/codeFigure";
export type { MarkdownLabels } from "./markdown/markdownLabels";

export interface MarkdownOptions {
  /** Level of the heading above the text, 0 for none. Headings in the text start one level below it. */
  headingLevel?: number;
  /** Renders single line breaks as `<br>`, as users expect for text they typed. */
  breaks?: boolean;
  /** Creates the buttons of a code block. Called once per block, as soon as the block is complete. */
  codeActions?: CodeActions;
  /** A part of the ids of elements that makes them differ from those of other answers. */
  idPrefix?: string;
  /** Texts that the renderer adds; English by default. */
  labels?: MarkdownLabels;
}

export interface MarkdownMount {
  /** Appends a delta of any length, split anywhere. It is rendered in the next frame. */
  push(delta: string): void;
  /** Ends the text and renders the remainder right away. Only a long remainder, formulas and syntax highlighting take further frames. */
  end(): void;
  /** Resolves when everything pushed so far is rendered, including syntax highlighting and formulas. */
  whenRendered(): Promise<void>;
  /** Stops all work, for when the container is no longer needed. */
  dispose(): void;
}

/** Shows a text of any length without parsing it. */
export const showPlainText = (container: HTMLElement, text: string): void => new LongText(container).show(text);

/** Limit of characters per parse. More can be pending after the page was hidden, or when an old answer is rendered. */
const maxCharactersPerParse = 3_000;
/** What all answers of the page together may render in a frame, checked after each step. */
const frameBudget = new FrameBudget();

/**
 * Renders Markdown into `container` while it streams in.
 *
 * The cost of a delta does not grow with the text. However many deltas arrived, only the open end of the text is parsed, once
 * per frame: a paragraph, the last item of a list, the last row of a table, a line of code. Everything before it is final: it
 * is not parsed or updated again, and lies in chunks that the browser skips while they are off screen. The exception is a
 * link definition, which updates the earlier blocks that use its label. An open block so large that parsing takes long is
 * parsed less often, to spend at most an eighth of the time on parsing. The size of a block is limited, and a text that arrives
 * at once is rendered over several frames, so that the page stays responsive whatever the text.
 *
 * The text may be hostile. Elements are created from parser tokens, not from HTML; raw HTML is sanitized block by block.
 * Nothing runs and nothing is fetched; links lead to web and mail addresses only. The result is the same however the text is
 * split into deltas. Never throws.
 */
export function mount(container: HTMLElement, options: MarkdownOptions = {}): MarkdownMount {
  const incoming = new IncomingText();
  const lexer = new MarkdownLexer(options.breaks);
  const tail = new MarkdownTail(lexer);
  const highlights = new HighlightScheduler(scheduleFrame, frameBudget);
  const math = new MathScheduler(scheduleFrame, frameBudget);
  const { headingLevel = 0, codeActions, idPrefix = "", labels = englishLabels } = options;
  const footnotes = new FootnoteNumbers(labels);
  const shared = { lexer, highlights, math, footnotes, frameBudget };
  const context = { ...shared, headingLevel, codeActions, labels, idPrefix, createView };
  const view = new MarkdownView(container, context);
  container.classList.add("markdown");

  let frame: number | undefined;
  let rendering: Iterator<void> | undefined;
  let nextParse = 0;
  let ended = false;
  let finished = false;
  const renderedCallbacks: (() => void)[] = [];

  function scheduleFrame(): void {
    frame ??= requestAnimationFrame(runFrame);
  }

  function runFrame(time: number): void {
    frame = undefined;
    frameBudget.startFrame(time);
    if (hasMore()) {
      render();
      if (hasMore()) scheduleFrame();
    }
    math.run();
    highlights.run();
    if (hasMore() || !math.done || !highlights.done) return;
    for (const callback of renderedCallbacks.splice(0)) callback();
  }

  const hasMore = (): boolean => rendering !== undefined || incoming.length > 0 || (ended && !finished);

  /** Renders incoming text until the budget of this frame is used up, but at least one step. */
  function render(): void {
    let now = performance.now();
    while (hasMore() && (rendering || ended || now >= nextParse)) {
      const start = now;
      rendering ??= renderIncoming();
      if (rendering.next().done) rendering = undefined;
      now = performance.now();
      frameBudget.addTime(now - start);
      if (frameBudget.isUsedUp) return;
    }
  }

  /** Parses and renders some text, then pauses for seven times the time that went into text that had been parsed before. */
  function* renderIncoming(): Generator<void> {
    let start = performance.now();
    const openLength = tail.length;
    const text = incoming.take(maxCharactersPerParse);
    tail.append(text);
    finished = ended && incoming.length === 0;
    let spent = 0;
    for (const step of view.show(tail.parse(finished), finished)) {
      spent += performance.now() - start;
      yield step;
      start = performance.now();
    }
    const now = performance.now();
    nextParse = now + (7 * (spent + now - start) * openLength) / (openLength + text.length);
  }

  return {
    push(delta) {
      if (ended) return;
      incoming.push(delta);
      scheduleFrame();
    },
    end() {
      if (ended) return;
      ended = true;
      incoming.end();
      render();
      scheduleFrame();
    },
    whenRendered() {
      scheduleFrame();
      return new Promise((resolve) => renderedCallbacks.push(resolve));
    },
    dispose() {
      ended = true;
      finished = true;
      rendering = undefined;
      incoming.take(Infinity);
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}
