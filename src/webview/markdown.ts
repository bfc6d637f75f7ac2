import { MarkdownView } from "./markdown/markdownView";
import type { CodeActions } from "./markdown/codeFigure";
import { Colouring } from "./markdown/highlightScheduler";
import { createView } from "./markdown/createView";
import { IncomingText } from "./markdown/incomingText";
import { MarkdownLexer } from "./markdown/markdownLexer";
import { MarkdownTail } from "./markdown/markdownTail";
import { englishLabels, type MarkdownLabels } from "./markdown/markdownLabels";

export type { CodeActions, CodeBlock } from "./markdown/codeFigure";
export type { MarkdownLabels } from "./markdown/markdownLabels";

export interface MarkdownOptions {
  /** The level of the heading that the text stands under, 0 for none: its own headings begin one below. */
  headingLevel?: number;
  /** A line break in the text is one on the screen, as people expect of what they typed. */
  breaks?: boolean;
  /** Makes the buttons of a code block; called once for each, as soon as it is complete. */
  codeActions?: CodeActions;
  /** What the renderer itself says; English unless given. */
  words?: MarkdownLabels;
}

export interface MarkdownMount {
  /** Takes the next piece of the text, of any length and cut anywhere; it is shown in the next frame. */
  push(delta: string): void;
  /** Shows the rest at once, as final: there is no further piece. Only a long rest takes some frames, and colours may follow. */
  end(): void;
  /** When everything pushed so far is on the screen, with the colours of code. */
  whenShown(): Promise<void>;
  /** Stops working for a container that is not needed any more. */
  dispose(): void;
}

/** So much is read in one frame at most: there may be more when a page was hidden, or an old answer is shown. Characters. */
const longestFrame = 12_000;

/**
 * Renders Markdown into `container` while it is being written.
 *
 * What a delta costs does not grow with the text. Once a frame the open end of the text is read, whatever number of deltas
 * there were: a paragraph, the last item of a list, the last row of a table, a line of code. What stands before it is final,
 * is neither read nor touched again, and lies in chunks that the browser skips while they are off the screen. Only a link
 * definition reaches back, to the blocks that wait for just this label. An open block that is so large that reading it takes
 * long is read less often, so that reading it takes an eighth of the time at most.
 *
 * The text may be hostile. Elements are made from what the parser found, not from HTML; raw HTML is sanitised block by block.
 * Nothing runs and nothing is fetched; links lead to web and mail addresses only. The result is the same for every way of
 * cutting the text into deltas. Nothing throws.
 */
export function mount(container: HTMLElement, options: MarkdownOptions = {}): MarkdownMount {
  const incoming = new IncomingText();
  const lexer = new MarkdownLexer(options.breaks);
  const tail = new MarkdownTail(lexer);
  const colouring = new Colouring(schedule);
  const { headingLevel = 0, codeActions, words = englishLabels } = options;
  const view = new MarkdownView(container, { lexer, colouring, headingLevel, codeActions, words, createView });
  container.classList.add("markdown");

  let frame: number | undefined;
  let rest = 0;
  let ended = false;
  let finished = false;
  const whenShown: (() => void)[] = [];

  function schedule(): void {
    frame ??= requestAnimationFrame(work);
  }

  function work(): void {
    frame = undefined;
    if (hasMore()) {
      if (ended || performance.now() >= rest) readSome();
      if (hasMore()) schedule();
    }
    colouring.work();
    if (hasMore() || !colouring.done) return;
    for (const tell of whenShown.splice(0)) tell();
  }

  const hasMore = (): boolean => incoming.length > 0 || (ended && !finished);

  /** Reads what came, and then rests for as long as reading again what was known already is worth. */
  function readSome(): void {
    const began = performance.now();
    const open = tail.length;
    const text = incoming.take(longestFrame);
    tail.append(text);
    finished = ended && incoming.length === 0;
    view.show(tail.read(finished));
    const now = performance.now();
    rest = now + (7 * (now - began) * open) / (open + text.length);
  }

  return {
    push(delta) {
      if (ended) return;
      incoming.push(delta);
      schedule();
    },
    end() {
      if (ended) return;
      ended = true;
      incoming.end();
      readSome();
      schedule();
    },
    whenShown() {
      schedule();
      return new Promise((resolve) => whenShown.push(resolve));
    },
    dispose() {
      ended = true;
      finished = true;
      incoming.take(Infinity);
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}
