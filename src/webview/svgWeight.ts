/**
 * Replaces the name of `style` elements and attributes while an SVG is measured. The content security policy of the page blocks inline styles
 * and would log an error for each.
 */
export const maskedStyle = "masked-style";

/** The cost of an offscreen layer, which masks and filters need, relative to a shape. */
const layerWeight = 50;

/** Elements that are rendered only where they are referenced. */
const templates = "mask, clipPath, pattern, marker, filter, symbol, defs";
const gradients = "linearGradient, radialGradient";
/** Filter primitives that read many pixels for each pixel. */
const expensiveEffects = "feMorphology, feTurbulence, feConvolveMatrix, feDiffuseLighting, feSpecularLighting";

/**
 * Estimates the cost of rendering an SVG, in shapes. A kilobyte of SVG can expand to billions of shapes: a `<use>` of ten `<use>` of ten
 * `<use>`, and the same with masks, clip paths, patterns and markers. Stops counting once the weight exceeds `limit`.
 */
export function svgWeight(root: Element, limit: number): number {
  const styleReferences = referencesInStyles(root);
  const weights = new Map<Element, number>();
  const byId = new Map<string, Element>();
  for (const element of [...root.querySelectorAll("[id]")].reverse()) byId.set(element.id, element);

  /** Iterates over the descendants, because nested elements can exceed the call stack. Reference cycles count as 0: browsers skip them. */
  function weightOf(top: Element): number {
    const knownWeight = weights.get(top);
    if (knownWeight !== undefined) return knownWeight;
    weights.set(top, 0);
    let weight = 0;
    for (const element of [top, ...top.querySelectorAll("*")]) {
      weight += ownWeight(element);
      if (weight > limit) break;
    }
    weights.set(top, weight);
    return weight;
  }

  function ownWeight(element: Element): number {
    let weight = element.matches(expensiveEffects)
      ? 5 * layerWeight
      : element.localName.startsWith("fe")
        ? layerWeight
        : 1;
    for (const { id, name } of [...referencesOf(element), ...(styleReferences.get(element) ?? [])]) {
      const target = byId.get(id);
      if (!target) continue;
      const repetitions = name.startsWith("marker") ? markerCount(element) : 1;
      const referenceWeight = target.matches("mask, filter") || element.closest(templates) ? layerWeight : 1;
      weight += repetitions * (weightOf(target) + (target.matches(gradients) || name === "href" ? 0 : referenceWeight));
      if (weight > limit) break;
    }
    return weight;
  }

  /** A marker is rendered at each vertex of a path, and of all paths in a group that refers to it. */
  function markerCount(element: Element): number {
    const used = byId.get(element.getAttribute("href")?.slice(1) ?? "");
    const paths = [element, ...element.querySelectorAll("*"), ...(used?.querySelectorAll("*") ?? []), used];
    return paths.reduce((sum, path) => sum + (path ? vertexCount(path) : 0), 0);
  }

  return weightOf(root);
}

/** Estimates the vertices of a path as half of the numbers in its data. */
function vertexCount(path: Element): number {
  const points = path.getAttribute("d") ?? path.getAttribute("points") ?? "";
  return (points.match(/[\d.]+/g)?.length ?? 0) / 2;
}

interface Reference {
  id: string;
  /** The attribute or CSS property with the reference. */
  name: string;
}

function referencesOf(element: Element): Reference[] {
  return [...element.attributes].flatMap(({ localName, value }) =>
    localName === "href" && value.startsWith("#")
      ? [{ id: value.slice(1), name: "href" }]
      : urlReferences(value, localName),
  );
}

const urlReferences = (value: string, name: string): Reference[] =>
  value.includes("url(")
    ? [...value.matchAll(/([\w-]+\s*:\s*)?url\(\s*["']?#([^"')\s]+)/g)].map(([, property, id = ""]) => ({
        id,
        name: property ?? name,
      }))
    : [];

/** The references in the style sheets of the SVG, by element. */
function referencesInStyles(root: Element): Map<Element, Reference[]> {
  const references = new Map<Element, Reference[]>();
  for (const { textContent } of root.querySelectorAll(maskedStyle)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(textContent);
    for (const rule of rulesIn(sheet.cssRules)) {
      const ruleReferences = urlReferences(rule.style.cssText, "");
      if (ruleReferences.length === 0) continue;
      for (const element of root.parentNode?.querySelectorAll(rule.selectorText) ?? [])
        references.set(element, [...(references.get(element) ?? []), ...ruleReferences]);
    }
  }
  return references;
}

function rulesIn(rules: CSSRuleList): CSSStyleRule[] {
  return [...rules].flatMap((rule) => {
    if (rule instanceof CSSStyleRule) return [rule, ...rulesIn(rule.cssRules)];
    return rule instanceof CSSGroupingRule ? rulesIn(rule.cssRules) : [];
  });
}
