import type { Stretch } from "./highlighter";

/**
 * What a stretch of code looks like: the class that markdown.css gives a colour of the theme. A theme's own token colours are
 * unknown to a webview, so the many scopes of highlight.js are brought down to those that its variables tell apart.
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

/** A stretch of code as an element in its colour, or as bare text when it has the colour of plain code. */
export function colouredNode({ text, scopes }: Stretch): Node {
  const name = classOf(scopes);
  if (name === undefined) return document.createTextNode(text);
  const element = document.createElement("span");
  element.className = `hljs-${name}`;
  element.textContent = text;
  return element;
}

/** The innermost scope decides: code inside a string is code. */
function classOf(scopes: readonly string[]): string | undefined {
  const scope = scopes.findLast((each) => !transparent.has(each)) ?? "";
  return classes[scope] ?? classes[scope.split(".")[0] ?? ""];
}

/** Scopes that only group. */
const transparent = new Set(["params", "punctuation", "operator", "title.function.invoke"]);
