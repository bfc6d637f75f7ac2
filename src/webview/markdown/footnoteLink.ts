import type { RenderContext } from "./blockView";

/** Creates the link to a footnote. It gets its number with those of the whole answer. */
export function createFootnoteReference(
  label: string,
  context: Pick<RenderContext, "idPrefix" | "footnotes">,
): HTMLElement {
  const link = document.createElement("a");
  link.className = "footnote-reference";
  link.href = `#${footnoteId(context, label)}`;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    leadTo(link, `.footnote[id="${footnoteId(context, label)}"]`);
  });
  const element = document.createElement("sup");
  element.append(link);
  context.footnotes.invalidate();
  return element;
}

/** Scrolls to the other end of a footnote in the same answer, and focuses it. */
export function leadTo(from: Element, selector: string): void {
  const target = from.closest(".markdown")?.querySelector<HTMLElement>(selector);
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: "nearest" });
}

/** The id of a footnote in the page. */
export const footnoteId = ({ idPrefix }: Pick<RenderContext, "idPrefix">, label: string): string =>
  `footnote-${idPrefix}-${label}`;
