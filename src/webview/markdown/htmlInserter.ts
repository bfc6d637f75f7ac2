import type { MarkdownLabels } from "./markdownLabels";
import { sanitise } from "./sanitise";

/** Deeper than this, raw HTML opens nothing more. */
const deepest = 32;

/**
 * Where the next node goes, while raw HTML opens elements, Markdown stands in them, and other raw HTML closes them:
 * `<details>`, a paragraph, `</details>`. Each piece of HTML is sanitised by itself. What was opened inside of the root cannot
 * be closed from outside of it, nor the other way round.
 */
export class HtmlFlow {
  readonly #root: () => Element;
  readonly #words: MarkdownLabels;
  readonly #open: Element[] = [];
  /** Closing tags, in order, for which nothing was open. */
  readonly unmatched: string[] = [];

  /** `root` is where nodes go when no raw element is open; it may change from node to node. */
  constructor(root: () => Element, words: MarkdownLabels) {
    this.#root = root;
    this.#words = words;
  }

  /** The element that the next node goes to. */
  get cursor(): Element {
    return this.#open.at(-1) ?? this.#root();
  }

  /** Puts in a piece of raw HTML. */
  html(source: string): void {
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
      this.#insert(source.slice(from, match.index));
      this.close(name);
      openTags.length = 0;
      from = match.index + match[0].length;
    }
    this.#insert(source.slice(from));
  }

  /** Closes the innermost raw element of this name, and with it what is open inside of it. */
  close(name: string): void {
    const at = this.#open.findLastIndex((element) => element.localName === name);
    if (at >= 0) this.#open.length = at;
    else this.unmatched.push(name);
  }

  #insert(source: string): void {
    if (source.trim() === "") return;
    const { fragment, open } = sanitise(source, this.cursor, this.#words);
    this.cursor.append(fragment);
    this.#open.push(...open.slice(0, Math.max(0, deepest - this.#open.length)));
  }
}

/** Comments hide tags. */
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
