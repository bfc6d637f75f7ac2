/** The last focused element, and its place among the buttons of its group. */
interface Place {
  element: Element;
  /** The toolbar, list or group, if any. */
  group: Element | null;
  index: number;
}

/**
 * Keeps the focus in the page when the focused button goes, as many do when they are pressed, or is disabled. The browser then focuses
 * nothing, so that the next Tab starts at the top of the chat and a screen reader is silent. Instead, what takes the place of the button
 * in its toolbar or list gets the focus, or the composer if nothing does. When VS Code gives the focus back, after a menu for example, the
 * last focused element gets it, which the browser has forgotten.
 */
export function keepFocus(root: HTMLElement): void {
  let last: Place | undefined;
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) last = placeOf(target);
  });
  const restore = (): void => {
    // While VS Code has the focus, taking it would close a list or interrupt typing.
    if (last && document.hasFocus() && isFocusLost()) focusAt(last);
  };
  new MutationObserver(() => {
    if (last && !isFocusable(last.element)) restore();
  }).observe(root, { childList: true, subtree: true, attributeFilter: ["disabled", "hidden"] });
  window.addEventListener("focus", restore);
}

function placeOf(element: Element): Place {
  const group = element.closest("ul, [role=group], [role=toolbar]");
  return { element, group, index: buttonsOf(group).findIndex((button) => button === element) };
}

/** A disabled element stays the active one until the next frame. */
function isFocusLost(): boolean {
  const { activeElement, body } = document;
  return activeElement === null || activeElement === body || activeElement.matches(":disabled");
}

function isFocusable(element: Element): boolean {
  return element.isConnected && !element.matches(":disabled, [hidden], [hidden] *");
}

function buttonsOf(group: Element | null): HTMLButtonElement[] {
  return group ? [...group.querySelectorAll("button")] : [];
}

function focusAt({ element, group, index }: Place): void {
  const target = element instanceof HTMLElement && isFocusable(element) ? element : replacementIn(group, index);
  target?.focus({ preventScroll: true });
}

/** The next button of the group, or else the previous one, or else the composer. */
function replacementIn(group: Element | null, index: number): HTMLElement | null {
  const buttons = group?.isConnected && index >= 0 ? buttonsOf(group) : [];
  return (
    buttons.slice(index).find(isFocusable) ??
    buttons.slice(0, index).findLast(isFocusable) ??
    document.querySelector<HTMLElement>(".composer-text")
  );
}
