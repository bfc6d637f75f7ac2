import { t } from "@vscode/l10n";
import type { FailureAction, FailureButton, FailureMessage } from "../failureAction";
import { post } from "./host";
import { Icon } from "./icon";
import { dismissDraftNotices, isWaitingForOthers, sendPreview } from "./pageState";

interface ErrorBoxProps {
  /** The id of the answer that failed. */
  answer: string;
  error: FailureMessage;
  /** Handles *Edit Question*, which needs no host. */
  onEdit: () => void;
}

/** Why there is no answer, one action to fix it, others that can help, and the error message of the service. */
export function ErrorBox({ answer, error, onEdit }: ErrorBoxProps) {
  const { sentence, detail } = error;
  const busy = isWaitingForOthers(answer);
  const run = (action: FailureAction) => (): void => {
    dismissDraftNotices();
    if (action.do === "edit") onEdit();
    else post({ type: "act", answer, action });
  };
  return (
    <div class="error-box" role="group" aria-label={t("Error")}>
      <Icon name="warning" />
      <div class="error-text">
        <p>{sentence}</p>
        <div class="buttons">
          {offeredButtons(error).map(({ label, action }, index) => (
            <button
              type="button"
              class={`button small ${index === 0 ? "" : "secondary"}`}
              key={label}
              disabled={busy && startsAnswer(action)}
              onClick={run(action)}
            >
              {label}
            </button>
          ))}
        </div>
        {detail !== undefined && detail !== "" && (
          <details>
            <summary>{t("Details")}</summary>
            <pre tabIndex={0}>{detail}</pre>
          </details>
        )}
      </div>
    </div>
  );
}

/** While every model is busy, another one cannot help: asking again waits for the first of them. */
function offeredButtons({ label, action, others = [] }: FailureMessage): FailureButton[] {
  const buttons = [{ label, action }, ...others];
  if (sendPreview.value.warning?.until === undefined || buttons.every(({ action }) => action.do !== "another-model"))
    return buttons;
  const rest = buttons.filter(({ action }) => action.do !== "another-model");
  return rest.some(({ action }) => action.do === "retry")
    ? rest
    : [...rest, { label: t("Retry"), action: { do: "retry" } }];
}

function startsAnswer(action: FailureAction): boolean {
  return ["retry", "another-model", "continue", "check-again"].includes(action.do);
}
