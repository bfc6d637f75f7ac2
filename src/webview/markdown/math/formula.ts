/** A formula in TeX, without its delimiters. */
export interface Formula {
  tex: string;
  /** On a line of its own. */
  display: boolean;
}

/** Longer formulas are shown as written. In characters. */
const maxLength = 1_000;
/** Formulas with deeper braces are shown as written, since the time of a parse grows faster than the depth. */
const maxBraces = 24;

/** Removes the delimiters of a formula in an answer. Undefined if it is not closed, or if typesetting it could take long. */
export function parseFormula(source: string): Formula | undefined {
  const [, dollars, display, inline, single] = delimited.exec(source.trim()) ?? [];
  const tex = (dollars ?? display ?? inline ?? single ?? "").trim();
  if (tex === "" || tex.length > maxLength || depthOf(tex) > maxBraces) return undefined;
  return { tex, display: (dollars ?? display) !== undefined };
}

const delimited = /^(?:\$\$([^]*)\$\$|\\\[([^]*)\\\]|\\\(([^]*)\\\)|\$([^]*)\$)$/;

function depthOf(tex: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [brace] of tex.matchAll(/[{}]|\\(?:begin|left)\b/g)) {
    depth += brace === "}" ? -1 : 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
