/** A node of Temml's output, as far as it is read: an element, a text, or a group of nodes. */
interface MathNode {
  type?: unknown;
  text?: unknown;
  attributes?: unknown;
  classes?: unknown;
  style?: unknown;
  children?: unknown;
}

/** Formulas with more elements, or deeper ones, are shown as written. */
const maxElements = 1_200;
const maxDepth = 100;

const namespace = "http://www.w3.org/1998/Math/MathML";

const words = (text: string): Set<string> => new Set(text.split(" "));

/** Elements that arrange formulas: no links, images, HTML or tooltips. Others are replaced by their content. */
const allowedElements = words(
  "math mfrac menclose mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub " +
    "msubsup msup mtable mtd mtext mtr munder munderover none",
);

/** No `id`, `href` or `style`. Colors of the answer are left out: a formula must be readable in every theme. */
const allowedAttributes = words(
  "accent accentunder columnspan depth display displaystyle fence form height largeop linethickness lspace mathsize " +
    "mathvariant maxsize minsize movablelimits rowspan rspace scriptlevel separator stretchy symmetric voffset width",
);
const attributeValue = /^[\w+.%-]{1,20}$/;

/** The classes that math.css knows. */
const allowedClasses = words(
  "menclose tml-cancel tml-xcancel upstrike downstrike sout tml-overline tml-underline tml-fbox tml-left tml-right tml-jot " +
    "tml-small tml-hat-1 tml-hat-2 tml-hat-3 tml-hat-4 tml-tilde-2 tml-tilde-3 tml-tilde-4 chr-sml chr-sml-vec chr-med " +
    "chr-med-vec chr-lrg chr-lrg-vec",
);

/** Lengths of cells and boxes, and lines beside them. The value may be followed by a color, which is left out. */
const allowedStyles: Readonly<Record<string, RegExp>> = {
  padding: /^[\d.]+(?:em|ex|pt|px)?(?: [\d.]+(?:em|ex|pt|px)?){0,3}$/,
  ...Object.fromEntries(
    ["Top", "Right", "Bottom", "Left"].flatMap((side) => [
      [`padding${side}`, /^[\d.]+(?:em|ex|pt|px)?$/],
      [`border${side}`, /^[\d.]+(?:em|px) (?:solid|dashed|double)/],
    ]),
  ),
  border: /^[\d.]+(?:em|px) solid/,
  width: /^[\d.]+%$/,
  fontWeight: /^bold$/,
  mathDepth: /^\d$/,
  transform: /^scaleX\(-1\)$/,
};

/**
 * Creates MathML from Temml's output, of which only the listed elements, attributes, classes and styles remain. Undefined if it
 * is too large or has no formula.
 */
export function createMathElements(tree: unknown): { element: Element; count: number } | undefined {
  const fragment = document.createDocumentFragment();
  const count = { left: maxElements };
  if (!appendNode(fragment, tree, count, 0)) return undefined;
  const element = fragment.firstElementChild;
  return element?.localName === "math" ? { element, count: maxElements - count.left } : undefined;
}

/** Returns false if there are too many elements. */
function appendNode(parent: Node, node: unknown, count: { left: number }, depth: number): boolean {
  if (depth > maxDepth || count.left-- <= 0) return false;
  if (!isNode(node)) return true;
  if (typeof node.text === "string") {
    parent.appendChild(document.createTextNode(node.text));
    return true;
  }
  const { type } = node;
  const element = typeof type === "string" && allowedElements.has(type) ? createElement(type, node) : undefined;
  if (element) parent.appendChild(element);
  const children = Array.isArray(node.children) ? node.children : [];
  return children.every((child) => appendNode(element ?? parent, child, count, depth + 1));
}

function createElement(type: string, { attributes, classes, style }: MathNode): Element {
  const element = document.createElementNS(namespace, type);
  for (const [name, value] of entriesOf(attributes))
    if (allowedAttributes.has(name) && attributeValue.test(value)) element.setAttribute(name, value);
  const names = Array.isArray(classes) ? classes.filter((name) => allowedClasses.has(String(name))) : [];
  if (names.length > 0) element.setAttribute("class", names.join(" "));
  if (!(element instanceof MathMLElement)) return element;
  // A rule is a space with a background.
  if (type === "mspace" && entriesOf(attributes).some(([name]) => name === "mathbackground"))
    element.style.background = "currentColor";
  for (const [name, value] of entriesOf(style)) {
    const [allowed] = allowedStyles[name]?.exec(value) ?? [];
    if (allowed !== undefined) element.style.setProperty(hyphenated(name), allowed);
  }
  return element;
}

const hyphenated = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const isNode = (value: unknown): value is MathNode => typeof value === "object" && value !== null;

const entriesOf = (value: unknown): [string, string][] =>
  isNode(value) ? Object.entries(value).map(([name, each]) => [name, String(each)]) : [];
