import type { RenderContext } from "./blockView";

/** Creates the link to a footnote. */
export function createFootnoteReference(
  label: string,
  context: Pick<RenderContext, "idPrefix" | "labels">,
): HTMLElement {
  const link = document.createElement("a");
  link.className = "footnote-reference";
  link.href = `#${footnoteId(context, label)}`;
  link.textContent = label;
  link.ariaLabel = context.labels.footnote(label);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    leadTo(link, `.footnote[id="${footnoteId(context, label)}"]`);
  });
  const element = document.createElement("sup");
  element.append(link);
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
