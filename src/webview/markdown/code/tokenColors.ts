import type { CodeToken } from "./highlighter";

/**
 * Maps scopes of highlight.js to the class names in code.css, each of which has one color of the theme. Webviews cannot read
 * the token colors of a theme, so the many scopes share the few colors that theme variables offer.
 */
const classes: Record<string, string> = {
  keyword: "keyword",
  literal: "keyword",
  "variable.language": "keyword",
  "meta.keyword": "keyword",
  doctag: "keyword",
  string: "string",
  "meta.string": "string",
  code: "string",
  link: "string",
  regexp: "regexp",
  "char.escape": "regexp",
  number: "number",
  symbol: "number",
  bullet: "number",
  comment: "comment",
  quote: "comment",
  meta: "meta",
  title: "function",
  built_in: "function",
  "title.class": "type",
  type: "type",
  variable: "variable",
  "template-variable": "variable",
  attr: "variable",
  attribute: "variable",
  property: "variable",
  tag: "comment",
  name: "tag",
  section: "tag",
  "selector-tag": "tag",
  "selector-id": "tag",
  "selector-class": "tag",
  "selector-attr": "tag",
  "selector-pseudo": "tag",
  addition: "addition",
  deletion: "deletion",
  strong: "strong",
  emphasis: "emphasis",
};

/** Creates a colored element, or a text node for a token in the color of plain code. */
export function createTokenNode({ text, scopes }: CodeToken): Node {
  const name = classOf(scopes);
  if (name === undefined) return document.createTextNode(text);
  const element = document.createElement("span");
  element.className = `hljs-${name}`;
  element.textContent = text;
  return element;
}

/** The innermost scope decides: code inside a string is colored as code. */
function classOf(scopes: readonly string[]): string | undefined {
  const scope = scopes.findLast((each) => !groupingScopes.has(each)) ?? "";
  return classes[scope] ?? classes[scope.split(".")[0] ?? ""];
}

/** Scopes without a color of their own. */
const groupingScopes = new Set(["params", "punctuation", "operator", "title.function.invoke"]);
