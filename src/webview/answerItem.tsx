import { t } from "@vscode/l10n";
import { AnswerFooter, ContinueButton } from "./answerFooter";
import { isRunning, type AnswerState } from "./answerState";
import { AnswerText } from "./answerText";
import { ErrorBox } from "./errorBox";
import { post } from "./host";
import { Icon } from "./icon";
import { LookProgress } from "./lookProgress";
import { isWaitingForOthers, type TurnState } from "./pageState";
import { ProjectCalls } from "./projectCalls";
import { Reasoning } from "./reasoning";
import { Waiting } from "./waiting";

interface AnswerProps {
  turn: TurnState;
  answer: AnswerState;
  /** Render the Markdown when the page is idle. */
  deferred: boolean;
  onEdit: () => void;
}

/** An answer and its footer. */
export function AnswerItem(props: AnswerProps) {
  const header = props.answer.header.value;
  return (
    <section class="answer" aria-busy={isRunning(header)}>
      <h3 class="visually-hidden">{header.model ? t("Answer from {0}", header.model.name) : t("Answer")}</h3>
      <AnswerBody key={props.answer.id} {...props} />
      <AnswerFooter turn={props.turn} header={header} />
    </section>
  );
}

/** The reasoning and the text of an answer, notices, and how it ended. */
export function AnswerBody({ turn, answer, deferred, onEdit }: AnswerProps) {
  const header = answer.header.value;
  const hasText = answer.hasContent.text.value;
  return (
    <>
      {answer.hasContent.reasoning.value && <Reasoning answer={answer} />}
      {header.look && header.look.calls.length > 0 && <ProjectCalls calls={header.look.calls} />}
      {hasText && <AnswerText turn={turn.id} answer={answer} deferred={deferred} />}
      {isRunning(header) && !hasText && <Waiting header={header} isColumn={turn.columns.length > 0} />}
      {isRunning(header) && header.look && <LookProgress look={header.look} />}
      {header.notices.map((notice) => (
        <p class="answer-notice" key={notice}>
          <Icon name="info" /> {notice}
        </p>
      ))}
      <AnswerEnd answer={answer} onEdit={onEdit} />
    </>
  );
}

/** Why the answer is incomplete or missing. */
function AnswerEnd({ answer, onEdit }: Pick<AnswerProps, "answer" | "onEdit">) {
  const { error, status, truncated } = answer.header.value;
  if (error) return <ErrorBox answer={answer.id} error={error} onEdit={onEdit} />;
  if (status === "stopped" && !answer.hasContent.text.value) return <p class="answer-notice">{t("Stopped.")}</p>;
  if (status !== "interrupted" && !truncated) return null;
  return (
    <div class="interrupted">
      <p>{truncated ? t("The answer reached its length limit and was cut off.") : t("This answer was interrupted.")}</p>
      <ContinueButton answer={answer.id} />
      <button
        type="button"
        class="button small secondary"
        disabled={isWaitingForOthers(answer.id)}
        onClick={() => post({ type: "act", answer: answer.id, action: { do: "another-model" } })}
      >
        {t("Ask Another Model")}
      </button>
    </div>
  );
}
