import { t } from "@vscode/l10n";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AnswerState } from "./answerState";
import { Icon } from "./icon";
import { formatDuration } from "./numberFormat";

/** A shorter duration is not shown, such as of reasoning that arrives together with the text. In milliseconds. */
const minShownMs = 100;

/** The reasoning of the model, folded, with its duration. */
export function Reasoning({ answer }: { answer: AnswerState }) {
  const [isOpen, setOpen] = useState(false);
  const { reasoningMs } = answer.header.value;
  // Looking into the project, a model waits again after it has reasoned.
  const isReasoning =
    answer.header.value.status === "waiting" && !answer.hasContent.text.value && reasoningMs === undefined;
  const doneLabel =
    reasoningMs === undefined || reasoningMs < minShownMs
      ? t("Reasoning")
      : t("Reasoned for {0}", formatDuration(reasoningMs));
  return (
    <div class="reasoning">
      <button type="button" class="fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        <span class={isReasoning ? "shimmer" : ""}>{isReasoning ? t("Reasoning…") : doneLabel}</span>
      </button>
      {isOpen && <ReasoningText answer={answer} />}
    </div>
  );
}

/** Reasoning as plain text, which stays cheap to stream however long it gets. */
function ReasoningText({ answer }: { answer: AnswerState }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const text = document.createTextNode(answer.read("reasoning"));
    element.current?.replaceChildren(text);
    return answer.onDelta("reasoning", (delta) => text.appendData(delta));
  }, [answer]);
  return <div class="reasoning-text" ref={element} tabIndex={0} role="group" aria-label={t("Reasoning")} />;
}
