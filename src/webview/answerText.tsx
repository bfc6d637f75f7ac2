import { useLayoutEffect, useRef } from "preact/hooks";
import { isRunning, type AnswerState } from "./answerState";
import { localizedMarkdownLabels } from "./localizedMarkdownLabels";
import { createCodeActions, showUsed } from "./codeActions";
import { whenIdle } from "./idle";
import { mount, showPlainText } from "./markdown";
import { linkCode } from "./linkCode";
import { turns } from "./pageState";

/**
 * The answer rendered as Markdown. While it streams, each delta goes straight to the renderer. With `deferred`, the answer is shown as plain
 * text first and rendered when the page is idle, so that a long chat opens at once.
 */
export function AnswerText({ turn, answer, deferred }: { turn: string; answer: AnswerState; deferred: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const container = element.current;
    if (!container) return undefined;
    if (!deferred) return render(container, answer, turn);
    showPlainText(container, answer.read("text"));
    let dispose: (() => void) | undefined;
    const cancel = whenIdle(() => {
      dispose = render(container, answer, turn);
    });
    return () => {
      cancel();
      dispose?.();
    };
  }, [turn, answer, deferred]);
  return <div class="markdown" ref={element} />;
}

/** Whether code of the project was found for the question. */
function isProjectQuestion(turn: string): boolean {
  const question = turns.value.find(({ id }) => id === turn)?.question;
  return question?.attachments.some(({ reason }) => reason !== undefined) ?? false;
}

/** The answer has a hidden `h3`, so the headings in its text start at `h4`. */
const headingLevel = 3;

function render(container: HTMLElement, answer: AnswerState, turn: string): () => void {
  // The host can send an answer again that is shown already.
  container.textContent = "";
  const view = mount(container, {
    headingLevel,
    codeActions: createCodeActions(answer),
    idPrefix: answer.id,
    labels: localizedMarkdownLabels(),
  });
  view.push(answer.read("text"));
  const stopListening = answer.onDelta("text", (delta) => view.push(delta));
  let stopLinking: (() => void) | undefined;
  const stopWatching = answer.header.subscribe((header) => {
    showUsed(container, header);
    if (isRunning(header) || stopLinking) return;
    view.end();
    stopLinking = linkCode(container, view.whenRendered(), isProjectQuestion(turn));
  });
  return () => {
    stopLinking?.();
    stopListening();
    stopWatching();
    view.dispose();
  };
}
