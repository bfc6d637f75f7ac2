import type { MarkdownLabels } from "./markdownLabels";
import { sanitise } from "./sanitise";

/** Raw HTML nested deeper than this opens no further elements. */
const maxDepth = 32;

/**
 * Inserts raw HTML that may wrap Markdown, such as `<details>`, a paragraph, `</details>`, and keeps a stack of the elements that
 * are still open. Each piece of HTML is sanitized separately. A closing tag inside the root cannot close an element outside of
 * it, nor the other way round.
 */
export class HtmlInserter {
  readonly #root: () => Element;
  readonly #labels: MarkdownLabels;
  readonly #openElements: Element[] = [];
  /** Names of closing tags, in order, that matched no open element. */
  readonly unmatchedTags: string[] = [];

  /** `root` returns the parent of nodes outside of any raw element. It may return another element each time. */
  constructor(root: () => Element, labels: MarkdownLabels) {
    this.#root = root;
    this.#labels = labels;
  }

  /** The element to append the next node to. */
  get insertionPoint(): Element {
    return this.#openElements.at(-1) ?? this.#root();
  }

  /** Inserts a piece of raw HTML. */
  insert(source: string): void {
    let from = 0;
    const openTags: string[] = [];
    for (const match of source.matchAll(tagPattern)) {
      const name = match[2]?.toLowerCase() ?? "";
      if (match[1] === "") {
        if (!voidElements.has(name) && !match[0].endsWith("/>")) openTags.push(name);
        continue;
      }
      const opened = openTags.lastIndexOf(name);
      if (opened >= 0) {
        openTags.length = opened;
        continue;
      }
      this.#insertSanitised(source.slice(from, match.index));
      this.close(name);
      openTags.length = 0;
      from = match.index + match[0].length;
    }
    this.#insertSanitised(source.slice(from));
  }

  /** Closes the innermost raw element of this name and everything open inside it. */
  close(name: string): void {
    const index = this.#openElements.findLastIndex((element) => element.localName === name);
    if (index >= 0) this.#openElements.length = index;
    else this.unmatchedTags.push(name);
  }

  #insertSanitised(source: string): void {
    if (source.trim() === "") return;
    const { fragment, open } = sanitise(source, this.insertionPoint, this.#labels);
    this.insertionPoint.append(fragment);
    this.#openElements.push(...open.slice(0, Math.max(0, maxDepth - this.#openElements.length)));
  }
}

/** Matches a tag, or a whole comment, so that tags inside comments are ignored. */
const tagPattern = /<!--[^]*?(?:-->|$)|<(\/?)([a-z][a-z0-9-]*)(?:"[^"]*"|'[^']*'|[^>"'])*>/gi;

const voidElements = new Set([
  "area",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "source",
  "track",
  "wbr",
]);
