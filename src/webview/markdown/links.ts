import type { MarkdownLabels } from "./markdownLabels";

/**
 * Creates a link of an answer. Only web and mail addresses get an `href`; the title shows the address, whatever the link text
 * says. A file path gets `data-path` instead, and becomes a link if the workspace contains that file (codeLinks.ts). Anything
 * else, such as `javascript:`, `command:` or `vscode:`, stays plain text.
 */
export function createLink(href: string): HTMLAnchorElement {
  const link = document.createElement("a");
  setLinkTarget(link, href);
  return link;
}

/** Applies the rules of `createLink` to an existing element. */
export function setLinkTarget(link: HTMLAnchorElement, href: string): void {
  for (const name of ["href", "title", "target"]) link.removeAttribute(name);
  const url = safeUrl(href);
  if (url !== undefined) {
    link.href = url;
    link.title = url;
    link.rel = "noreferrer noopener";
  } else if (relativePath.test(href)) {
    link.dataset["path"] = href;
  }
}

/**
 * Images in answers are never fetched: the request could leak the question to the image's server. Creates a placeholder that
 * shows the alternative text and the address instead.
 */
export function createImagePlaceholder(address: string, text: string, labels: MarkdownLabels): HTMLElement {
  const url = safeUrl(address);
  const placeholder = url === undefined ? document.createElement("span") : createLink(url);
  placeholder.classList.add("image-placeholder");
  const shownUrl =
    url !== undefined && url.length > maxShownUrlLength ? `${url.slice(0, maxShownUrlLength)}…` : (url ?? "");
  const name = [text.trim(), shownUrl].filter((part) => part !== "").join(", ");
  placeholder.textContent = labels.image(name);
  return placeholder;
}

const maxShownUrlLength = 100;

function safeUrl(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return ["http:", "https:", "mailto:"].includes(protocol) ? href : undefined;
}

/** Excludes anchors, queries, addresses with a scheme, and paths on another host (`//…`). A drive letter is not a scheme. */
const relativePath = /^(?:[a-z]:[\\/]|(?![a-z][a-z\d+.-]*:|[#?]|[\\/]{2})[^\s])/i;
