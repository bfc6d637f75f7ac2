import { useLayoutEffect, useRef } from "preact/hooks";
import { isRunning, type AnswerState } from "./answerState";
import { answerStatusText } from "./answerStatusText";
import { codeActionsOf } from "./codeActions";
import { whenIdle } from "./idle";
import { mount } from "./markdown";
import { linkCode } from "./codeLinks";

/**
 * The answer's Markdown. While it streams each delta goes straight to the renderer. One that is complete already and far from the
 * end of the conversation (`late`) is shown as its plain text first and rendered when there is time: a long history is there at once.
 */
export function AnswerText({ turn, answer, late }: { turn: string; answer: AnswerState; late: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const container = element.current;
    if (!container) return undefined;
    if (!late) return render(container, answer, turn);
    container.textContent = answer.read("text");
    let dispose: (() => void) | undefined;
    const cancel = whenIdle(() => {
      container.textContent = "";
      dispose = render(container, answer, turn);
    });
    return () => {
      cancel();
      dispose?.();
    };
  }, [turn, answer, late]);
  return <div class="markdown" dir="auto" ref={element} />;
}

/** Under the answer's own heading, which is of the third level. */
const headingLevel = 3;

function render(container: HTMLElement, answer: AnswerState, turn: string): () => void {
  const view = mount(container, { headingLevel, codeActions: codeActionsOf(turn), words: answerStatusText() });
  view.push(answer.read("text"));
  const stopListening = answer.listen("text", (delta) => view.push(delta));
  let stopLinking: (() => void) | undefined;
  const stopWatching = answer.header.subscribe((header) => {
    if (isRunning(header) || stopLinking) return;
    view.end();
    stopLinking = linkCode(container, view.whenShown());
  });
  return () => {
    stopLinking?.();
    stopListening();
    stopWatching();
    view.dispose();
  };
}
