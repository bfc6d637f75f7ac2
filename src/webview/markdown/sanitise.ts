import createDOMPurify, { type Config } from "dompurify";
import { createImagePlaceholder, setLinkTarget } from "./links";
import type { MarkdownLabels } from "./markdownLabels";

/**
 * Elements that format text. No forms, media, frames, styles or scripts, and no `id`, `class`, `name` or `style` attributes:
 * nothing that runs, loads, covers the page or shadows the name of one of its elements.
 */
const allowedTags =
  "a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure " +
  "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup " +
  "table tbody td tfoot th thead tr tt u ul var wbr";

const allowedAttributes = "align alt colspan dir headers href lang open reversed rowspan scope src start title";

/** HTML elements to remove. A name in neither list is not HTML, like `T` in `List<T>`, and is shown as text. */
const removedTags =
  "acronym applet area article aside audio base basefont bdo bgsound big blink body button canvas command data datalist " +
  "dialog dir embed fieldset font footer form frame frameset head header hgroup html iframe image input isindex keygen label " +
  "legend link listing main map marquee math menu meta meter nav nobr noembed noframes noscript object optgroup option " +
  "output param picture plaintext portal progress script search section select slot source style svg textarea time title " +
  "track video xmp";

/** Starts the body, because a leading `<frameset>` would replace it and leave nothing to sanitize. */
const bodyStart = "<wbr>";

/** Marks where the elements left open would continue. In the source this tag is unknown, and therefore escaped. */
const cursorTag = "template";

const settings: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [...allowedTags.split(" "), cursorTag],
  ALLOWED_ATTR: allowedAttributes.split(" "),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ADD_FORBID_CONTENTS: ["button", "canvas", "object", "select", "textarea"],
  RETURN_DOM_FRAGMENT: true,
};

const knownTags = new Set(`${allowedTags} ${removedTags}`.split(" "));
const purifier = createDOMPurify(window);

export interface SanitisedHtml {
  fragment: DocumentFragment;
  /** The elements that the source leaves open, outermost first. */
  open: Element[];
}

/**
 * Parses a piece of raw HTML and keeps only elements that format text. `parent` is the element it will be inserted into, because
 * a `<tr>` is only parsed as a row inside a table.
 */
export function sanitise(source: string, parent: Element, labels: MarkdownLabels): SanitisedHtml {
  const wrappers = tableWrappers[parent.localName] ?? [];
  const prefix = wrappers.map((name) => `<${name}>`).join("");
  const known = source.replace(tagStart, (bracket, name: string | undefined) =>
    isHtml(name ?? "") ? bracket : "&lt;",
  );
  const fragment = purifier.sanitize(`${bodyStart}${prefix}${known}<${cursorTag}></${cursorTag}>`, settings);
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

/** The `<` of a tag, and of `<?` and `<![`, which HTML parses as comments. */
const tagStart = /<(?=\?|!\[|\/?([a-z][^\s/>]*))/gi;

const tableWrappers: Record<string, string[]> = {
  table: ["table"],
  thead: ["table", "thead"],
  tbody: ["table", "tbody"],
  tfoot: ["table", "tfoot"],
  tr: ["table", "tbody", "tr"],
};

/** A capitalized name is a type or component, unless it is all capitals like `<BR>` in old HTML. */
const isHtml = (name: string): boolean =>
  knownTags.has(name.toLowerCase()) &&
  (name === name.toLowerCase() || (name === name.toUpperCase() && name.length > 1));
