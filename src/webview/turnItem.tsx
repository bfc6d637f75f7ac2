import { t } from "@vscode/l10n";
import { useState } from "preact/hooks";
import { AnswerItem } from "./answerItem";
import { Columns } from "./columns";
import { post } from "./host";
import { historyStart, type TurnState } from "./pageState";
import { QuestionItem } from "./questionItem";
import { QuestionReminder } from "./questionReminder";

/** A question and its answer, or those of several models. */
export function TurnItem({ turn, deferred }: { turn: TurnState; deferred: boolean }) {
  const [editing, setEditing] = useState(false);
  const { answer } = turn;
  return (
    <article class={`turn${turn.columns.length > 0 ? " compared" : ""}`} id={`turn-${turn.id}`} data-turn={turn.id}>
      {historyStart.value === turn.id && (
        <p class="history-start">
          {t("The messages above were not sent because the chat exceeds the context window of every free model.")}
        </p>
      )}
      <QuestionItem turn={turn} editing={editing} setEditing={setEditing} />
      {(answer ?? turn.columns.length > 0) && <QuestionReminder text={turn.question.text} />}
      {turn.columns.length > 0 ? (
        <Columns key={turn.id} turn={turn} deferred={deferred} onEdit={() => setEditing(true)} />
      ) : answer ? (
        <AnswerItem turn={turn} answer={answer} deferred={deferred} onEdit={() => setEditing(true)} />
      ) : (
        <UnsentNotice turn={turn.id} />
      )}
    </article>
  );
}

/** Shown if the question was saved, but the window was closed before the request was sent. */
function UnsentNotice({ turn }: { turn: string }) {
  return (
    <div class="interrupted">
      <p>{t("This question has not been sent yet.")}</p>
      <button type="button" class="button small" onClick={() => post({ type: "regenerate", turn, another: false })}>
        {t("Send")}
      </button>
    </div>
  );
}
