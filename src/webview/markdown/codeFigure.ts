import { CodeLines } from "./codeLines";
import type { Colouring } from "./highlightScheduler";
import { findLanguage } from "./languages";
import type { MarkdownLabels } from "./markdownLabels";

/** A code block of an answer, for whoever adds buttons to it. */
export interface CodeBlock {
  /** The first word behind the fence in lower case, as it was written ("ts"); empty without one. */
  readonly language: string;
  /** All that stands behind the fence ("ts title=src/main.ts"). */
  readonly info: string;
  /** The `<figure>`, with a `<figcaption>` for the buttons. */
  readonly element: HTMLElement;
  /** The code, without a final line break. */
  text(): string;
}

export type CodeActions = (block: CodeBlock) => Node;

/** A code block on the screen, which may still grow. */
export class CodeFigure implements CodeBlock {
  readonly language: string;
  readonly element = document.createElement("figure");
  readonly #caption = document.createElement("figcaption");
  readonly #lines: CodeLines;
  readonly #colouring: Colouring;

  constructor(
    readonly info: string,
    colouring: Colouring,
    words: MarkdownLabels,
  ) {
    const [word = ""] = /^[\w+#.-]+/.exec(info) ?? [];
    const language = findLanguage(word);
    const name = language?.name ?? word;
    this.language = word.toLowerCase();
    this.#colouring = colouring;

    const code = document.createElement("code");
    this.#lines = new CodeLines(code);
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", words.code(name));
    pre.append(code);

    const label = document.createElement("span");
    label.className = "code-language";
    label.textContent = name;
    this.#caption.append(label);

    this.element.className = "code";
    this.element.dir = "ltr";
    this.element.dataset["language"] = this.language;
    this.element.append(this.#caption, pre);
    colouring.begin(this.#lines, language);
  }

  text(): string {
    return this.#lines.text();
  }

  append(text: string): void {
    if (text === "") return;
    this.#lines.append(text);
    this.#colouring.grown(this.#lines);
  }

  /** Nothing comes any more: the last line gets its colours, and the block its buttons. */
  end(actions: CodeActions | undefined): void {
    this.#lines.end();
    this.#colouring.grown(this.#lines);
    if (actions) this.#caption.append(actions(this));
  }
}
