import type { Rendering } from "./blockView";
import { decodeEntities } from "./entities";
import { HtmlFlow } from "./htmlInserter";
import { createLink, createPicturePlace } from "./links";
import type { Inline } from "./markdownBlock";
import { LongText } from "./longText";
import { longestInline } from "./markdownLexer";
import type { MarkdownLabels } from "./markdownLabels";

/**
 * What stands inside a paragraph, a heading or a cell. When its source has grown only what is different at its end changes on
 * the screen, which keeps a selection in the rest.
 */
export class InlineContent {
  readonly #element: HTMLElement;
  readonly #rendering: Pick<Rendering, "lexer" | "words">;
  #source: string | undefined;
  #long: LongText | undefined;
  #shown: { inline: Inline; node: ChildNode }[] | undefined = [];
  /** Labels of references that have no definition yet. */
  readonly missing = new Set<string>();
  /** Raw closing tags for which nothing was open in here. */
  unmatched: readonly string[] = [];

  constructor(element: HTMLElement, rendering: Pick<Rendering, "lexer" | "words">) {
    this.#element = element;
    this.#rendering = rendering;
  }

  show(source: string): void {
    if (source !== this.#source) this.#render(source);
  }

  /** Shows the same source once more, as definitions have come. */
  relink(): void {
    if (this.#source === undefined || this.#long) return;
    this.#shown = undefined;
    this.#render(this.#source);
  }

  #render(source: string): void {
    this.#source = source;
    this.missing.clear();
    if (source.length > longestInline) {
      this.#renderLong(source);
      return;
    }
    if (this.#long) this.#shown = this.#long = undefined;
    const inlines = this.#rendering.lexer.inlines(source, this.missing);
    this.unmatched = [];
    if (inlines.some(({ type }) => type === "html")) {
      this.#shown = undefined;
      this.#element.replaceChildren();
      this.unmatched = fill(this.#element, inlines, this.#rendering.words);
    } else {
      this.#patch(inlines);
    }
  }

  #renderLong(source: string): void {
    this.unmatched = [];
    if (!this.#long) this.#element.replaceChildren();
    this.#long ??= new LongText(this.#element);
    this.#long.show(source);
  }

  #patch(inlines: Inline[]): void {
    if (!this.#shown) this.#element.replaceChildren();
    const shown = (this.#shown ??= []);
    let same = 0;
    for (const inline of inlines) {
      const old = shown[same];
      if (!old || old.inline.type !== inline.type) break;
      if (old.inline.raw !== inline.raw) {
        if (inline.type !== "text") break;
        old.node.nodeValue = decodeEntities(inline.text);
        old.inline = inline;
      }
      same++;
    }
    for (const { node } of shown.splice(same)) node.remove();
    const added = inlines
      .slice(same)
      .flatMap((inline) =>
        inline.type === "html" ? [] : [{ inline, node: createInline(inline, this.#rendering.words) }],
      );
    this.#element.append(...added.map(({ node }) => node));
    shown.push(...added);
  }
}

/** Puts in what may have raw tags in it, around any of the rest; gives the closing tags that closed nothing. */
function fill(element: HTMLElement, inlines: Inline[], words: MarkdownLabels): readonly string[] {
  const flow = new HtmlFlow(() => element, words);
  for (const inline of inlines) {
    if (inline.type === "html") flow.html(inline.raw);
    else flow.cursor.append(createInline(inline, words));
  }
  return flow.unmatched;
}

function createInline(inline: Exclude<Inline, { type: "html" }>, words: MarkdownLabels): ChildNode {
  switch (inline.type) {
    case "text":
      return document.createTextNode(decodeEntities(inline.text));
    case "code":
      return leftToRight("code", inline.text);
    case "math":
      return leftToRight("span", inline.text, "math");
    case "strong":
    case "em":
    case "del":
      return filled(document.createElement(inline.type), inline.inlines, words);
    case "link":
      return filled(createLink(decodeEntities(inline.href)), inline.inlines, words);
    case "image":
      return createPicturePlace(decodeEntities(inline.href), decodeEntities(inline.text), words);
    case "break":
      return document.createElement("br");
  }
}

function filled(element: HTMLElement, inlines: Inline[], words: MarkdownLabels): HTMLElement {
  fill(element, inlines, words);
  return element;
}

function leftToRight(name: "code" | "span", text: string, className = ""): HTMLElement {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  element.dir = "ltr";
  element.textContent = text;
  return element;
}
