import { t } from "@vscode/l10n";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AnswerState } from "./answerState";
import { Icon } from "./icon";
import { duration } from "./numberFormat";

/** What the model thought before it answered: folded, with how long it took. */
export function Reasoning({ answer }: { answer: AnswerState }) {
  const [open, setOpen] = useState(false);
  const { reasoningMs } = answer.header.value;
  const isThinking = answer.header.value.status === "waiting" && !answer.has.text.value;
  const thought = reasoningMs === undefined ? t("Thoughts") : t("Thought for {0}", duration(reasoningMs));
  return (
    <div class="reasoning">
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "chevron-down" : "chevron-right"} />
        <span class={isThinking ? "shimmer" : ""}>{isThinking ? t("Thinking") : thought}</span>
      </button>
      {open && <ReasoningText answer={answer} />}
    </div>
  );
}

/** As plain text: thoughts are notes, and long ones must not cost anything while they stream. */
function ReasoningText({ answer }: { answer: AnswerState }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const text = document.createTextNode(answer.read("reasoning"));
    element.current?.replaceChildren(text);
    return answer.listen("reasoning", (delta) => text.appendData(delta));
  }, [answer]);
  return <div class="reasoning-text" ref={element} tabIndex={0} role="group" aria-label={t("Thoughts")} />;
}
