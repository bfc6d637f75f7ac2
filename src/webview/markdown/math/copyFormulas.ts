/**
 * Copies formulas as they were written: a `copy` listener for the document. Without formulas in the selection, the browser copies.
 */
export function copyFormulas(event: ClipboardEvent): void {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !event.clipboardData) return;
  const range = selection.getRangeAt(0);
  const inside = elementOf(range.commonAncestorContainer)?.closest<HTMLElement>(formula);
  const text = inside ? inside.dataset["tex"] : textWithFormulas(range.cloneContents());
  if (text === undefined) return;
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
}

const formula = ".math[data-tex]";

const elementOf = (node: Node): Element | null => (node instanceof Element ? node : node.parentElement);

/** The text of a part of the page as the browser would copy it, with formulas as written. Undefined if there are none. */
function textWithFormulas(fragment: DocumentFragment): string | undefined {
  const formulas = fragment.querySelectorAll<HTMLElement>(formula);
  if (formulas.length === 0) return undefined;
  for (const element of formulas) element.textContent = element.dataset["tex"] ?? "";
  for (const { style } of fragment.querySelectorAll<HTMLElement>("[style]")) style.contentVisibility = "visible";
  // Only the text of elements that are rendered has line breaks between its blocks.
  const container = document.createElement("div");
  container.className = "visually-hidden";
  container.append(fragment);
  document.body.append(container);
  const text = container.innerText;
  container.remove();
  return text;
}
