import { t } from "@vscode/l10n";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isComposing } from "./imeComposition";
import { Finder, findRequests, type Matches } from "./finder";
import { focusRequests } from "./pageState";
import { IconButton } from "./icon";

interface FindBarProps {
  /** What is searched, and scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** Called before the place that is shown changes. */
  onLeave: () => void;
}

/** Find in the chat: opened by Ctrl+F, closed by Escape. VS Code has a widget for this in editor tabs only, not in the side bar. */
export function FindBar({ scroller, onLeave }: FindBarProps) {
  const [isOpen, setOpen] = useState(false);
  useFindKeys();
  useLayoutEffect(() => findRequests.subscribe((count) => count > 0 && setOpen(true)), []);
  return isOpen ? <OpenBar scroller={scroller} onLeave={onLeave} onClose={() => setOpen(false)} /> : null;
}

function OpenBar({ scroller, onLeave, onClose }: FindBarProps & { onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const finder = useRef<Finder>(null);
  const before = useRef(document.activeElement);
  const [matches, setMatches] = useState<Matches>({ count: 0, current: 0, more: false });
  const [words, setWords] = useState("");

  // At once, for the next letters are typed already.
  useLayoutEffect(() => {
    if (!scroller.current) return undefined;
    const own = new Finder(scroller.current, onLeave);
    finder.current = own;
    const stopWatching = own.matches.subscribe(setMatches);
    return () => {
      stopWatching();
      own.dispose();
    };
  }, []);

  const search = (text: string, from?: AbstractRange): void => {
    setWords(text);
    finder.current?.search(text, from);
  };

  // Whoever asks again wants other words: those that are selected, or what they type over the old ones.
  const request = findRequests.value;
  useLayoutEffect(() => {
    const selected = selectedWords(scroller.current);
    if (selected !== "") search(selected, getSelection()?.getRangeAt(0));
    if (input.current && selected !== "") input.current.value = selected;
    input.current?.focus();
    input.current?.select();
  }, [request]);

  const close = (): void => {
    onClose();
    if (before.current instanceof HTMLElement && before.current.isConnected && before.current !== document.body)
      before.current.focus();
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
        class="find-words"
        type="text"
        aria-label={t("Find in the chat")}
        placeholder={t("Find")}
        value={words}
        onInput={({ currentTarget }) => search(currentTarget.value)}
      />
      <span class="find-count" role="status">
        {countWords(words, matches)}
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

/** Ctrl+F opens the bar from anywhere on the page. */
function useFindKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      if (key.toLowerCase() !== "f" || !(ctrlKey || metaKey) || altKey || shiftKey) return;
      event.preventDefault();
      // VS Code listens at the window, and would open the editor's own box as well.
      event.stopPropagation();
      findRequests.value += 1;
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function countWords(words: string, { count, current, more }: Matches): string {
  if (words === "") return "";
  if (count === 0) return t("No results");
  return t("{0} of {1}", current, more ? `${count}+` : count);
}

/** What is selected in the chat, when it is a few words on one line. */
function selectedWords(root: Element | null): string {
  const selection = getSelection();
  if (!selection || !root?.contains(selection.anchorNode)) return "";
  const text = selection.toString().trim();
  return text.length > 200 || text.includes("\n") ? "" : text;
}
