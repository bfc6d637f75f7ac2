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
  late: boolean;
  onEdit: () => void;
}

/** One answer: what was thought, what was said, why it ended, and who said it. */
export function AnswerItem({ turn, answer, late, onEdit }: AnswerProps) {
  const header = answer.header.value;
  const hasText = answer.has.text.value;
  return (
    <section class="answer" aria-busy={isRunning(header)}>
      <h3 class="visually-hidden">{header.model ? t("Answer of {0}", header.model.name) : t("Answer")}</h3>
      {answer.has.reasoning.value && <Reasoning answer={answer} />}
      {hasText && <AnswerText turn={turn.id} answer={answer} late={late} />}
      {isRunning(header) && !hasText && <Waiting header={header} />}
      {header.notices.map((notice) => (
        <p class="answer-notice" key={notice}>
          <Icon name="info" /> {notice}
        </p>
      ))}
      {header.truncated && <p class="answer-notice">{t("The answer became too long and was cut off by the model.")}</p>}
      <Ending turn={turn} answer={answer} onEdit={onEdit} />
      <AnswerFooter turn={turn} header={header} />
    </section>
  );
}

/** Why there is no more of it, where that is not plain. */
function Ending({ turn, answer, onEdit }: Omit<AnswerProps, "late">) {
  const { error, status } = answer.header.value;
  if (error) return <ErrorBox turn={turn.id} error={error} onEdit={onEdit} />;
  if (status === "stopped" && !answer.has.text.value) return <p class="answer-notice">{t("Stopped.")}</p>;
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
        {t("Try Another Model")}
      </button>
    </div>
  );
}
