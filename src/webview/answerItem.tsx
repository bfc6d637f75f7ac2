import { t } from "@vscode/l10n";
import { AnswerFooter } from "./answerFooter";
import { isRunning, type AnswerState } from "./answerState";
import { AnswerText } from "./answerText";
import { ErrorBox } from "./errorBox";
import { post } from "./host";
import { Icon } from "./icon";
import { running, type TurnState } from "./pageState";
import { Reasoning } from "./reasoning";
import { Waiting } from "./waiting";

interface AnswerProps {
  turn: TurnState;
  answer: AnswerState;
  /** Render the Markdown when the page is idle. */
  deferred: boolean;
  onEdit: () => void;
}

/** An answer: its reasoning, text, notices, how it ended, and the footer. */
export function AnswerItem({ turn, answer, deferred, onEdit }: AnswerProps) {
  const header = answer.header.value;
  const hasText = answer.hasContent.text.value;
  return (
    <section class="answer" aria-busy={isRunning(header)}>
      <h3 class="visually-hidden">{header.model ? t("Answer from {0}", header.model.name) : t("Answer")}</h3>
      {answer.hasContent.reasoning.value && <Reasoning answer={answer} />}
      {hasText && <AnswerText turn={turn.id} answer={answer} deferred={deferred} />}
      {isRunning(header) && !hasText && <Waiting header={header} />}
      {header.notices.map((notice) => (
        <p class="answer-notice" key={notice}>
          <Icon name="info" /> {notice}
        </p>
      ))}
      {header.truncated && <p class="answer-notice">{t("The answer reached its length limit and was cut off.")}</p>}
      <AnswerEnd turn={turn} answer={answer} onEdit={onEdit} />
      <AnswerFooter turn={turn} header={header} />
    </section>
  );
}

/** Why the answer is incomplete or missing. */
function AnswerEnd({ turn, answer, onEdit }: Omit<AnswerProps, "deferred">) {
  const { error, status } = answer.header.value;
  if (error) return <ErrorBox turn={turn.id} error={error} onEdit={onEdit} />;
  if (status === "stopped" && !answer.hasContent.text.value) return <p class="answer-notice">{t("Stopped.")}</p>;
  if (status !== "interrupted") return null;
  const busy = running.value !== undefined;
  return (
    <div class="interrupted">
      <p>{t("This answer was interrupted.")}</p>
      <button
        type="button"
        class="button small secondary"
        disabled={busy}
        onClick={() => post({ type: "act", turn: turn.id, action: { do: "continue" } })}
      >
        {t("Continue")}
      </button>
      <button
        type="button"
        class="button small secondary"
        disabled={busy}
        onClick={() => post({ type: "act", turn: turn.id, action: { do: "another-model" } })}
      >
        {t("Ask Another Model")}
      </button>
    </div>
  );
}
