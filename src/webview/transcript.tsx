import { t } from "@vscode/l10n";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { AnswerHeader } from "../chat/page/protocol";
import { announce } from "./announcer";
import { savedScrollPosition, saveScrollPosition } from "./composerDraft";
import { EmptyChat } from "./emptyChat";
import { FindBar } from "./findBar";
import { Icon } from "./icon";
import { whenIdle } from "./idle";
import { conversation, findAnswer, running, turns } from "./pageState";
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
      isEmpty: () => turns.peek().length === 0,
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
                // All versions of a question are one element, so that the buttons to switch between them keep the focus.
                <TurnItem
                  key={turn.versions[0] ?? turn.id}
                  turn={turn}
                  deferred={first + index < list.length - eagerTurns}
                />
              ))}
            </div>
          )}
        </div>
      </div>
      {!isFollowing.value && list.length > 0 && (
        <button type="button" class="jump" title={t("Jump to Latest")} onClick={() => follower.current?.toEnd()}>
          <Icon name="arrow-down" />
          <span>{t("Jump to Latest")}</span>
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

/** Announces when an answer starts and how it ends, instead of every delta. That another chat is shown starts and ends none. */
function useAnnouncements(): void {
  const chat = conversation.value;
  const answer = running.value;
  const hasText = answer?.hasContent.text.value ?? false;
  const previous = useRef({ chat, answer, hasText });
  useEffect(() => {
    const before = previous.current;
    previous.current = { chat, answer, hasText };
    if (chat !== before.chat) return;
    if (answer && !before.answer) announce(t("Question sent."));
    if (!answer && before.answer) {
      const ended = findAnswer(before.answer.id) ?? before.answer;
      announce(endAnnouncement(ended.header.value));
    }
    if (hasText && !before.hasText) announce(t("Answer started."));
  }, [chat, answer, hasText]);
}

function endAnnouncement({ status, truncated, error }: AnswerHeader): string {
  if (status === "failed" && error) return error.sentence;
  if (status === "stopped") return t("Stopped.");
  return status === "complete" && !truncated ? t("Answer complete.") : t("The answer is incomplete.");
}
