import { t } from "@vscode/l10n";
import { useRef } from "preact/hooks";
import { Icon } from "./icon";

/** The first line of a question. It is shown at the top while the question is out of view and its answer is being read. */
export function QuestionReminder({ text }: { text: string }) {
  const element = useRef<HTMLDivElement>(null);
  const line = text.trim().split("\n", 1)[0] ?? "";
  if (line === "") return null;
  const scrollToQuestion = (): void =>
    element.current?.closest(".turn")?.querySelector(".question")?.scrollIntoView({ block: "start" });
  return (
    <div class="question-reminder" ref={element}>
      <button type="button" title={t("Scroll to Question")} onClick={scrollToQuestion}>
        <Icon name="arrow-up" />
        <span dir="auto">{line.slice(0, 300)}</span>
      </button>
    </div>
  );
}
