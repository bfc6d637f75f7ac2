import { t } from "@vscode/l10n";
import type { ToWebview } from "../chat/page/protocol";
import { post } from "./host";

/** Names per `find-code-links` message, and characters per name: the limits of the protocol. */
const maxNames = 200;
const maxNameLength = 200;

/** The first elements of an answer that can become links, so that collecting them is quick. */
const maxElements = 2_000;

/** An element with a name, and whether to mark it if there is no such file. */
interface NamedElement {
  readonly element: HTMLElement;
  readonly marksMissing: boolean;
}

/** Elements by the name that they contain, until the host reports whether it is a file or symbol. */
const pending = new Map<string, Set<NamedElement>>();
/** The pending names that have not been sent to the host yet. */
const unsent = new Set<string>();

/**
 * Turns the files and symbols that a complete answer names into links: inline code, and links to paths. Sends all names to the host at
 * once, as soon as the answer is rendered and near the viewport. With `marksMissing`, marks paths and lines that do not exist: in an answer
 * about the project they are mistakes. The returned function cancels that.
 */
export function linkCode(answer: HTMLElement, whenShown: Promise<void>, marksMissing: boolean): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void whenShown.then(() => {
        const elements = [...answer.querySelectorAll<HTMLElement>("code, a[data-path]")];
        for (const element of elements.slice(0, maxElements)) collect({ element, marksMissing });
      });
    },
    { rootMargin: "400px" },
  );
  observer.observe(answer);
  return () => observer.disconnect();
}

/** Links the names that the host found, and marks those that do not exist. */
export function receiveCodeLinks({ asked, found, missing }: ToWebview & { type: "code-links" }): void {
  for (const name of found) {
    for (const { element } of pending.get(name) ?? []) makeLink(element, name);
  }
  for (const name of missing) {
    for (const { element, marksMissing } of pending.get(name) ?? []) if (marksMissing) markMissing(element);
  }
  for (const name of asked) pending.delete(name);
}

function collect(named: NamedElement): void {
  const { element } = named;
  if (element.localName === "code" && element.closest("pre, a")) return;
  const name = element.dataset["path"] ?? element.textContent;
  if (name.length > maxNameLength || !/^\S*\p{L}\S*$/u.test(name)) return;
  pending.set(name, (pending.get(name) ?? new Set()).add(named));
  if (unsent.size === 0) setTimeout(sendNames);
  unsent.add(name);
}

function sendNames(): void {
  const names = [...unsent];
  unsent.clear();
  for (let start = 0; start < names.length; start += maxNames)
    post({ type: "find-code-links", names: names.slice(start, start + maxNames) });
}

function markMissing(element: HTMLElement): void {
  element.classList.add("missing");
  element.title = t("Not found in this project");
  const note = document.createElement("span");
  note.className = "visually-hidden";
  note.textContent = ` (${element.title})`;
  element.after(note);
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
