import { t } from "@vscode/l10n";
import { useState } from "preact/hooks";
import { AnswerItem } from "./answerItem";
import { post } from "./host";
import { historyStart, type TurnState } from "./pageState";
import { QuestionItem } from "./questionItem";

/** A question and the answer that is shown. */
export function TurnItem({ turn, late }: { turn: TurnState; late: boolean }) {
  const [editing, setEditing] = useState(false);
  const { answer } = turn;
  return (
    <article class="turn" id={`turn-${turn.id}`} data-turn={turn.id}>
      {historyStart.value === turn.id && (
        <p class="history-start">
          {t("The messages above were not sent: together they are longer than any free model reads at once.")}
        </p>
      )}
      <QuestionItem turn={turn} editing={editing} setEditing={setEditing} />
      {answer ? (
        <AnswerItem key={answer.id} turn={turn} answer={answer} late={late} onEdit={() => setEditing(true)} />
      ) : (
        <Unasked turn={turn.id} />
      )}
    </article>
  );
}

/** The question was kept, but the window closed before a model could be asked. */
function Unasked({ turn }: { turn: string }) {
  return (
    <div class="interrupted">
      <p>{t("This question was not sent yet.")}</p>
      <button type="button" class="button small" onClick={() => post({ type: "regenerate", turn, another: false })}>
        {t("Ask")}
      </button>
    </div>
  );
}
