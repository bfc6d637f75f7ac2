import createDOMPurify, { type Config } from "dompurify";
import { aimLink, createPicturePlace } from "./links";
import type { MarkdownLabels } from "./markdownLabels";

/**
 * Elements that format text. No forms, media, frames, styles or scripts, and no `id`, `class`, `name` or `style`: nothing that
 * runs, loads, covers the page or takes the name of one of its own elements.
 */
const tags =
  "a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure " +
  "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup " +
  "table tbody td tfoot th thead tr tt u ul var wbr";

const attributes = "align alt colspan dir headers href lang open reversed rowspan scope src start title";

/** Elements of HTML that are taken out; what is in none of the lists is no HTML, like the `T` of `List<T>`, and shown as it is. */
const refused =
  "acronym applet area article aside audio base basefont bdo bgsound big blink body button canvas command data datalist " +
  "dialog dir embed fieldset font footer form frame frameset head header hgroup html iframe image input isindex keygen label " +
  "legend link listing main map marquee math menu meta meter nav nobr noembed noframes noscript object optgroup option " +
  "output param picture plaintext portal progress script search section select slot source style svg textarea time title " +
  "track video xmp";

/** After this a frame set is nothing any more; where one came first, there would be no body, and nothing to be sanitised. */
const bodyBegin = "<wbr>";

/** Where the elements that a piece of HTML leaves open would go on. Content cannot have one: it is no known tag. */
const cursorTag = "template";

const settings: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [...tags.split(" "), cursorTag],
  ALLOWED_ATTR: attributes.split(" "),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ADD_FORBID_CONTENTS: ["button", "canvas", "object", "select", "textarea"],
  RETURN_DOM_FRAGMENT: true,
};

const knownTags = new Set(`${tags} ${refused}`.split(" "));
const purifier = createDOMPurify(window);

export interface SanitisedHtml {
  fragment: DocumentFragment;
  /** The elements that the source opens and does not close, outermost first. */
  open: Element[];
}

/**
 * Reads a piece of raw HTML and leaves only what formats text. `parent` is the element it will stand in: inside of a table a
 * row is a row, elsewhere it is not.
 */
export function sanitise(source: string, parent: Element, words: MarkdownLabels): SanitisedHtml {
  const wrap = wraps[parent.localName] ?? [];
  const before = wrap.map((name) => `<${name}>`).join("");
  const known = source.replace(tagStart, (sign, name: string | undefined) => (isHtml(name ?? "") ? sign : "&lt;"));
  const fragment = purifier.sanitize(`${bodyBegin}${before}${known}<${cursorTag}></${cursorTag}>`, settings);
  fragment.firstChild?.remove();
  for (const name of wrap) {
    const wrapper = fragment.querySelector(name);
    wrapper?.replaceWith(...wrapper.childNodes);
  }
  for (const link of fragment.querySelectorAll("a")) aimLink(link, link.getAttribute("href") ?? "");
  for (const image of fragment.querySelectorAll("img")) {
    image.replaceWith(createPicturePlace(image.getAttribute("src") ?? "", image.alt, words));
  }
  const open: Element[] = [];
  const cursor = fragment.querySelector(cursorTag);
  for (let element = cursor?.parentElement; element; element = element.parentElement) open.unshift(element);
  cursor?.remove();
  return { fragment, open };
}

/** Of an element, and of `<?` and `<![`, which HTML would read as comments. */
const tagStart = /<(?=\?|!\[|\/?([a-z][^\s/>]*))/gi;

const wraps: Record<string, string[]> = {
  table: ["table"],
  thead: ["table", "thead"],
  tbody: ["table", "tbody"],
  tfoot: ["table", "tfoot"],
  tr: ["table", "tbody", "tr"],
};

/** A capital letter begins the name of a type or component; only `<BR>` and the like, all capitals, are old HTML. */
const isHtml = (name: string): boolean =>
  knownTags.has(name.toLowerCase()) &&
  (name === name.toLowerCase() || (name === name.toUpperCase() && name.length > 1));
