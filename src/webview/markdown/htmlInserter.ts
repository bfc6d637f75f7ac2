import { HtmlBudget } from "./htmlBudget";
import { countOpenBefore, isSimpleTag, isVoidTag } from "./htmlElements";
import { findHtmlTags, type HtmlTag } from "./htmlTags";
import { LongText } from "./longText";
import type { MarkdownLabels } from "./markdownLabels";
import { sanitise } from "./sanitise";

/** Tags of raw HTML nested deeper than this are shown as text. */
const maxDepth = 32;
/** Longer HTML is shown as text. In characters. */
const maxLength = 10_000;

/**
 * Inserts raw HTML that may wrap Markdown, such as `<details>`, a paragraph, `</details>`, and keeps a stack of the elements that
 * are still open. Each piece of HTML is sanitized separately. A closing tag inside the root cannot close an element outside of
 * it, nor the other way round. HTML that is too long, too deep or has too many tags is shown as text.
 */
export class HtmlInserter {
  readonly #root: () => Element;
  readonly #labels: MarkdownLabels;
  readonly #budget: HtmlBudget | undefined;
  readonly #openElements: Element[] = [];
  /** Names of closing tags, in order, that matched no open element. */
  readonly unmatchedTags: string[] = [];

  /**
   * `root` returns the parent of nodes outside of any raw element. It may return another element each time. Without a budget,
   * each piece of HTML has its own.
   */
  constructor(root: () => Element, labels: MarkdownLabels, budget?: HtmlBudget) {
    this.#root = root;
    this.#labels = labels;
    this.#budget = budget;
  }

  /** The element to append the next node to. */
  get insertionPoint(): Element {
    return this.#openElements.at(-1) ?? this.#root();
  }

  /** Whether raw elements are open. */
  get hasOpenElements(): boolean {
    return this.#openElements.length > 0;
  }

  /** Closes all raw elements. */
  closeAll(): void {
    this.#openElements.length = 0;
  }

  /** Inserts a piece of raw HTML. */
  insert(source: string): void {
    const budget = this.#budget ?? new HtmlBudget();
    if (source.length > maxLength) this.#insertLongText(source);
    else if (!this.#insertSimpleTag(source, budget)) this.#insertPieces(source, budget);
  }

  /** Closes the innermost raw element of this name and everything open inside it. */
  close(name: string): void {
    const index = this.#openElements.findLastIndex((element) => element.localName === name);
    if (index >= 0) this.#openElements.length = index;
    else this.unmatchedTags.push(name);
  }

  /** Inserts a single tag without attributes like `<br>`, by far the most frequent HTML in answers. Returns false if it is another. */
  #insertSimpleTag(source: string, budget: HtmlBudget): boolean {
    const [, slash = "", name = ""] = simpleTag.exec(source) ?? [];
    if (!isSimpleTag(name)) return false;
    if (slash !== "") {
      this.close(name);
    } else if (this.#openElements.length >= maxDepth || !budget.takeTag()) {
      this.insertionPoint.append(source);
    } else {
      const element = document.createElement(name);
      this.insertionPoint.append(element);
      if (!isVoidTag(name)) this.#openElements.push(element);
    }
    return true;
  }

  /** Inserts HTML in pieces, each of which ends before a closing tag for an element that an earlier piece left open. */
  #insertPieces(source: string, budget: HtmlBudget): void {
    let piece = new HtmlPiece(source, 0, this.#openElements.length);
    for (const tag of findHtmlTags(source)) {
      if (piece.add(tag, budget)) continue;
      this.#insertPiece(piece, tag.start, budget);
      this.close(tag.name);
      piece = new HtmlPiece(source, tag.end, this.#openElements.length);
    }
    this.#insertPiece(piece, source.length, budget);
  }

  #insertPiece(piece: HtmlPiece, end: number, budget: HtmlBudget): void {
    const text = piece.textUntil(end);
    if (text.trim() === "") return;
    if ((!piece.hasTags && !text.includes("&")) || !budget.takePiece()) {
      this.insertionPoint.append(text);
      return;
    }
    const { fragment, open } = sanitise(piece.htmlUntil(end), this.insertionPoint, this.#labels);
    this.insertionPoint.append(fragment);
    this.#openElements.push(...open);
  }

  #insertLongText(source: string): void {
    const element = document.createElement("div");
    this.insertionPoint.append(element);
    new LongText(element).show(source);
  }
}

const simpleTag = /^\s*<(\/?)([a-z]+)\s*\/?>\s*$/;

/** Part of raw HTML whose closing tags have their opening tags in it. */
class HtmlPiece {
  readonly #source: string;
  readonly #start: number;
  /** The source up to `#end`, in which every `<` that starts no tag is escaped. */
  #html = "";
  #end: number;
  readonly #open: string[] = [];
  hasTags = false;

  readonly #depth: number;

  /** `depth` is the number of raw elements around this piece. */
  constructor(source: string, start: number, depth: number) {
    this.#source = source;
    this.#depth = depth;
    this.#start = this.#end = start;
  }

  /** Adds a tag, and the text before it. Returns false for a closing tag whose opening tag is not in this piece. */
  add({ kind, name, start, end }: HtmlTag, budget: HtmlBudget): boolean {
    const opened = kind === "closing" ? this.#open.lastIndexOf(name) : undefined;
    if (opened === -1) return false;
    this.#html = this.htmlUntil(start);
    this.#end = end;
    if (kind === "comment") {
      this.hasTags = true;
      return true;
    }
    this.#open.length = opened ?? countOpenBefore(name, this.#open);
    const isShown = this.#depth + this.#open.length < maxDepth && (opened !== undefined || budget.takeTag());
    if (opened === undefined && !isVoidTag(name)) this.#open.push(name);
    this.hasTags ||= isShown;
    this.#html += (isShown ? "<" : "&lt;") + escapeTags(this.#source.slice(start + 1, end));
    return true;
  }

  textUntil(end: number): string {
    return this.#source.slice(this.#start, end);
  }

  htmlUntil(end: number): string {
    return this.#html + escapeTags(this.#source.slice(this.#end, end));
  }
}

const escapeTags = (text: string): string => text.replaceAll("<", "&lt;");
