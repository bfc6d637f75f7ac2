import createDOMPurify, { type Config } from "dompurify";
import { allowedTags } from "./htmlElements";
import { createImagePlaceholder, setLinkTarget } from "./links";
import type { MarkdownLabels } from "./markdownLabels";

/** No `id`, `class`, `name` or `style`: nothing that covers the page or shadows the name of one of its elements. */
const allowedAttributes = "align alt colspan dir headers href lang open reversed rowspan scope src start title";

/** Starts the body, because a leading `<frameset>` would replace it and leave nothing to sanitize. */
const bodyStart = "<wbr>";

/** Marks where the elements left open would continue. In the source this tag is escaped, because `isKnownTag` excludes it. */
const cursorTag = "template";

const settings: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [...allowedTags, cursorTag],
  ALLOWED_ATTR: allowedAttributes.split(" "),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ADD_FORBID_CONTENTS: ["button", "canvas", "object", "select", "textarea"],
  RETURN_DOM_FRAGMENT: true,
};

const purifier = createDOMPurify(window);

export interface SanitisedHtml {
  fragment: DocumentFragment;
  /** The elements that the source leaves open, outermost first. */
  open: Element[];
}

/**
 * Parses a piece of raw HTML and keeps only elements that format text. Every `<` in it that starts no known tag must be escaped.
 * `parent` is the element it will be inserted into, because a `<tr>` is only parsed as a row inside a table.
 */
export function sanitise(source: string, parent: Element, labels: MarkdownLabels): SanitisedHtml {
  const wrappers = tableWrappers[parent.localName] ?? [];
  const prefix = wrappers.map((name) => `<${name}>`).join("");
  const fragment = purifier.sanitize(`${bodyStart}${prefix}${source}<${cursorTag}></${cursorTag}>`, settings);
  fragment.firstChild?.remove();
  for (const name of wrappers) {
    const wrapper = fragment.querySelector(name);
    wrapper?.replaceWith(...wrapper.childNodes);
  }
  for (const link of fragment.querySelectorAll("a")) setLinkTarget(link, link.getAttribute("href") ?? "");
  for (const image of fragment.querySelectorAll("img")) {
    image.replaceWith(createImagePlaceholder(image.getAttribute("src") ?? "", image.alt, labels));
  }
  const open: Element[] = [];
  const cursor = fragment.querySelector(cursorTag);
  for (let element = cursor?.parentElement; element; element = element.parentElement) open.unshift(element);
  cursor?.remove();
  return { fragment, open };
}

const tableWrappers: Record<string, string[]> = {
  table: ["table"],
  thead: ["table", "thead"],
  tbody: ["table", "tbody"],
  tfoot: ["table", "tfoot"],
  tr: ["table", "tbody", "tr"],
};
