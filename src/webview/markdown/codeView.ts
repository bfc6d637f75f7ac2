import type { BlockView, RenderContext } from "./blockView";
import { CodeFigure } from "./code/codeFigure";
import type { Block, Code } from "./parse/markdownBlock";

export class CodeView implements BlockView {
  readonly node: HTMLElement;
  readonly #figure: CodeFigure;
  readonly #context: RenderContext;

  constructor({ info, text }: Code, context: RenderContext) {
    this.#figure = new CodeFigure(info, context.highlights, context.labels);
    this.#figure.append(text);
    this.#context = context;
    this.node = this.#figure.element;
  }

  update(block: Block): boolean {
    if (block.type === "code-continuation") {
      this.#figure.append(block.text);
      return true;
    }
    if (block.type !== "code" || block.info !== this.#figure.info) return false;
    const shown = this.#figure.text();
    if (!block.text.startsWith(shown)) return false;
    this.#figure.append(block.text.slice(shown.length));
    return true;
  }

  finalize(): void {
    this.#figure.end(this.#context.codeActions);
  }

  collectUndefinedLabels(): void {
    // Code has no links.
  }

  refreshLinks(): void {
    // Code has no links.
  }
}
