import { CodeLines } from "./codeLines";
import type { HighlightScheduler } from "./highlightScheduler";
import { findLanguage, languageName } from "./languages";
import type { MarkdownLabels } from "../markdownLabels";

/** A code block of an answer, as passed to `CodeActions`. */
export interface CodeBlock {
  /** First word of the info string in lower case, as written ("ts"); empty if there is none. */
  readonly language: string;
  /** The whole info string ("ts title=src/main.ts"). */
  readonly info: string;
  /** The `<figure>`, whose `<figcaption>` holds the buttons. */
  readonly element: HTMLElement;
  /** The code, without a final line break. */
  text(): string;
}

/** Creates the buttons of a code block, as one node. */
export type CodeActions = (block: CodeBlock) => Node;

/** Renders a code block, which may still grow. */
export class CodeFigure implements CodeBlock {
  readonly language: string;
  readonly info: string;
  readonly element = document.createElement("figure");
  readonly #caption = document.createElement("figcaption");
  readonly #lines: CodeLines;
  readonly #highlights: HighlightScheduler;

  constructor(info: string, highlights: HighlightScheduler, labels: MarkdownLabels) {
    const [word = ""] = /^[\w+#.-]+/.exec(info) ?? [];
    const name = languageName(word);
    this.info = info;
    this.language = word.toLowerCase();
    this.#highlights = highlights;

    const code = document.createElement("code");
    this.#lines = new CodeLines(code);
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", labels.code(name));
    pre.append(code);

    const label = document.createElement("span");
    label.className = "code-language";
    label.textContent = name;
    this.#caption.append(label);

    this.element.className = "code";
    this.element.dir = "ltr";
    this.element.dataset["language"] = this.language;
    this.element.append(this.#caption, pre);
    highlights.add(this.#lines, findLanguage(word));
  }

  text(): string {
    return this.#lines.text();
  }

  append(text: string): void {
    if (text === "") return;
    this.#lines.append(text);
    this.#highlights.enqueue(this.#lines);
  }

  /** Completes the block: queues the last line for highlighting and adds the buttons. */
  end(actions: CodeActions | undefined): void {
    this.#lines.end();
    this.#highlights.enqueue(this.#lines);
    if (actions) this.#caption.append(actions(this));
  }
}
