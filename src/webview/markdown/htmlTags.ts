import { isKnownTag } from "./htmlElements";

/** A longer tag is text. In characters. */
const maxTagLength = 2_000;

/** A tag of an HTML element, or a comment, in raw HTML. */
export interface HtmlTag {
  kind: "opening" | "closing" | "comment";
  /** In lower case; empty for a comment. */
  name: string;
  /** The range in the source, in UTF-16 units. */
  start: number;
  end: number;
}

/**
 * Finds the tags and comments of raw HTML, in time proportional to its length. A name that is not HTML, an overlong tag and one
 * without an end are text. A declaration such as `<!doctype html>` counts as a comment.
 */
export function* findHtmlTags(source: string): Generator<HtmlTag> {
  const lastEnd = source.lastIndexOf(">");
  let start = source.indexOf("<");
  while (start >= 0 && start < lastEnd) {
    const tag = source.startsWith("!", start + 1) ? readComment(source, start) : readTag(source, start);
    if (tag) yield tag;
    start = source.indexOf("<", tag?.end ?? start + 1);
  }
}

function readTag(source: string, start: number): HtmlTag | undefined {
  const [text = "", slash = "", name = ""] = tagPattern.exec(source.slice(start, start + maxTagLength)) ?? [];
  if (!isKnownTag(name)) return undefined;
  return { kind: slash === "" ? "opening" : "closing", name: name.toLowerCase(), start, end: start + text.length };
}

/** Attributes may contain `>` in quotes. */
const tagPattern = /^<(\/?)([a-z][a-z0-9]*)(?=[\s/>])(?:"[^"]*"|'[^']*'|[^>"'])*>/i;

function readComment(source: string, start: number): HtmlTag | undefined {
  const [opening = "", closing = ""] = source.startsWith("<!--", start) ? ["<!--", "-->"] : ["<!", ">"];
  if (opening === "<!" && !/[a-z]/i.test(source.charAt(start + 2))) return undefined;
  // `<!-->` is a complete comment.
  const end = source.indexOf(closing, start + 2);
  return end < 0 ? undefined : { kind: "comment", name: "", start, end: end + closing.length };
}
