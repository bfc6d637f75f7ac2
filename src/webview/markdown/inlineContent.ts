import type { RenderContext } from "./blockView";
import { decodeEntities } from "./parse/entities";
import { HtmlBudget } from "./htmlBudget";
import { HtmlInserter } from "./htmlInserter";
import { createImagePlaceholder, createLink } from "./links";
import type { Inline } from "./parse/markdownBlock";
import { createFootnoteReference } from "./footnoteLink";
import type { MathScheduler } from "./math/mathScheduler";
import { LongText } from "./longText";
import { isPlainText } from "./parse/markdownLexer";

type InlineContext = Pick<RenderContext, "lexer" | "labels" | "idPrefix" | "footnotes" | "math" | "frameBudget">;

/**
 * The inline content of a paragraph, heading or table cell. When its source grows, only the changed nodes at its end are
 * replaced, which preserves a selection in the rest.
 */
export class InlineContent {
  readonly #element: HTMLElement;
  readonly #context: InlineContext;
  #source: string | undefined;
  #long: LongText | undefined;
  #shown: { inline: Inline; node: ChildNode }[] | undefined = [];
  /** Labels of reference links that have no definition yet. */
  readonly undefinedLabels = new Set<string>();
  /** Names of raw HTML closing tags that match no opening tag in this content. */
  unmatchedTags: readonly string[] = [];

  constructor(element: HTMLElement, context: InlineContext) {
    this.#element = element;
    this.#context = context;
  }

  show(source: string): void {
    if (source !== this.#source) this.#render(source);
  }

  /** Renders the same source again, after new definitions. */
  refreshLinks(): void {
    if (this.#source === undefined || this.#long) return;
    this.#shown = undefined;
    this.#render(this.#source);
  }

  #render(source: string): void {
    this.#source = source;
    this.undefinedLabels.clear();
    if (isPlainText(source)) {
      this.#renderLong(source);
      return;
    }
    if (this.#long) this.#shown = this.#long = undefined;
    const inlines = this.#context.lexer.inlines(source, this.undefinedLabels);
    this.unmatchedTags = [];
    if (inlines.some(({ type }) => type === "html")) {
      this.#shown = undefined;
      this.#element.replaceChildren();
      this.unmatchedTags = appendInlines(this.#element, inlines, this.#createContext());
    } else {
      this.#patch(inlines);
    }
  }

  #renderLong(source: string): void {
    this.unmatchedTags = [];
    if (!this.#long) this.#element.replaceChildren();
    this.#long ??= new LongText(this.#element);
    this.#long.show(source);
  }

  #createContext(): CreationContext {
    const { labels, idPrefix, footnotes, math, frameBudget } = this.#context;
    return { labels, idPrefix, footnotes, math, frameBudget, htmlBudget: new HtmlBudget() };
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
    const context = this.#createContext();
    const added = inlines
      .slice(same)
      .flatMap((inline) => (inline.type === "html" ? [] : [{ inline, node: createInline(inline, context) }]));
    this.#context.frameBudget.addNodes(added.length);
    this.#element.append(...added.map(({ node }) => node));
    shown.push(...added);
  }
}

interface CreationContext extends Pick<RenderContext, "labels" | "idPrefix" | "footnotes" | "math" | "frameBudget"> {
  /** Shared by all HTML of the content. */
  htmlBudget: HtmlBudget;
}

/** Appends inlines, among them raw HTML that may wrap others. Returns the names of closing tags that closed nothing. */
function appendInlines(element: HTMLElement, inlines: Inline[], context: CreationContext): readonly string[] {
  context.frameBudget.addNodes(inlines.length);
  const inserter = new HtmlInserter(() => element, context.labels, context.htmlBudget);
  for (const inline of inlines) {
    if (inline.type === "html") inserter.insert(inline.raw);
    else inserter.insertionPoint.append(createInline(inline, context));
  }
  return inserter.unmatchedTags;
}

function createInline(inline: Exclude<Inline, { type: "html" }>, context: CreationContext): ChildNode {
  switch (inline.type) {
    case "text":
      return document.createTextNode(decodeEntities(inline.text));
    case "code":
      return createCode(inline.text);
    case "math":
      return createMath(inline.text, context.math);
    case "strong":
    case "em":
    case "del":
      return withInlines(document.createElement(inline.type), inline.inlines, context);
    case "link":
      return withInlines(createLink(decodeEntities(inline.href)), inline.inlines, context);
    case "image":
      return createImagePlaceholder(decodeEntities(inline.href), decodeEntities(inline.text), context.labels);
    case "footnote":
      return createFootnoteReference(inline.label, context);
    case "break":
      return document.createElement("br");
  }
}

function withInlines(element: HTMLElement, inlines: Inline[], context: CreationContext): HTMLElement {
  appendInlines(element, inlines, context);
  return element;
}

function createCode(text: string): HTMLElement {
  const element = document.createElement("code");
  element.dir = "ltr";
  element.textContent = text;
  return element;
}

function createMath(source: string, math: MathScheduler): HTMLElement {
  const element = document.createElement("span");
  element.className = "math";
  element.dir = "ltr";
  math.show(element, source);
  return element;
}
