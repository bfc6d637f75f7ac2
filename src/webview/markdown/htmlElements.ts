const words = (text: string): string[] => text.split(" ");

/**
 * Elements that format text. No forms, media, frames, styles or scripts: nothing that runs, loads, or covers the page. `img` is
 * replaced by a placeholder.
 */
export const allowedTags: readonly string[] = words(
  "a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure " +
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup " +
    "table tbody td tfoot th thead tr tt u ul var wbr",
);

/** HTML elements to remove. A name in neither list is not HTML, like `T` in `List<T>`, and is shown as text. */
const removedTags = words(
  "acronym applet area article aside audio base basefont bdo bgsound big blink body button canvas command data datalist " +
    "dialog dir embed fieldset font footer form frame frameset head header hgroup html iframe image input isindex keygen label " +
    "legend link listing main map marquee math menu meta meter nav nobr noembed noframes noscript object optgroup option " +
    "output param picture plaintext portal progress script search section select slot source style svg textarea time title " +
    "track video xmp",
);

const knownTags = new Set([...allowedTags, ...removedTags]);

/** A capitalized name is a type or component, unless it is all capitals like `<BR>` in old HTML. */
export const isKnownTag = (name: string): boolean =>
  knownTags.has(name.toLowerCase()) &&
  (name === name.toLowerCase() || (name === name.toUpperCase() && name.length > 1));

const simpleTags = new Set([
  ...words("abbr b bdi br cite code del dfn em i ins kbd mark q s samp small span strike strong sub sup tt u var wbr"),
  ...words("blockquote center details div"),
]);

/** Whether the element is allowed, and is parsed in the same way wherever it stands. */
export const isSimpleTag = (name: string): boolean => simpleTags.has(name);

const voidTags = new Set(words("area br col embed hr img input link meta source track wbr"));

/** Whether the element has no content and no closing tag. */
export const isVoidTag = (name: string): boolean => voidTags.has(name);

const [itemScope, tableScope] = [words("ul ol dl table details div blockquote"), words("table")];

/** Elements whose closing tag may be omitted, and the elements outside of which it is not searched for. */
const omittedClosingTags: Readonly<Record<string, readonly string[]>> = {
  ...{ li: itemScope, dt: itemScope, dd: itemScope, p: itemScope, rt: itemScope, rp: itemScope },
  ...{ tr: tableScope, td: tableScope, th: tableScope, thead: tableScope, tbody: tableScope, tfoot: tableScope },
};

/** How many of the open elements remain open, outermost first, when an element of this name opens: `<li>` closes the `<li>` before it. */
export function countOpenBefore(name: string, open: readonly string[]): number {
  const scope = omittedClosingTags[name];
  if (!scope) return open.length;
  const last = open.findLastIndex((each) => each === name || scope.includes(each));
  return last >= 0 && open[last] === name ? last : open.length;
}
