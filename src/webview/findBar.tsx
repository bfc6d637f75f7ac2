import { t } from "@vscode/l10n";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isComposing } from "./imeComposition";
import { Finder, findRequests, type Matches } from "./findHighlights";
import { focusRequests } from "./pageState";
import { IconButton } from "./icon";

interface FindBarProps {
  /** The scrollable element to search. */
  scroller: RefObject<HTMLDivElement | null>;
  /** Called before a match is scrolled into view. */
  onReveal: () => void;
}

/** The find bar: Ctrl+F opens it, Escape closes it. VS Code's own find widget works in editor tabs, but not in the side bar. */
export function FindBar({ scroller, onReveal }: FindBarProps) {
  const [isOpen, setOpen] = useState(false);
  useFindShortcut();
  useLayoutEffect(() => findRequests.subscribe((count) => count > 0 && setOpen(true)), []);
  return isOpen ? <OpenBar scroller={scroller} onReveal={onReveal} onClose={() => setOpen(false)} /> : null;
}

function OpenBar({ scroller, onReveal, onClose }: FindBarProps & { onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const finder = useRef<Finder>(null);
  const previousFocus = useRef(document.activeElement);
  const [matches, setMatches] = useState<Matches>({ count: 0, current: 0, more: false });
  const [query, setQuery] = useState("");

  // A layout effect, because the user is already typing.
  useLayoutEffect(() => {
    if (!scroller.current) return undefined;
    const newFinder = new Finder(scroller.current, onReveal);
    finder.current = newFinder;
    const unsubscribe = newFinder.matches.subscribe(setMatches);
    return () => {
      unsubscribe();
      newFinder.dispose();
    };
  }, []);

  const search = (text: string, from?: AbstractRange): void => {
    setQuery(text);
    finder.current?.search(text, from);
  };

  // Ctrl+F in an open bar searches for the selected text, or selects the old query so that typing replaces it.
  const request = findRequests.value;
  useLayoutEffect(() => {
    const selectedText = selectedLine(scroller.current);
    if (selectedText !== "") search(selectedText, getSelection()?.getRangeAt(0));
    if (input.current && selectedText !== "") input.current.value = selectedText;
    input.current?.focus();
    input.current?.select();
  }, [request]);

  const close = (): void => {
    onClose();
    const target = previousFocus.current;
    if (target instanceof HTMLElement && target.isConnected && target !== document.body) target.focus();
    else focusRequests.value += 1;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === input.current) finder.current?.step(event.shiftKey ? -1 : 1);
    else if (event.key === "F3") finder.current?.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="find" role="search" onKeyDown={onKeyDown}>
      <input
        ref={input}
        class="find-input"
        type="text"
        aria-label={t("Find in chat")}
        placeholder={t("Find")}
        value={query}
        onInput={({ currentTarget }) => search(currentTarget.value)}
      />
      <span class="find-count" role="status">
        {matchCountLabel(query, matches)}
      </span>
      <span class="find-buttons">
        <IconButton
          icon="arrow-up"
          label={t("Previous Match (Shift+Enter)")}
          disabled={matches.count === 0}
          onClick={() => finder.current?.step(-1)}
        />
        <IconButton
          icon="arrow-down"
          label={t("Next Match (Enter)")}
          disabled={matches.count === 0}
          onClick={() => finder.current?.step(1)}
        />
        <IconButton icon="close" label={t("Close (Escape)")} onClick={close} />
      </span>
    </div>
  );
}

/** Opens the bar on Ctrl+F, wherever the focus is. */
function useFindShortcut(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      if (key.toLowerCase() !== "f" || !(ctrlKey || metaKey) || altKey || shiftKey) return;
      event.preventDefault();
      // VS Code listens on the window and would open the find widget of the editor, too.
      event.stopPropagation();
      findRequests.value += 1;
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function matchCountLabel(query: string, { count, current, more }: Matches): string {
  if (query === "") return "";
  if (count === 0) return t("No results");
  return t("{0} of {1}", current, more ? `${count}+` : count);
}

/** The selected text in the chat if it is short and on one line, otherwise `""`. */
function selectedLine(root: Element | null): string {
  const selection = getSelection();
  if (!selection || !root?.contains(selection.anchorNode)) return "";
  const text = selection.toString().trim();
  return text.length > 200 || text.includes("\n") ? "" : text;
}
