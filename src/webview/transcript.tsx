import { t } from "@vscode/l10n";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "./announcer";
import { savedScroll, scrolled } from "./draft";
import { EmptyChat } from "./emptyChat";
import { FindBar } from "./findBar";
import { Icon } from "./icon";
import { whenIdle } from "./idle";
import { conversation, running, turns } from "./pageState";
import { isFollowing, ScrollFollower } from "./scrollFollower";
import { TurnItem } from "./turnItem";

/** So many of the newest turns have their Markdown rendered at once, the others when there is time. */
const promptTurns = 4;
/** So many are drawn at once, and so many more whenever there is time: the end of a long conversation is there in a moment. */
const firstTurns = 12;
const moreTurns = 40;

/** The conversation, and the place to read it from. */
export function Transcript() {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follower = useRef<ScrollFollower>(null);
  const shown = conversation.value;
  const list = turns.value;

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return undefined;
    const own = new ScrollFollower(scroller.current, content.current, scrolled);
    follower.current = own;
    return () => own.dispose();
  }, []);

  const first = useFirstTurn();

  useLayoutEffect(() => {
    if (shown !== undefined) follower.current?.restore(savedScroll(shown));
  }, [shown]);

  // A question just asked is what its author wants to see.
  const newest = list.at(-1)?.id;
  const before = useRef(newest);
  useEffect(() => {
    if (newest !== before.current && running.value) follower.current?.toEnd();
    before.current = newest;
  }, [newest]);

  useAnnouncements();

  return (
    <div class="transcript-frame">
      <FindBar scroller={scroller} onLeave={() => follower.current?.leave()} />
      <div class="transcript" ref={scroller} tabIndex={-1}>
        <div class="transcript-content" ref={content}>
          <h1 class="visually-hidden">{t("Chat with free models")}</h1>
          {list.length === 0 ? (
            <EmptyChat />
          ) : (
            <div role="log" aria-live="off" aria-label={t("Conversation")}>
              {list.slice(first).map((turn, index) => (
                <TurnItem key={turn.id} turn={turn} late={first + index < list.length - promptTurns} />
              ))}
            </div>
          )}
        </div>
      </div>
      {!isFollowing.value && list.length > 0 && (
        <button type="button" class="jump" onClick={() => follower.current?.toEnd()}>
          <Icon name="arrow-down" />
          {t("Jump to latest")}
        </button>
      )}
    </div>
  );
}

/** The first turn that is drawn: one near the end, or the one where the reader was; bit by bit the very first. */
function useFirstTurn(): number {
  const shown = conversation.value;
  const count = turns.value.length;
  const drawn = useRef({ conversation: shown, count: 0 });
  const [, redraw] = useState(0);
  if (drawn.current.conversation !== shown) drawn.current = { conversation: shown, count: 0 };
  const place = shown === undefined ? "end" : savedScroll(shown);
  const reader = place === "end" ? count : turns.value.findIndex(({ id }) => id === place.turn);
  drawn.current.count = Math.max(drawn.current.count, firstTurns, reader < 0 ? 0 : count - reader + 1);
  const first = Math.max(0, count - drawn.current.count);
  useEffect(() => {
    if (first === 0) return undefined;
    return whenIdle(() => {
      drawn.current.count += moreTurns;
      redraw((times) => times + 1);
    });
  }, [first, shown]);
  return first;
}

/** Screen readers hear when an answer begins and how it ends, and read it when they like: not every word as it comes. */
function useAnnouncements(): void {
  const answer = running.value;
  const begun = answer?.has.text.value ?? false;
  const last = useRef(answer);
  useEffect(() => {
    if (answer && !last.current) announce(t("Question sent."));
    if (!answer && last.current) announce(endWords(last.current.header.value.status));
    last.current = answer;
  }, [answer]);
  useEffect(() => {
    if (begun) announce(t("The answer begins."));
  }, [begun]);
}

function endWords(status: string): string {
  switch (status) {
    case "complete":
      return t("The answer is complete.");
    case "stopped":
      return t("Stopped.");
    default:
      return t("There is no complete answer.");
  }
}
