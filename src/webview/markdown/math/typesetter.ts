import type { Formula } from "./formula";
import { createMathElements } from "./mathElements";

/** Creates the MathML of a formula, and counts its elements. Undefined if the formula has an error, or is too large. */
export type Typesetter = (formula: Formula) => { element: Element; count: number } | undefined;

let loaded: Typesetter | undefined;
let loading: Promise<Typesetter | undefined> | undefined;

/**
 * Loads Temml with the first formula, since most answers have none. Returns the typesetter synchronously once it is loaded. The
 * promise never rejects: it resolves to undefined when Temml cannot be loaded.
 */
export function loadTypesetter(): Typesetter | Promise<Typesetter | undefined> {
  if (loaded) return loaded;
  return (loading ??= import("temml/temml.js").then(
    ({ default: temml }) => (loaded = (formula) => typeset(temml.__renderToMathMLTree, formula)),
    () => undefined,
  ));
}

/**
 * Macros may expand only so often, and lengths are limited, in em and points. Without `trust`, commands that link, load, or set
 * styles and attributes are errors.
 */
const options = { trust: false, throwOnError: true, maxExpand: 200, maxSize: [20, 200] as [number, number] };

function typeset(render: (tex: string, options: object) => unknown, { tex, display }: Formula): ReturnType<Typesetter> {
  try {
    return createMathElements(render(tex, { ...options, displayMode: display }));
  } catch {
    // An error of the formula, or an unusual command that Temml does not expect.
    return undefined;
  }
}
