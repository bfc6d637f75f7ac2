import type { BlockView, Rendering } from "./blockView";
import { CodeFigure } from "./codeFigure";
import type { Block, Code } from "./markdownBlock";

export class CodeView implements BlockView {
  readonly node: HTMLElement;
  readonly #figure: CodeFigure;
  readonly #rendering: Rendering;

  constructor({ info, text }: Code, rendering: Rendering) {
    this.#figure = new CodeFigure(info, rendering.colouring, rendering.words);
    this.#figure.append(text);
    this.#rendering = rendering;
    this.node = this.#figure.element;
  }

  update(block: Block): boolean {
    if (block.type === "more-code") {
      this.#figure.append(block.text);
      return true;
    }
    if (block.type !== "code" || block.info !== this.#figure.info) return false;
    const shown = this.#figure.text();
    if (!block.text.startsWith(shown)) return false;
    this.#figure.append(block.text.slice(shown.length));
    return true;
  }

  settle(): void {
    this.#figure.end(this.#rendering.codeActions);
  }

  collectMissing(): void {
    // Code has no links.
  }

  relink(): void {
    // Code has no links.
  }
}
