import { t } from "@vscode/l10n";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "./announcer";
import { savedScrollPosition, saveScrollPosition } from "./composerDraft";
import { EmptyChat } from "./emptyChat";
import { FindBar } from "./findBar";
import { Icon } from "./icon";
import { whenIdle } from "./idle";
import { conversation, running, turns } from "./pageState";
import { isFollowing, ScrollFollower } from "./scrollFollower";
import { TurnItem } from "./turnItem";

/** The newest turns whose Markdown is rendered at once. The others are rendered when the page is idle. */
const eagerTurns = 4;
/** The newest turns in the first render, and how many more each idle period adds, so that the end of a long chat appears at once. */
const initialTurns = 12;
const turnsPerIdle = 40;

/** The scrollable list of turns, with the find bar and *Jump to Latest*. */
export function Transcript() {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follower = useRef<ScrollFollower>(null);
  const conversationId = conversation.value;
  const list = turns.value;

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return undefined;
    const newFollower = new ScrollFollower(scroller.current, {
      content: content.current,
      onScrolled: saveScrollPosition,
      isGrowing: () => running.peek() !== undefined,
    });
    follower.current = newFollower;
    return () => newFollower.dispose();
  }, []);

  const first = useFirstTurn();

  useLayoutEffect(() => {
    if (conversationId !== undefined) follower.current?.restore(savedScrollPosition(conversationId));
  }, [conversationId]);

  // Scrolls to a question that the user has just sent.
  const newest = list.at(-1)?.id;
  const previousNewest = useRef(newest);
  useEffect(() => {
    if (newest !== previousNewest.current && running.value) follower.current?.toEnd();
    previousNewest.current = newest;
  }, [newest]);

  useAnnouncements();

  return (
    <div class="transcript-frame">
      <FindBar scroller={scroller} onReveal={() => follower.current?.leave()} />
      <div class="transcript" ref={scroller} tabIndex={-1}>
        <div class="transcript-content" ref={content}>
          <h1 class="visually-hidden">{t("Chat with free models")}</h1>
          {list.length === 0 ? (
            <EmptyChat />
          ) : (
            <div role="log" aria-live="off" aria-label={t("Messages")}>
              {list.slice(first).map((turn, index) => (
                <TurnItem key={turn.id} turn={turn} deferred={first + index < list.length - eagerTurns} />
              ))}
            </div>
          )}
        </div>
      </div>
      {!isFollowing.value && list.length > 0 && (
        <button type="button" class="jump" onClick={() => follower.current?.toEnd()}>
          <Icon name="arrow-down" />
          {t("Jump to Latest")}
        </button>
      )}
    </div>
  );
}

/**
 * The index of the first rendered turn. Starts near the end, or at the saved scroll position if that is earlier, and decreases to 0 while the
 * page is idle.
 */
function useFirstTurn(): number {
  const conversationId = conversation.value;
  const count = turns.value.length;
  const rendered = useRef({ conversation: conversationId, count: 0 });
  const [, rerender] = useState(0);
  if (rendered.current.conversation !== conversationId) rendered.current = { conversation: conversationId, count: 0 };
  const position = conversationId === undefined ? "end" : savedScrollPosition(conversationId);
  const savedIndex = position === "end" ? count : turns.value.findIndex(({ id }) => id === position.turn);
  rendered.current.count = Math.max(rendered.current.count, initialTurns, savedIndex < 0 ? 0 : count - savedIndex + 1);
  const first = Math.max(0, count - rendered.current.count);
  useEffect(() => {
    if (first === 0) return undefined;
    return whenIdle(() => {
      rendered.current.count += turnsPerIdle;
      rerender((renders) => renders + 1);
    });
  }, [first, conversationId]);
  return first;
}

/** Announces when an answer starts and how it ends, instead of every delta. */
function useAnnouncements(): void {
  const answer = running.value;
  const hasText = answer?.hasContent.text.value ?? false;
  const previous = useRef(answer);
  useEffect(() => {
    if (answer && !previous.current) announce(t("Question sent."));
    if (!answer && previous.current) announce(endAnnouncement(previous.current.header.value.status));
    previous.current = answer;
  }, [answer]);
  useEffect(() => {
    if (hasText) announce(t("Answer started."));
  }, [hasText]);
}

function endAnnouncement(status: string): string {
  switch (status) {
    case "complete":
      return t("Answer complete.");
    case "stopped":
      return t("Stopped.");
    default:
      return t("The answer is incomplete.");
  }
}
