/**
 * What `style` is called, as element and attribute, while a drawing is weighed: the page's policy allows no styles of others, and
 * would say so on the console for each.
 */
export const maskedStyle = "weighed-style";

/** What is drawn into a picture of its own first, and then laid over the rest: so many times as dear as a shape. */
const layer = 50;

/** What is drawn only where something refers to it. */
const templates = "mask, clipPath, pattern, marker, filter, symbol, defs";
const gradients = "linearGradient, radialGradient";
/** Effects that look at many points for each, and those that look at a few. */
const dearEffects = "feMorphology, feTurbulence, feConvolveMatrix, feDiffuseLighting, feSpecularLighting";

/**
 * How much there is to draw, in shapes. A kilobyte of SVG can be billions: a `<use>` of ten `<use>` of ten `<use>`, and the
 * same with masks, clip paths, patterns and markers. Counts until it is more than `most`.
 */
export function svgWeight(root: Element, most: number): number {
  const styled = styledReferences(root);
  const known = new Map<Element, number>();
  const byId = new Map<string, Element>();
  for (const element of [...root.querySelectorAll("[id]")].reverse()) byId.set(element.id, element);

  /** Without recursion into children: a file can nest them deeper than the stack. Cycles are not drawn. */
  function weigh(top: Element): number {
    const before = known.get(top);
    if (before !== undefined) return before;
    known.set(top, 0);
    let weight = 0;
    for (const element of [top, ...top.querySelectorAll("*")]) {
      weight += own(element);
      if (weight > most) break;
    }
    known.set(top, weight);
    return weight;
  }

  function own(element: Element): number {
    let weight = element.matches(dearEffects) ? 5 * layer : element.localName.startsWith("fe") ? layer : 1;
    for (const { id, name } of [...referencesOf(element), ...(styled.get(element) ?? [])]) {
      const target = byId.get(id);
      if (!target) continue;
      const times = name.startsWith("marker") ? cornersIn(element) : 1;
      const through = target.matches("mask, filter") || element.closest(templates) ? layer : 1;
      weight += times * (weigh(target) + (target.matches(gradients) || name === "href" ? 0 : through));
      if (weight > most) break;
    }
    return weight;
  }

  /** Markers stand at the corners of a path, and of all paths in a group that has them. */
  function cornersIn(element: Element): number {
    const used = byId.get(element.getAttribute("href")?.slice(1) ?? "");
    const paths = [element, ...element.querySelectorAll("*"), ...(used?.querySelectorAll("*") ?? []), used];
    return paths.reduce((sum, path) => sum + (path ? cornersOf(path) : 0), 0);
  }

  return weigh(root);
}

/** Two numbers each. */
function cornersOf(path: Element): number {
  const points = path.getAttribute("d") ?? path.getAttribute("points") ?? "";
  return (points.match(/[\d.]+/g)?.length ?? 0) / 2;
}

interface Reference {
  id: string;
  /** The attribute or property that refers. */
  name: string;
}

function referencesOf(element: Element): Reference[] {
  return [...element.attributes].flatMap(({ localName, value }) =>
    localName === "href" && value.startsWith("#") ? [{ id: value.slice(1), name: "href" }] : idsIn(value, localName),
  );
}

const idsIn = (value: string, name: string): Reference[] =>
  value.includes("url(")
    ? [...value.matchAll(/([\w-]+\s*:\s*)?url\(\s*["']?#([^"')\s]+)/g)].map(([, property, id = ""]) => ({
        id,
        name: property ?? name,
      }))
    : [];

/** What the drawing's own style sheets make elements refer to. */
function styledReferences(root: Element): Map<Element, Reference[]> {
  const found = new Map<Element, Reference[]>();
  for (const { textContent } of root.querySelectorAll(maskedStyle)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(textContent);
    for (const rule of rulesIn(sheet.cssRules)) {
      const references = idsIn(rule.style.cssText, "");
      if (references.length === 0) continue;
      for (const element of root.parentNode?.querySelectorAll(rule.selectorText) ?? [])
        found.set(element, [...(found.get(element) ?? []), ...references]);
    }
  }
  return found;
}

function rulesIn(rules: CSSRuleList): CSSStyleRule[] {
  return [...rules].flatMap((rule) => {
    if (rule instanceof CSSStyleRule) return [rule, ...rulesIn(rule.cssRules)];
    return rule instanceof CSSGroupingRule ? rulesIn(rule.cssRules) : [];
  });
}
