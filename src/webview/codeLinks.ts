import { t } from "@vscode/l10n";
import type { ToWebview } from "../chat/page/protocol";
import { post } from "./host";

/** So many are asked about at a time, and none that is longer than a name could be. */
const mostNames = 200;
const longestName = 200;

/** What may be the name of a file or symbol, and waits for the host to say whether it is. */
const waiting = new Map<string, Set<HTMLElement>>();
/** Of these, the names that the host was not asked about yet. */
const unasked = new Set<string>();

/**
 * Makes links of the files and symbols that a complete answer names: code in its text, and links to paths. The host is asked
 * when all of the answer is there and comes near the screen, about all names at once. Call the result to stop waiting.
 */
export function linkCode(answer: HTMLElement, whenShown: Promise<void>): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void whenShown.then(() => {
        for (const element of answer.querySelectorAll<HTMLElement>("code, a[data-path]")) wait(element);
      });
    },
    { rootMargin: "400px" },
  );
  observer.observe(answer);
  return () => observer.disconnect();
}

/** Takes what the host found to be real. */
export function receiveCodeLinks({ asked, found }: ToWebview & { type: "code-links" }): void {
  for (const name of found) {
    for (const element of waiting.get(name) ?? []) link(element, name);
  }
  for (const name of asked) waiting.delete(name);
}

function wait(element: HTMLElement): void {
  if (element.localName === "code" && element.closest("pre, a")) return;
  const name = element.dataset["path"] ?? element.textContent;
  if (name.length > longestName || !/^\S*\p{L}\S*$/u.test(name)) return;
  waiting.set(name, (waiting.get(name) ?? new Set()).add(element));
  if (unasked.size === 0) setTimeout(ask);
  unasked.add(name);
}

function ask(): void {
  const names = [...unasked];
  unasked.clear();
  for (let at = 0; at < names.length; at += mostNames)
    post({ type: "find-code-links", names: names.slice(at, at + mostNames) });
}

function link(element: HTMLElement, name: string): void {
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
