import type { MarkdownLabels } from "./markdownLabels";

/**
 * A link as an answer may have it. Only web and mail addresses can be followed; the title shows where to, whatever the text
 * says. A path of the workspace gets no address but `data-path`, for whoever knows the workspace and makes it a link; anything else, like
 * `javascript:`, `command:` or `vscode:`, stays text.
 */
export function createLink(href: string): HTMLAnchorElement {
  const link = document.createElement("a");
  aimLink(link, href);
  return link;
}

/** Makes an element with any address the link that `createLink` would have made. */
export function aimLink(link: HTMLAnchorElement, href: string): void {
  for (const name of ["href", "title", "target"]) link.removeAttribute(name);
  const url = followable(href);
  if (url !== undefined) {
    link.href = url;
    link.title = url;
    link.rel = "noreferrer noopener";
  } else if (relativePath.test(href)) {
    link.dataset["path"] = href;
  }
}

/** A picture of an answer is never fetched: the request would tell its server what was asked. Its place names it. */
export function createPicturePlace(address: string, text: string, words: MarkdownLabels): HTMLElement {
  const url = followable(address);
  const place = url === undefined ? document.createElement("span") : createLink(url);
  place.classList.add("picture");
  const shown = url !== undefined && url.length > longestShown ? `${url.slice(0, longestShown)}…` : (url ?? "");
  const name = [text.trim(), shown].filter((part) => part !== "").join(", ");
  place.textContent = words.picture(name);
  return place;
}

const longestShown = 100;

function followable(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return ["http:", "https:", "mailto:"].includes(protocol) ? href : undefined;
}

/** Neither an address with a scheme nor one that leaves the workspace by itself; a drive letter is no scheme. */
const relativePath = /^(?:[a-z]:[\\/]|(?![a-z][a-z\d+.-]*:|[#?]|[\\/]{2})[^\s])/i;
