import { t } from "@vscode/l10n";
import type { ToWebview } from "../chat/page/protocol";
import { post } from "./host";

/** Names per `find-code-links` message, and characters per name: the limits of the protocol. */
const maxNames = 200;
const maxNameLength = 200;

/** The first elements of an answer that can become links, so that collecting them is quick. */
const maxElements = 2_000;

/** Elements by the name that they contain, until the host reports whether it is a file or symbol. */
const pending = new Map<string, Set<HTMLElement>>();
/** The pending names that have not been sent to the host yet. */
const unsent = new Set<string>();

/**
 * Turns the files and symbols that a complete answer names into links: inline code, and links to paths. Sends all names to the host at
 * once, as soon as the answer is rendered and near the viewport. The returned function cancels that.
 */
export function linkCode(answer: HTMLElement, whenShown: Promise<void>): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void whenShown.then(() => {
        const elements = [...answer.querySelectorAll<HTMLElement>("code, a[data-path]")];
        for (const element of elements.slice(0, maxElements)) collect(element);
      });
    },
    { rootMargin: "400px" },
  );
  observer.observe(answer);
  return () => observer.disconnect();
}

/** Links the names that the host found. */
export function receiveCodeLinks({ asked, found }: ToWebview & { type: "code-links" }): void {
  for (const name of found) {
    for (const element of pending.get(name) ?? []) makeLink(element, name);
  }
  for (const name of asked) pending.delete(name);
}

function collect(element: HTMLElement): void {
  if (element.localName === "code" && element.closest("pre, a")) return;
  const name = element.dataset["path"] ?? element.textContent;
  if (name.length > maxNameLength || !/^\S*\p{L}\S*$/u.test(name)) return;
  pending.set(name, (pending.get(name) ?? new Set()).add(element));
  if (unsent.size === 0) setTimeout(sendNames);
  unsent.add(name);
}

function sendNames(): void {
  const names = [...unsent];
  unsent.clear();
  for (let start = 0; start < names.length; start += maxNames)
    post({ type: "find-code-links", names: names.slice(start, start + maxNames) });
}

function makeLink(element: HTMLElement, name: string): void {
  element.setAttribute("role", "link");
  element.tabIndex = 0;
  element.title = t("Open {0}", name);
  const open = (): void => post({ type: "open-code-link", name });
  element.addEventListener("click", open);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    open();
  });
}
